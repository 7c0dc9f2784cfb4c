import { Money } from "./arbitrary.ts";

/**
 * Where two values differ in value, class or in which references are the same; `undefined` where
 * they do not.
 */
export function difference(a: unknown, b: unknown): string | undefined {
  return differ(a, b, { path: "value", seen: new Map(), taken: new Set() });
}

interface Place {
  readonly path: string;
  /** What stands at the other side for each object. */
  readonly seen: Map<object, object>;
  /** What stands there for one already. */
  readonly taken: Set<object>;
}

function differ(a: unknown, b: unknown, place: Place): string | undefined {
  if (!isObject(a) || !isObject(b)) {
    return Object.is(a, b) ? undefined : `${place.path}: ${String(a)} is not ${String(b)}`;
  }
  const known = place.seen.get(a);
  if (known !== undefined) return known === b ? undefined : `${place.path}: another reference`;
  if (place.taken.has(b)) return `${place.path}: the reference of another`;
  place.seen.set(a, b);
  place.taken.add(b);
  const [one, other] = [Object.getPrototypeOf(a), Object.getPrototypeOf(b)];
  if (one !== other) return `${place.path}: of the class ${other?.constructor.name}`;
  return differInside(a, b, place) ?? differFields(a, b, place);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** What is in a built-in object beside its fields. */
function differInside(a: object, b: object, place: Place): string | undefined {
  const [one, other] = [contentOf(a), contentOf(b)];
  if (one.length !== other.length) return `${place.path}: ${other.length} are in it`;
  for (let i = 0; i < one.length; i++) {
    const found = differ(one[i], other[i], { ...place, path: `${place.path}<${i}>` });
    if (found !== undefined) return found;
  }
  return undefined;
}

function contentOf(value: object): unknown[] {
  if (value instanceof Date) return [value.getTime()];
  if (value instanceof RegExp) return [value.source, value.flags];
  if (value instanceof URL) return [value.href];
  if (value instanceof Money) return [value.cents];
  if (value instanceof Map) return [...value.keys(), ...value.values()];
  if (value instanceof Set) return [...value];
  if (value instanceof Error) return [value.name, value.message, "cause" in value, value.cause];
  if (value instanceof ArrayBuffer) return [...new Uint8Array(value)];
  if (!ArrayBuffer.isView(value)) return Array.isArray(value) ? [value.length] : [];
  return [...new Uint8Array(value.buffer, value.byteOffset, value.byteLength)];
}

function differFields(a: object, b: object, place: Place): string | undefined {
  if (ArrayBuffer.isView(a)) return undefined;
  const [one, other] = [Object.keys(a), Object.keys(b)];
  if (one.join("\n") !== other.join("\n")) return `${place.path}: its keys are ${other}`;
  for (const key of one) {
    const inside = { ...place, path: `${place.path}.${key}` };
    const found = differ(Reflect.get(a, key), Reflect.get(b, key), inside);
    if (found !== undefined) return found;
  }
  return undefined;
}
