import { assertEquals } from "./equals.ts";

/** Fails unless `actual` holds at least what `expected` holds, in depth; classes do not count. */
export function assertObjectMatch(
  // deno-lint-ignore no-explicit-any
  actual: Record<PropertyKey, any>,
  expected: Record<PropertyKey, unknown>,
  msg?: string,
): void {
  // Both go through the same sieve, so that instances become plain objects on both sides.
  assertEquals(sieve(actual, expected, new Map()), sieve(expected, expected, new Map()), msg);
}

/** What an object was sieved by last: at the second time it is left whole, which ends circles. */
type Seen = Map<object, object>;

/** The part of `value` that `by` speaks of. */
function sieve(value: unknown, by: unknown, seen: Seen): unknown {
  if (!isObject(value) || !isObject(by)) return value;
  if (value instanceof Date || value instanceof RegExp) return value;
  if (seen.get(value) === by) return value;
  seen.set(value, by);
  if (Array.isArray(value) && Array.isArray(by)) return sieveList(value, by, seen);
  if (value instanceof Map && by instanceof Map) return sieveMap(value, by, seen);
  if (value instanceof Set && by instanceof Set) {
    return new Set([...value].filter((item) => by.has(item)));
  }
  return sieveObject(value, by, seen);
}

function sieveList(value: unknown[], by: unknown[], seen: Seen): unknown[] {
  const list: unknown[] = [];
  for (let i = 0; i < Math.min(value.length, by.length); i++) {
    list.push(sieve(value[i], by[i], seen));
  }
  return list;
}

function sieveMap(
  value: Map<unknown, unknown>,
  by: Map<unknown, unknown>,
  seen: Seen,
): Map<unknown, unknown> {
  const map = new Map<unknown, unknown>();
  for (const [key, item] of value) {
    if (by.has(key)) map.set(key, sieve(item, by.get(key), seen));
  }
  return map;
}

function sieveObject(value: object, by: object, seen: Seen): object {
  const result: Record<PropertyKey, unknown> = {};
  const common = Reflect.ownKeys(value).filter((key) => Object.hasOwn(by, key));
  // Without a member in common all of them are kept: an empty rest would look like a match.
  const none = common.length === 0 && Reflect.ownKeys(by).length > 0;
  for (const key of none ? Reflect.ownKeys(value) : common) {
    const item = Reflect.get(value, key);
    Object.defineProperty(result, key, {
      value: none ? item : sieve(item, Reflect.get(by, key), seen),
      configurable: true,
      enumerable: true,
      writable: true,
    });
  }
  return result;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
