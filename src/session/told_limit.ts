import { DEFAULT_LIMITS, type Limits } from "../limits.ts";
import type { Fields } from "./agreement.ts";

/** A limit that the sender must keep, so that the receiver doesn't have to close the connection. */
type Told = "references" | "streams";

/** The field with this side's limit, for the offer and the answer. None if it is the default. */
export function toldLimit(name: Told, limits: Limits): Fields {
  if (limits[name] === DEFAULT_LIMITS[name]) return {};
  return { [name]: Math.min(limits[name], Number.MAX_SAFE_INTEGER) };
}

/** The stricter one of this side's limit and the peer's. */
export function commonLimit(name: Told, limits: Limits, fields: Fields): number {
  const told = fields[name];
  return Math.min(limits[name], typeof told === "number" ? told : DEFAULT_LIMITS[name]);
}
