import type { Agreement } from "../session/agreement.ts";
import { linked } from "../session/linked.ts";
import { plain } from "../session/plain.ts";
import type { Wire } from "../session/wire.ts";

/** Returns the wire format that both sides agreed on. */
export function wireOf({ isLinked }: Agreement): Wire {
  return isLinked ? linked : plain;
}
