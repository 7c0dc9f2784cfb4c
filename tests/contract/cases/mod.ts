import type { Case } from "../world.ts";
import { ADDRESSES } from "./addresses.ts";
import { ATTEMPTS } from "./attempts.ts";
import { CALLS } from "./calls.ts";
import { ENDS } from "./ends.ts";
import { ERRORS } from "./errors.ts";
import { EVENTS } from "./events.ts";
import { HANDSHAKE } from "./handshake.ts";
import { MISUSE } from "./misuse.ts";
import { REFUSALS } from "./refusals.ts";
import { SERVERS } from "./servers.ts";
import { TERMS } from "./terms.ts";
import { VALUES } from "./values.ts";

/** The contract: what holds between two ends, whoever made them and wherever they run. */
export const CONTRACT: readonly Case[] = [
  ...CALLS,
  ...VALUES,
  ...HANDSHAKE,
  ...ATTEMPTS,
  ...ADDRESSES,
  ...ENDS,
  ...MISUSE,
  ...EVENTS,
  ...ERRORS,
  ...REFUSALS,
  ...TERMS,
  ...SERVERS,
];
