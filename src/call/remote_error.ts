import { RemoteError } from "../errors.ts";

/** What travels of an error. */
export interface ErrorFields {
  readonly name: string;
  readonly message: string;
  readonly [field: string]: unknown;
}

/**
 * A thrown value → what travels of it: of an error its name, its message and its own fields, or what
 * its `toJSON` returns; anything else as it is. Never throws, whatever was thrown.
 */
export function toWire(thrown: unknown): unknown {
  switch (typeof thrown) {
    case "symbol":
    case "function":
    case "bigint":
      return { name: "Error", message: `Cannot tell what was thrown: a ${typeof thrown}` };
    case "object":
      break;
    default:
      return thrown;
  }
  try {
    if (!(thrown instanceof Error)) return thrown;
    if ("toJSON" in thrown && typeof thrown.toJSON === "function") return thrown.toJSON();
    return { ...ownFields(thrown), ...nameAndMessage(thrown) };
  } catch {
    return nameAndMessage(thrown);
  }
}

/** Name and message alone, as text, where they can be read. Never throws. */
export function nameAndMessage(thrown: unknown): ErrorFields {
  return {
    name: textOf(thrown, "name", "Error"),
    message: textOf(thrown, "message", "Cannot tell what was thrown: it can't be read"),
  };
}

/** What came over the wire → what is thrown: an object with the texts of an error becomes one. */
export function fromWire(value: unknown): unknown {
  if (typeof value !== "object" || value === null || value instanceof Error) return value;
  const { name, message } = value as Record<string, unknown>;
  return typeof name === "string" && typeof message === "string"
    ? new RemoteError(name, message, value as Record<string, unknown>)
    : value;
}

/** Stacks and causes stay at home. */
function ownFields(error: Error): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const key of Object.keys(error)) {
    if (key !== "stack" && key !== "cause") {
      Object.defineProperty(fields, key, {
        value: (error as unknown as Record<string, unknown>)[key],
        enumerable: true,
      });
    }
  }
  return fields;
}

function textOf(thrown: unknown, key: "name" | "message", fallback: string): string {
  try {
    const value = (thrown as Record<string, unknown> | null | undefined)?.[key];
    return typeof value === "string" ? value : fallback;
  } catch {
    return fallback;
  }
}
