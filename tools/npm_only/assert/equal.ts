/**
 * Whether two values are alike in all that they hold, as `@std/assert` sees it. It differs from
 * `node:assert` in a dozen ways (0 and -0 are alike, so are null-prototype and plain objects;
 * inherited getters are compared, positions of regular expressions are not), too many to build on.
 */
export function equal(a: unknown, b: unknown): boolean {
  return compare(a, b, new Map());
}

type Seen = Map<object, object>;
type Keyed = Map<unknown, unknown> | Set<unknown>;

function compare(a: unknown, b: unknown, seen: Seen): boolean {
  if (a === b || Object.is(a, b)) return true;
  if (!isObject(a) || !isObject(b)) return false;
  if (a instanceof Date && b instanceof Date) return Object.is(a.getTime(), b.getTime());
  if (kind(a) !== kind(b)) return false;
  const bytes = bytesOf(a);
  if (bytes) return sameItems(bytes, bytesOf(b) ?? []);
  if (a instanceof WeakMap || a instanceof WeakSet) {
    throw new TypeError(`Cannot compare ${a.constructor.name} instances`);
  }
  if (a instanceof WeakRef) return compare(a.deref(), (b as WeakRef<object>).deref(), seen);
  if (seen.get(a) === b) return true;
  if (Object.keys(a).length !== Object.keys(b).length) return false;
  seen.set(a, b);
  if (isKeyed(a) && isKeyed(b)) return sameEntries(a, b, seen);
  if (isText(a)) return String(a) === String(b);
  return sameMembers(a, b, seen);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function isKeyed(value: object): value is Keyed {
  return value instanceof Map || value instanceof Set;
}

/** Objects whose text says all about them. */
function isText(value: object): boolean {
  const own = Object.getPrototypeOf(value);
  return [RegExp, URL, URLSearchParams, Intl.Locale].some((type) => type.prototype === own);
}

/** The prototype; an object without one counts as plain. */
function kind(value: object): object {
  return Object.getPrototypeOf(value) ?? Object.prototype;
}

function bytesOf(value: object): ArrayLike<unknown> | undefined {
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    return value as unknown as ArrayLike<unknown>;
  }
  if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) {
    return new Uint8Array(value);
  }
}

function sameItems(a: ArrayLike<unknown>, b: ArrayLike<unknown>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    if (a[i] !== b[i] && !Object.is(a[i], b[i])) return false;
  }
  return true;
}

/** Keys are compared in depth as well, so each entry needs one of the other side that matches it. */
function sameEntries(a: Keyed, b: Keyed, seen: Seen): boolean {
  if (a.size !== b.size) return false;
  const rest = [...b.entries()];
  for (const [key, value] of a.entries()) {
    if (!isObject(key) && !b.has(key)) return false;
    if (!rest.some(([k, v]) => compare(key, k, seen) && compare(value, v, seen))) return false;
  }
  return true;
}

function sameMembers(a: object, b: object, seen: Seen): boolean {
  for (const key of new Set([...membersOf(a), ...membersOf(b)])) {
    if (key in a !== key in b) return false;
    if (!compare(Reflect.get(a, key), Reflect.get(b, key), seen)) return false;
  }
  return true;
}

/** A plain object's own enumerable members; of any other also the hidden and inherited ones. */
function membersOf(value: object): PropertyKey[] {
  const plain = [Object.prototype, Array.prototype];
  if (plain.includes(kind(value))) return Reflect.ownKeys({ ...value });
  const keys: PropertyKey[] = [];
  let level: object | null = value;
  while (level && !plain.includes(level)) {
    keys.push(...Reflect.ownKeys(level));
    level = Object.getPrototypeOf(level);
  }
  return keys;
}
