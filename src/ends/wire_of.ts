import type { Agreement } from "../session/agreement.ts";
import { linked } from "../session/linked.ts";
import { plain } from "../session/plain.ts";
import type { Wire } from "../session/wire.ts";

/** The agreed wire. */
export function wireOf({ isLinked }: Agreement): Wire {
  return isLinked ? linked : plain;
}
