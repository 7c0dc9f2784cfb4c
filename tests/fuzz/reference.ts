import type { Wire } from "./grammar.ts";

/** A return as the wire's rules read it. */
export interface ReadReturn {
  readonly uid: number;
  /** `undefined`: it tells neither. */
  readonly success: boolean | undefined;
  readonly value: unknown;
}

/** What a frame tells, by the rules alone: read in another way than the library reads it. */
export interface Reading {
  readonly returns: readonly ReadReturn[];
  /** The uids of calls that ask for an answer, those that are refused too. */
  readonly calls: readonly number[];
  /** Is it a frame of this wire, from the beginning to the end? */
  readonly isReadable: boolean;
}

const NOTHING: Reading = { returns: [], calls: [], isReadable: true };
const UNREADABLE: Reading = { ...NOTHING, isReadable: false };

/** Reads a text frame. Values with marks are not read: `structured` has tests of its own. */
export function read(wire: Wire, frame: string): Reading {
  let value: unknown;
  try {
    value = JSON.parse(frame);
  } catch {
    return UNREADABLE;
  }
  if (wire === "plain") return readPlain(value);
  if (!Array.isArray(value)) return UNREADABLE;
  const messages = typeof value[0] === "number" ? [value] : value;
  const unknown = messages.findIndex((one) => !isKnown(one));
  const readable = unknown < 0 ? messages : messages.slice(0, unknown);
  return { ...sumOf(readable.map(readLinked)), isReadable: unknown < 0 };
}

function isKnown(message: unknown): message is unknown[] {
  if (!Array.isArray(message) || typeof message[0] !== "number") return false;
  return [0, 1, 2, 3].includes(message[0]) || message[0] >= 64;
}

function readPlain(value: unknown): Reading {
  if (typeof value !== "object" || value === null) return NOTHING;
  const { uid, success, value: result } = value as Record<string, unknown>;
  if (typeof uid !== "number") return NOTHING;
  if (Object.keys(value).includes("listener")) return { ...NOTHING, calls: [uid] };
  const told = typeof success === "boolean" ? success : undefined;
  return { ...NOTHING, returns: [{ uid, success: told, value: result }] };
}

function readLinked([kind, uid, third, list, , , quiet]: readonly unknown[]): Reading {
  if (typeof uid !== "number") return NOTHING;
  if (kind === 0) {
    const isQuiet = quiet === 1 && Array.isArray(list);
    return { ...NOTHING, calls: isQuiet ? [] : [uid] };
  }
  if (kind !== 1 && kind !== 2) return NOTHING;
  return { ...NOTHING, returns: [{ uid, success: kind === 1, value: third }] };
}

function sumOf(readings: readonly Reading[]): Reading {
  return {
    returns: readings.flatMap(({ returns }) => returns),
    calls: readings.flatMap(({ calls }) => calls),
    isReadable: true,
  };
}
