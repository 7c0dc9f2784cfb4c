import { define, EncodeError, isError } from "../../errors.ts";
import { globalScope } from "../../global_scope.ts";
import { placeOf, reasonOf } from "../../session/encode_error.ts";
import type { MadeCall } from "../../rpc/pending_calls.ts";
import type { EncodedValue, FeatureSession, Mark } from "../../session/feature.ts";
import { is, isBoxed, isUrl, viewName } from "./brands.ts";
import type { StructuredType } from "./structured_type.ts";

// some runtimes and some versions of TypeScript lack it
const { Float16Array } = globalScope as {
  readonly Float16Array?: new (buffer: ArrayBuffer) => object;
};

/** The classes whose instances are sent as bytes, by their names in the marks. */
export const BYTES: Readonly<Record<string, new (buffer: ArrayBuffer) => object>> = {
  ArrayBuffer: class {} as never, // never constructed
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

type Types = readonly (readonly [string, StructuredType])[];

/** The part of a session that marks depend on. */
type Marking = Pick<FeatureSession, "marks" | "depth">;

/** What is known of a value: its name in errors, and the call whose arguments it contains. */
interface Subject {
  readonly what: string;
  readonly call: MadeCall | undefined;
}

/** Marks the parts of a value that JSON can't represent. Copies only objects with such parts. */
export class Marker {
  readonly #types: Types;
  readonly #session: Marking;
  readonly #subject: Subject;
  readonly #marks: Mark[] = [];
  readonly #bytes: Uint8Array[] = [];
  readonly #path: (string | number)[] = [];
  /** The path at which each object was first found. */
  readonly #seen = new Map<object, readonly (string | number)[]>();

  constructor(types: Types, session: Marking, subject: Subject) {
    this.#types = types;
    this.#session = session;
    this.#subject = subject;
  }

  /** Throws an `EncodeError` with the path of the value that can't be encoded. */
  encode(value: unknown): EncodedValue {
    try {
      const text = JSON.stringify(this.#walk(value));
      this.#encoded(this.#subject.what !== "test");
      const marks = this.#marks.length === 0 ? undefined : this.#marks;
      return { text, marks, bytes: this.#bytes };
    } catch (cause) {
      this.#encoded(false);
      throw cause instanceof EncodeError ? cause : this.#error(reasonOf(cause), cause);
    }
  }

  #encoded(isSent: boolean): void {
    for (const other of this.#session.marks ?? []) other.encoded?.(isSent);
  }

  /** `isJson` means that a `toJSON` returned the value, whose own `toJSON` isn't called. */
  #walk(value: unknown, isJson = false): unknown {
    switch (typeof value) {
      case "number":
        if (Number.isFinite(value) && !Object.is(value, -0)) return value;
        return this.#mark("n", Object.is(value, -0) ? "-0" : String(value));
      case "bigint":
        return this.#mark("i", String(value));
      case "undefined":
        return this.#mark("u", null);
      case "function":
        if (this.#isOthers(value)) return null;
        // such as a driver, whose `toJSON` throws
        if (typeof (value as { toJSON?: unknown }).toJSON === "function") {
          this.#refuse("functions can't be serialized");
        }
        return this.#omit();
      case "symbol":
        return this.#omit();
      case "object":
        return value === null ? null : this.#object(value, isJson);
      default:
        return value;
    }
  }

  #object(value: object, isJson: boolean): unknown {
    const first = this.#seen.get(value);
    if (first !== undefined) return this.#mark("=", null, first);
    // the message and the list of parameters are two levels
    if (this.#path.length > this.#session.depth - 2) this.#refuse("it is nested too deeply");
    if (this.#isOthers(value)) return null;
    const custom = nearest(this.#types, value);
    if (custom !== undefined) return this.#custom(value, custom);
    this.#seen.set(value, [...this.#path]);
    if (Array.isArray(value)) return this.#list(value);
    if (!isPlain(value)) return this.#builtIn(value, isJson);
    return isJson ? this.#fields(value) : this.#json(value);
  }

  /** Marks the value if another feature has a mark for it; returns whether it does. */
  #isOthers(value: object): boolean {
    const { marks } = this.#session;
    if (marks === undefined) return false;
    for (const other of marks) {
      const mark = other.encode(value, (why) => this.#refuse(why), this.#subject.call);
      if (mark === undefined) continue;
      this.#mark(mark[0], null, ...mark.slice(1));
      return true;
    }
    return false;
  }

  #builtIn(value: object, isJson: boolean): unknown {
    if (is<Date>(value, "Date")) return this.#mark("d", value.getTime());
    if (is<RegExp>(value, "RegExp")) return this.#mark("r", [value.source, value.flags]);
    if (isUrl(value)) return this.#mark("l", value.href);
    if (is<Map<unknown, unknown>>(value, "Map")) {
      return this.#list(this.#mark("m", [...value].map(([key, item]) => [key, item])));
    }
    if (is<Set<unknown>>(value, "Set")) return this.#list(this.#mark("s", [...value]));
    if (isError(value)) return this.#fields(this.#mark("e", fieldsOf(value)));
    const { name, bytes } = bytesOf(value) ?? {};
    if (bytes !== undefined) return this.#mark("b", null, name, this.#bytes.push(bytes) - 1);
    if (isBoxed(value)) this.#refuse("boxed primitives can't be serialized. Use the primitive.");
    return isJson ? this.#fields(value) : this.#json(value);
  }

  /** Encodes an instance of any other class as JSON does. */
  #json(value: object): unknown {
    const { toJSON } = value as { toJSON?: unknown };
    if (typeof toJSON !== "function") return this.#fields(value);
    const json: unknown = toJSON.call(value, String(this.#path.at(-1) ?? ""));
    return json === value ? this.#fields(value) : this.#walk(json, true);
  }

  /** Encodes by value: an instance that occurs twice arrives as two. */
  #custom(value: object, [name, type]: readonly [string, StructuredType]): unknown {
    this.#seen.set(value, CIRCULAR);
    this.#mark("o", null, name);
    const encoded = this.#walk(type.encode(value));
    this.#seen.delete(value);
    return encoded;
  }

  #list(list: readonly unknown[]): unknown[] {
    const holes: number[] = [];
    for (let i = 0; i < list.length; i++) if (!(i in list)) holes.push(i);
    if (holes.length > 0) this.#mark("h", null, holes);
    let copy: unknown[] | undefined;
    for (let i = 0; i < list.length; i++) {
      const item = list[i];
      const encoded = i in list ? this.#at(i, item) : null;
      if (encoded !== item && copy === undefined) copy = list.slice(0, i);
      if (copy !== undefined) copy[i] = encoded;
    }
    return copy ?? list as unknown[];
  }

  #fields(object: object): object {
    let copy: object | undefined;
    const fields = object as Record<string, unknown>;
    const keys = Object.keys(object);
    if (keys.length === 0 && !isPlain(object)) this.#refuseHidden(object);
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i]!;
      const item = fields[key];
      const encoded = this.#at(key, item);
      if (encoded !== item && copy === undefined) copy = copyOf(fields, keys.slice(0, i));
      if (copy !== undefined) define(copy, key, encoded);
    }
    if (copy !== undefined || (isPlain(object) && !("toJSON" in object))) return copy ?? object;
    return copyOf(fields, keys); // the copy has no `toJSON`
  }

  /** Refuses objects whose contents aren't in fields, such as a promise, a blob or a stream. */
  #refuseHidden(object: object): void {
    const kind = Object.prototype.toString.call(object).slice(8, -1);
    if (kind !== "Object") {
      this.#refuse(`${kind} objects can't be serialized. Send their contents.`);
    }
  }

  #at(key: string | number, value: unknown): unknown {
    this.#path.push(key);
    const encoded = this.#walk(value);
    this.#path.pop();
    return encoded;
  }

  #mark<T>(type: string, encoded: T, ...rest: unknown[]): T {
    if (rest[0] === CIRCULAR) this.#refuse("an instance of a custom class can't contain itself");
    this.#marks.push([[...this.#path], type, ...rest]);
    return encoded;
  }

  /** JSON makes this `null` in a list, but as a parameter it must arrive as `undefined`. */
  #omit(): unknown {
    const isParameter = this.#path.length === 1 && this.#subject.what === "parameters";
    return isParameter ? this.#mark("u", null) : undefined;
  }

  #refuse(why: string): never {
    throw this.#error(why);
  }

  #error(why: string, cause?: unknown): EncodeError {
    const place = placeOf(this.#subject.what, this.#path);
    return new EncodeError(`Cannot encode "${place}": ${why}`, { cause });
  }
}

