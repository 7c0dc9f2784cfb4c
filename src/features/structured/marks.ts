import { EncodeError } from "../../errors.ts";
import { globalScope } from "../../global_scope.ts";
import { placeOf, reasonOf } from "../../session/encode_error.ts";
import type { EncodedValue, Mark, MarkTypes } from "../../session/feature.ts";
import type { StructuredType } from "./structured_type.ts";

/** Not every runtime has it, and not every TypeScript knows it. */
const { Float16Array } = globalScope as {
  readonly Float16Array?: new (buffer: ArrayBuffer) => object;
};

/** The classes whose instances are bytes, by the names that travel. */
export const BYTES: Readonly<Record<string, new (buffer: ArrayBuffer) => object>> = {
  ArrayBuffer: class {} as never, // of itself there is nothing to make
  DataView,
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
  ...Float16Array !== undefined && { Float16Array },
};

/**
 * Deeper than this no value is told: the other end takes 1,000 levels, of which the message, its
 * parameters and the batch are three.
 */
const DEEPEST = 997;

/** One walk through a value: finds what JSON can't tell, and copies only what holds such. */
export class Marker {
  readonly #types: readonly (readonly [string, StructuredType])[];
  readonly #what: string;
  readonly #marks: Mark[] = [];
  readonly #bytes: Uint8Array[] = [];
  readonly #path: (string | number)[] = [];
  /** Where each object was met first. */
  readonly #seen = new Map<object, readonly (string | number)[]>();

  /** Of other features. */
  readonly #others: readonly MarkTypes[] | undefined;

  constructor(
    types: readonly (readonly [string, StructuredType])[],
    what: string,
    others?: readonly MarkTypes[],
  ) {
    this.#others = others;
    this.#types = types;
    this.#what = what;
  }

  /**
   * The value as text and marks.
   *
   * @throws {EncodeError} If it can't be told: the walk stopped at the place.
   */
  encode(value: unknown): EncodedValue {
    try {
      const text = JSON.stringify(this.#walk(value));
      if (this.#others !== undefined) { for (const other of this.#others) other.encoded?.(true); }
      return {
        text,
        marks: this.#marks.length === 0 ? undefined : this.#marks,
        bytes: this.#bytes,
      };
    } catch (cause) {
      if (this.#others !== undefined) { for (const other of this.#others) other.encoded?.(false); }
      throw cause instanceof EncodeError ? cause : this.#error(reasonOf(cause), cause);
    }
  }

  #walk(value: unknown): unknown {
    switch (typeof value) {
      case "number":
        if (Number.isFinite(value) && !Object.is(value, -0)) return value;
        return this.#mark("n", Object.is(value, -0) ? "-0" : String(value));
      case "bigint":
        return this.#mark("i", String(value));
      case "undefined":
        return this.#mark("u", null);
      case "function":
        if (this.#others !== undefined && this.#isOthers(value)) return null;
        if (this.#refusesJson(value)) this.#refuse("a function can't be told");
        return this.#isParameter ? this.#mark("u", null) : undefined;
      case "object":
        return value === null ? null : this.#object(value);
      default:
        return value;
    }
  }

  #object(value: object): unknown {
    const first = this.#seen.get(value);
    if (first !== undefined) return this.#mark("=", null, first);
    if (this.#path.length > DEEPEST) this.#refuse("it is nested too deep");
    if (this.#others !== undefined && this.#isOthers(value)) return null;
    const own = this.#types.find(([, type]) => value instanceof type.class);
    if (own !== undefined) return this.#own(value, own);
    this.#seen.set(value, [...this.#path]);
    if (Array.isArray(value)) return this.#list(value);
    const prototype = Object.getPrototypeOf(value);
    const isPlain = prototype === Object.prototype || prototype === null;
    if (!isPlain) return this.#known(value);
    return "toJSON" in value ? this.#told(value) : this.#fields(value);
  }

  /** Does another feature tell it? */
  #isOthers(value: object): boolean {
    for (const other of this.#others!) {
      const mark = other.encode(value, (why) => this.#refuse(why));
      if (mark === undefined) continue;
      this.#mark(mark[0], null, ...mark.slice(1));
      return true;
    }
    return false;
  }

  /** Of a class that is not the user's to describe. */
  #known(value: object): unknown {
    if (value instanceof Date) return this.#mark("d", value.getTime());
    if (value instanceof RegExp) return this.#mark("r", [value.source, value.flags]);
    if (typeof URL !== "undefined" && value instanceof URL) return this.#mark("l", value.href);
    if (value instanceof Map) {
      this.#mark("m", null);
      return this.#list([...value].map(([key, item]) => [key, item]));
    }
    if (value instanceof Set) {
      this.#mark("s", null);
      return this.#list([...value]);
    }
    if (value instanceof Error) {
      this.#mark("e", null);
      return this.#fields(fieldsOf(value));
    }
    const bytes = bytesOf(value);
    if (bytes !== undefined) {
      return this.#mark("b", null, bytes.name, this.#bytes.push(bytes.bytes) - 1);
    }
    if (isBoxed(value)) this.#refuse("a boxed primitive can't be told: use the primitive");
    return this.#told(value);
  }

  /** What its `toJSON` makes of it, if it has one. */
  #told(value: object): unknown {
    const { toJSON } = value as { toJSON?: unknown };
    if (typeof toJSON !== "function") return this.#fields(value);
    const told: unknown = toJSON.call(value, String(this.#path.at(-1) ?? ""));
    return told === value ? this.#fields(value) : this.#walk(told);
  }

  /** By value: two places that hold one instance get two. */
  #own(value: object, [name, type]: readonly [string, StructuredType]): unknown {
    this.#seen.set(value, CIRCULAR);
    this.#mark("o", null, name);
    const told = this.#walk(type.encode(value));
    this.#seen.delete(value);
    return told;
  }

  #list(list: readonly unknown[]): unknown[] {
    const holes: number[] = [];
    for (let i = 0; i < list.length; i++) if (!(i in list)) holes.push(i);
    if (holes.length > 0) this.#mark("h", null, holes);
    let copy: unknown[] | undefined;
    for (let i = 0; i < list.length; i++) {
      const item = list[i];
      const told = i in list ? this.#at(i, item) : null;
      if (told !== item && copy === undefined) copy = list.slice(0, i);
      if (copy !== undefined) copy[i] = told;
    }
    return copy ?? list as unknown[];
  }

  #fields(object: object): object {
    let copy: Record<string, unknown> | undefined;
    const fields = object as Record<string, unknown>;
    const keys = Object.keys(object);
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i]!;
      const item = fields[key];
      const told = this.#at(key, item);
      if (told !== item && copy === undefined) {
        copy = {};
        for (const before of keys.slice(0, i)) define(copy, before, fields[before]);
      }
      if (copy !== undefined) define(copy, key, told);
    }
    return copy ?? plainOf(object, keys);
  }

