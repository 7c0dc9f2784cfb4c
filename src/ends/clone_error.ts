import { EncodeError } from "../errors.ts";
import { placeOf, reasonOf } from "../session/encode_error.ts";

type Path = readonly (string | number)[];

/** A longer search isn't worth it. */
const MOST_TRIED = 10_000;

/** Returns the error for a value that couldn't be cloned, with the path of the part that failed. */
export function cloneError(
  what: string,
  value: unknown,
  moved: readonly object[],
  cause: unknown,
): EncodeError {
  const search = new Search(moved);
  const path = search.find(value, []) ?? [];
  const reason = search.reason ?? reasonOf(cause);
  return new EncodeError(`Cannot encode "${placeOf(what, path)}": ${reason}`, { cause });
}

/** Finds the first part, depth first, that can't be cloned. */
class Search {
  reason: string | undefined;
  readonly #seen: Set<unknown>;
  #tried = 0;

  /** @param moved Parts that are moved instead of cloned. */
  constructor(moved: readonly object[]) {
    this.#seen = new Set(moved);
  }

  find(value: unknown, path: Path): Path | undefined {
    if (typeof value === "function" || typeof value === "symbol") {
      this.reason = `a ${typeof value} can't be cloned`;
      return path;
    }
    if (typeof value !== "object" || value === null || this.#seen.has(value)) return undefined;
    this.#seen.add(value);
    if (++this.#tried > MOST_TRIED) return undefined;
    try {
      return this.#inside(value, path);
    } catch {
      return path; // a getter or a proxy threw
    }
  }

  #inside(value: object, path: Path): Path | undefined {
    if (value instanceof Map) return this.#among([...value].flat(), path);
    if (value instanceof Set) return this.#among([...value], path);
    const isList = Array.isArray(value);
    if (!isList && Object.prototype.toString.call(value) !== "[object Object]") {
      return isClonable(value, (reason) => this.reason = reason) ? undefined : path;
    }
    for (const key of Object.keys(value)) {
      const place = [...path, isList ? Number(key) : key];
      const found = this.find((value as Record<string, unknown>)[key], place);
      if (found !== undefined) return found;
    }
  }

  /** The entries of a map or a set have no path of their own. */
  #among(entries: readonly unknown[], path: Path): Path | undefined {
    return entries.some((entry) => this.find(entry, path) !== undefined) ? path : undefined;
  }
}

function isClonable(value: object, why: (reason: string) => void): boolean {
  try {
    structuredClone(value);
    return true;
  } catch (error) {
    why(reasonOf(error));
    return false;
  }
}