/** The path in `#seen` of a custom class's instance while it's being encoded. */
const CIRCULAR: readonly (string | number)[] = ["circular"];

/** The most derived of the custom classes that the value is an instance of. */
function nearest(types: Types, value: object): Types[number] | undefined {
  let best: Types[number] | undefined;
  for (const one of types) {
    const { class: type } = one[1];
    if (!(value instanceof type)) continue;
    if (best === undefined || type.prototype instanceof best[1].class) best = one;
  }
  return best;
}

function isPlain(object: object): boolean {
  const prototype = Object.getPrototypeOf(object);
  return prototype === Object.prototype || prototype === null;
}

function copyOf(fields: Readonly<Record<string, unknown>>, keys: readonly string[]): object {
  const copy = {};
  for (const key of keys) define(copy, key, fields[key]);
  return copy;
}

function fieldsOf(error: Error): Record<string, unknown> {
  const fields: Record<string, unknown> = {
    name: String(error.name),
    message: String(error.message),
  };
  if (Object.hasOwn(error, "cause")) fields.cause = error.cause;
  for (const key of ["errors", "error", "suppressed"]) {
    if (Object.hasOwn(error, key)) fields[key] = (error as unknown as Record<string, unknown>)[key];
  }
  for (const key of Object.keys(error)) {
    if (key !== "stack") define(fields, key, (error as unknown as Record<string, unknown>)[key]);
  }
  return fields;
}

function bytesOf(value: object): { readonly name: string; readonly bytes: Uint8Array } | undefined {
  if (is<ArrayBuffer>(value, "ArrayBuffer")) {
    return { name: "ArrayBuffer", bytes: new Uint8Array(value) };
  }
  if (!ArrayBuffer.isView(value)) return undefined;
  const name = viewName(value);
  if (!Object.hasOwn(BYTES, name)) return undefined;
  return { name, bytes: new Uint8Array(value.buffer, value.byteOffset, value.byteLength) };
}