  #at(key: string | number, value: unknown): unknown {
    this.#path.push(key);
    const told = this.#walk(value);
    this.#path.pop();
    return told;
  }

  #mark<T>(type: string, told: T, ...rest: unknown[]): T {
    if (rest[0] === CIRCULAR) this.#refuse("an own class may not hold itself");
    this.#marks.push([[...this.#path], type, ...rest]);
    return told;
  }

  /** Of a list JSON would make `null` of what it leaves out: a parameter arrives as `undefined`. */
  get #isParameter(): boolean {
    return this.#path.length === 1 && this.#what === "parameters";
  }

  /** A driver is a function, or looks like an object, and refuses to be JSON. */
  #refusesJson(value: object): boolean {
    return typeof (value as { toJSON?: unknown }).toJSON === "function";
  }

  #refuse(why: string): never {
    throw this.#error(why);
  }

  #error(why: string, cause?: unknown): EncodeError {
    const place = placeOf(this.#what, this.#path);
    return new EncodeError(`Cannot encode "${place}": ${why}`, { cause });
  }
}

/** Stands for the place of an own class's instance that is being told. */
const CIRCULAR: readonly (string | number)[] = ["circular"];

/** An instance without marks: its own fields, without what its class would make of it as JSON. */
function plainOf(object: object, keys: readonly string[]): object {
  const prototype = Object.getPrototypeOf(object);
  if (prototype === Object.prototype || prototype === null) return object;
  const copy = {};
  for (const key of keys) define(copy, key, (object as Record<string, unknown>)[key]);
  return copy;
}

function define(object: object, key: string, value: unknown): void {
  Object.defineProperty(object, key, {
    value,
    enumerable: true,
    writable: true,
    configurable: true,
  });
}

function fieldsOf(error: Error): Record<string, unknown> {
  const fields: Record<string, unknown> = {
    name: String(error.name),
    message: String(error.message),
  };
  if (Object.hasOwn(error, "cause")) fields.cause = error.cause;
  if (error instanceof AggregateError) fields.errors = error.errors;
  for (const key of Object.keys(error)) {
    if (key !== "stack") define(fields, key, (error as unknown as Record<string, unknown>)[key]);
  }
  return fields;
}

function bytesOf(value: object): { readonly name: string; readonly bytes: Uint8Array } | undefined {
  // copies: what is changed after the call was made is sent as it was
  if (value instanceof ArrayBuffer) {
    return { name: "ArrayBuffer", bytes: new Uint8Array(value.slice()) };
  }
  if (!ArrayBuffer.isView(value)) return undefined;
  const name = Object.keys(BYTES).find((each) => value instanceof BYTES[each]!);
  if (name === undefined) return undefined;
  const view = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  return { name, bytes: new Uint8Array(view) };
}

function isBoxed(value: object): boolean {
  return value instanceof Number || value instanceof String || value instanceof Boolean ||
    value instanceof BigInt || value instanceof Symbol;
}
