import { EncodeError } from "../errors.ts";

/** Deeper than this the path helps nobody, and the walk could outgrow the stack. */
const DEEPEST = 1_000;

/**
 * The error for a value that the encoder threw at. The value is walked to the place only now, after
 * it failed, so that values without fault pay nothing.
 *
 * @param what What was encoded, with which the path begins: `"parameters"`, `"result"`, `"header"`.
 */
export function encodeError(what: string, value: unknown, cause: unknown): EncodeError {
  const place = search({ value, path: what, depth: 0 }, new Set(), new Set()) ?? what;
  return new EncodeError(`Cannot encode "${place}": ${reasonOf(cause)}`, { cause });
}

interface Place {
  readonly value: unknown;
  readonly path: string;
  readonly depth: number;
}

/** The path of the first value, depth first, that can't be encoded. */
function search(
  { value, path, depth }: Place,
  above: Set<object>,
  faultless: Set<object>,
): string | undefined {
  if (typeof value === "bigint") return path;
  if (typeof value === "function") return isEncodable(value) ? undefined : path;
  if (typeof value !== "object" || value === null || faultless.has(value)) return undefined;
  if (above.has(value) || depth > DEEPEST) return path;
  above.add(value);
  try {
    if (typeof (value as { toJSON?: unknown }).toJSON === "function") {
      return isEncodable(value) ? undefined : path;
    }
    for (const key of Object.keys(value)) {
      const inner = {
        value: (value as Record<string, unknown>)[key],
        path: Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`,
        depth: depth + 1,
      };
      const found = search(inner, above, faultless);
      if (found !== undefined) return found;
    }
  } catch {
    return path; // a getter or a trap that throws: no nearer can be told without running it again
  } finally {
    above.delete(value);
  }
  faultless.add(value); // what many hold is walked once
  return undefined;
}

/** For what has a text of its own making: its inside does not matter. */
function isEncodable(value: unknown): boolean {
  try {
    JSON.stringify(value);
    return true;
  } catch {
    return false;
  }
}

/** V8's texts about circular objects draw a picture over several lines: the first says it. */
export function reasonOf(cause: unknown): string {
  try {
    if (cause instanceof Error && typeof cause.message === "string") {
      return cause.message.split("\n", 1)[0]!;
    }
  } catch {
    // a thrown value whose reading throws: the fixed text stands for it
  }
  return "it can't be turned into JSON";
}
