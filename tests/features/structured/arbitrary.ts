import fc from "npm:fast-check@3.23.2";
import { type Feature, structured } from "../../../mod.ts";

/** A class of the user's, of which more travels than its data. */
export class Money {
  readonly #cents: bigint;
  note: unknown;

  constructor(cents: bigint, note: unknown) {
    this.#cents = cents;
    this.note = note;
  }

  get cents(): bigint {
    return this.#cents;
  }
}

/** How it travels. */
export const MONEY = {
  Money: {
    class: Money,
    encode: ({ cents, note }: Money) => ({ cents, note }),
    decode: (told: unknown) => {
      const { cents, note } = told as { cents: unknown; note: unknown };
      if (typeof cents !== "bigint") throw new TypeError("these are no cents");
      return new Money(cents, note);
    },
  },
};

/** Values that know of that class. */
export const WITH_MONEY: Feature = structured({ types: MONEY });

/** Stands where a reference to some container goes, by its number. */
class Reference {
  constructor(readonly to: number) {}
}

const VIEWS = [
  ...[Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array],
  ...[Float32Array, Float64Array, BigInt64Array, BigUint64Array],
] as const;

const view = fc.record({
  make: fc.constantFrom(...VIEWS),
  before: fc.nat({ max: 2 }),
  length: fc.nat({ max: 3 }),
  bytes: fc.uint8Array({ minLength: 48, maxLength: 48 }),
}).map(({ make, before, length, bytes }) =>
  new make(bytes.slice().buffer, before * make.BYTES_PER_ELEMENT, length)
);

const bytes = fc.oneof(
  view,
  fc.uint8Array({ maxLength: 9 }).map((list) => list.slice().buffer),
  fc.uint8Array({ minLength: 4, maxLength: 9 }).map((list) => new DataView(list.buffer, 2)),
);

const text = fc.oneof(fc.string(), fc.fullUnicodeString(), fc.constantFrom("\ud800", "\u2028", ""));

/** A key that something might stumble over. */
const key = fc.oneof(
  // V8's own JSON.parse, once it has seen many names, may read the name `"` as a backslash
  fc.string({ maxLength: 5 }).filter((name) => !/["\\]/.test(name)),
  fc.constantFrom("__proto__", "constructor", "length", "0", "-1", "", "toString", "then", "a.b"),
);

const atom = fc.oneof(
  text,
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.constantFrom<unknown>(null, undefined, NaN, Infinity, -Infinity, -0, 0),
  fc.bigInt(),
);

const builtIn = fc.oneof(
  fc.date({ noInvalidDate: false }),
  fc.constantFrom("http://a/b?c=d#e", "file:///x", "mailto:a@b").map((href) => new URL(href)),
  fc.constantFrom(["a+/b", "gi"], ["", ""], ["[\n\\]]", "u"], ["\\p{L}", "v"], ["x", "dgimsy"])
    .map(([source, flags]) => new RegExp(source!, flags)),
  bytes,
);

const ERRORS = [Error, TypeError, RangeError, SyntaxError, EvalError, ReferenceError, URIError];

function errorOf({ make, name, message, cause, fields }: {
  make: ErrorConstructor;
  name: string | undefined;
  message: string;
  cause: unknown[];
  fields: object;
}): Error {
  const error = cause.length === 0 ? new make(message) : new make(message, { cause: cause[0] });
  if (name !== undefined && make === Error) {
    Object.defineProperty(error, "name", { value: name, configurable: true, writable: true });
  }
  return Object.assign(error, fields);
}

function listOf(items: readonly (readonly unknown[])[]): unknown[] {
  const list: unknown[] = new Array(items.length);
  items.forEach((item, i) => {
    if (item.length > 0) list[i] = item[0];
  });
  return list;
}

function objectOf(entries: readonly (readonly [string, unknown])[]): object {
  const object = {};
  for (const [name, value] of entries) {
    const field = { value, enumerable: true, writable: true, configurable: true };
    Object.defineProperty(object, name, field);
  }
  return object;
}

const few = { maxLength: 4 } as const;

/** Whatever `structured` tells, with repeated and circular references. */
export const structuredValue: fc.Arbitrary<unknown> = fc.letrec((tie) => {
  const any = tie("any");
  const hole = fc.oneof({ weight: 4, arbitrary: any.map((item) => [item]) }, fc.constant([]));
  return {
    any: fc.oneof(
      { maxDepth: 4, depthIdentifier: "value" },
      atom,
      builtIn,
      fc.nat().map((to) => new Reference(to)),
      fc.array(hole, few).map(listOf),
      fc.array(fc.tuple(key, any), few).map(objectOf),
      fc.array(fc.tuple(any, any), few).map((entries) => new Map(entries)),
      fc.array(any, few).map((items) => new Set(items)),
      fc.record({
        make: fc.constantFrom(...ERRORS as ErrorConstructor[]),
        name: fc.option(fc.constantFrom("Error", "Refusal", ""), { nil: undefined }),
        message: text,
        cause: fc.array(any, { maxLength: 1 }),
        fields: fc.dictionary(fc.constantFrom("code", "details", "limit"), any, { maxKeys: 2 }),
      }).map(errorOf),
      fc.tuple(fc.bigInt(), any).map(([cents, note]) => new Money(cents, note)),
    ),
  };
})["any"]!.map(tieReferences);

/** Puts containers of the value itself where references stand. */
function tieReferences(value: unknown): unknown {
  const containers: object[] = [];
  collect(value, containers);
  const at = ({ to }: Reference): unknown =>
    containers.length === 0 ? to : containers[to % containers.length];
  const resolved = (item: unknown): unknown => {
    if (item instanceof Money) item.note = resolved(item.note);
    return item instanceof Reference ? at(item) : item;
  };
  for (const container of containers) {
    if (container instanceof Map) {
      const entries = [...container];
      container.clear();
      for (const [name, item] of entries) container.set(resolved(name), resolved(item));
    } else if (container instanceof Set) {
      const items = [...container];
      container.clear();
      for (const item of items) container.add(resolved(item));
    } else {
      for (const name of Object.keys(container)) {
        Object.defineProperty(container, name, { value: resolved(Reflect.get(container, name)) });
      }
      if (container instanceof Error && "cause" in container) {
        Object.defineProperty(container, "cause", { value: resolved(container.cause) });
      }
    }
  }
  return resolved(value);
}

/** The containers of a value, without those of a class of the user's: it may not hold itself. */
function collect(value: unknown, into: object[]): void {
  if (typeof value !== "object" || value === null || into.includes(value)) return;
  if (value instanceof Map) {
    into.push(value);
    for (const entry of value) entry.forEach((item) => collect(item, into));
  } else if (value instanceof Set) {
    into.push(value);
    for (const item of value) collect(item, into);
  } else if (value instanceof Money) {
    collect(value.note, into);
  } else if (Array.isArray(value) || value instanceof Error || isPlain(value)) {
    into.push(value);
    for (const item of Object.values(value)) collect(item, into);
    if (value instanceof Error) collect(value.cause, into);
  }
}

function isPlain(value: object): boolean {
  return Object.getPrototypeOf(value) === Object.prototype;
}
