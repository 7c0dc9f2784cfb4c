import { Marker } from "../features/structured/marks.ts";
import { Unmarker } from "../features/structured/unmark.ts";
import { DEFAULT_LIMITS } from "../limits.ts";
import type { EncodedValue, MarkTypes } from "../session/feature.ts";

/** Refuses what would be a reference to an object of one process. */
const NO_REFERENCES: MarkTypes = {
  types: [],
  encode(value, refuse) {
    if (typeof value === "function") refuse("functions can't be sent to a group");
    if (
      typeof (value as { [Symbol.asyncIterator]?: unknown })[Symbol.asyncIterator] === "function"
    ) {
      refuse("streams can't be sent to a group");
    }
    return undefined;
  },
  decode() {
    throw new TypeError("Cannot decode the value: it has a reference");
  },
};

/** Members may allow different depths, so each checks its own. */
const SESSION = { marks: [NO_REFERENCES], depth: DEFAULT_LIMITS.depth };
const TYPES = new Map<string, never>();

/**
 * Encodes a value as `structured` does. Its bytes are those of the value itself, so pack them at
 * once. Throws an `EncodeError` with the path of a bad part.
 */
export function encodeValue(value: unknown, what: string): EncodedValue {
  return new Marker([], SESSION, { what, call: undefined }).encode(value);
}

/** Decodes a value from its JSON, its marks and its bytes. Throws if they are invalid. */
export function decodeValue(value: unknown, marks: unknown, bytes: readonly Uint8Array[]): unknown {
  if (marks === null) return value;
  return new Unmarker(value, bytes, TYPES, { marks: undefined, message: [] }).decode(marks);
}
