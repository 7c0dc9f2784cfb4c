// deno-lint-ignore-file ban-types -- the bare `Function` and the boxed classes themselves are meant
/**
 * What is left of a value once it went over the wire: what a remote function's result is typed as.
 * Unless both ends chose `structured`, that is what JSON keeps of it.
 *
 * | before | after |
 * | --- | --- |
 * | `string`, `number`, `boolean`, `null`, `undefined`, `void`, literals, enums | the same |
 * | `any`, `unknown` | the same |
 * | `String`, `Number`, `Boolean` | `string`, `number`, `boolean` |
 * | with `toJSON()`, as `Date` | what that returns, turned in the same way |
 * | a list or tuple | the same, each element turned |
 * | an object or an instance of a class | its public data: methods and symbols are gone |
 * | `Map`, `Set`, a buffer, a view of one, `RegExp` | `never`: JSON keeps nothing of them |
 * | `bigint`, a function, a symbol | `never`: JSON has no text for them |
 *
 * With `"structured"` as the second argument, what arrives where both ends chose `structured`:
 *
 * | before | after |
 * | --- | --- |
 * | all of the first two lines above, and `bigint` | the same |
 * | `Date`, `RegExp`, `URL`, `ArrayBuffer`, a view of one | the same; of a class that extends it, it |
 * | `Map`, `Set` | the same, with what they hold turned |
 * | an `Error` | its name, message, cause and own fields: an `Error` |
 * | with `toJSON()`, none of these | what that returns, turned in the same way |
 * | a list, a tuple, an object | as above |
 * | `String`, `Number`, `Boolean`, `SharedArrayBuffer`, a weak collection | `never`: refused, or empty |
 * | a function, a symbol | `never`: they vanish |
 *
 * An instance of a class that was given to `structured({ types })` arrives as one of its class: the
 * type, which knows nothing of that, says its public data alone.
 *
 * A type of which nothing changes is given back as it is, name and all.
 *
 * @typeParam T The value's type before it is sent.
 * @typeParam Values How the two ends tell values.
 *
 * @example A class becomes its data, and a date becomes text
 * ```ts
 * import type { Primitive } from "@sheetbend/rpc";
 * import { assertEquals } from "@std/assert";
 *
 * class Note {
 *   at = new Date(0);
 *   text = "hello";
 *   shout() {
 *     return this.text.toUpperCase();
 *   }
 * }
 * const note: Primitive<Note> = JSON.parse(JSON.stringify(new Note()));
 * assertEquals(note.at.slice(0, 4), "1970");
 * assertEquals(Object.keys(note), ["at", "text"]);
 * ```
 */
export type Primitive<T, Values extends "json" | "structured" = "json"> = unknown extends T ? T
  : Values extends "structured" ? (T extends unknown ? Unchanged<T, Told<T>> : never)
  : T extends unknown ? Unchanged<T, Json<T>>
  : never;

/**
 * The parameters that may be given where a function takes `Args`, when all that counts is that the
 * right JSON comes out: each as it is, as its {@linkcode Primitive}, or as an object whose
 * `toJSON()` returns that.
 *
 * @typeParam Args The parameters' types, as a tuple.
 * @typeParam Values How the two ends tell values.
 *
 * @example Text where a date is asked for, a plain object where an instance is
 * ```ts
 * import type { Parametric } from "@sheetbend/rpc";
 * import { assertEquals } from "@std/assert";
 *
 * const given: Parametric<[since: Date, limit: number]>[] = [
 *   [new Date(0), 3],
 *   ["1970-01-01T00:00:00.000Z", 3],
 *   [{ toJSON: () => "1970-01-01T00:00:00.000Z" }, { toJSON: () => 3 }],
 * ];
 * assertEquals(new Set(given.map((args) => JSON.stringify(args))).size, 1);
 * ```
 */
export type Parametric<
  Args extends readonly unknown[],
  Values extends "json" | "structured" = "json",
> = {
  [P in keyof Args]: ParametricValue<Args[P], Values>;
};

/** @internal */
type ParametricValue<T, Values extends "json" | "structured"> =
  | T
  | Primitive<T, Values>
  | OfJson<Primitive<T, Values>>;

type OfJson<T> = [T] extends [undefined | void] ? never : Jsonable<Exclude<T, undefined | void>>;

interface Jsonable<T> {
  toJSON(): T;
}

/**
 * Gives `T` itself where `Turned` says the same: a reader meets the name, not its expansion.
 *
 * @internal
 */
type Unchanged<T, Turned> = unknown extends Turned ? Turned
  : [T, Turned] extends [Turned, T] ? T
  : Turned;

type Atom = string | number | boolean | null | undefined | void;

type Unsaid = Function | symbol;

/** @internal */
type Json<T> = unknown extends T ? T
  : T extends Atom ? T
  : T extends Unsaid ? never
  : T extends { toJSON: (...args: never) => infer Raw } ? JsonOfRaw<Raw>
  : JsonOfObject<T>;

/** `JSON.stringify` asks no second `toJSON` of what the first one returned. */
type JsonOfRaw<Raw> = unknown extends Raw ? Raw
  : Raw extends Atom ? Raw
  : Raw extends Unsaid ? never
  : JsonOfObject<Raw>;

type JsonOfObject<T> = T extends String ? string
  : T extends Number ? number
  : [T, keyof T] extends [Boolean, keyof Boolean] ? boolean
  : T extends Opaque ? never
  : T extends readonly unknown[] ? JsonOfList<T>
  : JsonOfMembers<T>;

/** Where every key stays, a mapping that says so is several times cheaper to check. */
type JsonOfMembers<T> = [Extract<keyof T, symbol> | Extract<T[keyof T], Unsaid>] extends [never]
  ? { [P in keyof T]: Json<T[P]> }
  : { [P in keyof T as KeyInJson<P, T[P]>]: Json<T[P]> };

/** A member that can only be left out is not there; one that fails, or is emptied, is `never`. */
type KeyInJson<P, V> = P extends symbol ? never
  : [Extract<V, Unsaid>] extends [never] ? P
  : [Exclude<V, Unsaid | undefined>] extends [never] ? never
  : P;

/**
 * Built-in objects whose content JSON does not see, or that it has no text for. Only names that
 * every ES2022 library has.
 */
type Opaque =
  | BigInt
  | ReadonlyMap<unknown, unknown>
  | ReadonlySet<unknown>
  | WeakMap<object, unknown>
  | WeakSet<object>
  | ArrayBuffer
  | SharedArrayBuffer
  | ArrayBufferView
  | RegExp;

/** A list of a class of the user's is a plain list in JSON. */
type JsonOfList<T extends readonly unknown[]> = T[number][] extends T
  ? T extends unknown[] ? Json<T[number]>[] : readonly Json<T[number]>[]
  : { [P in keyof T]: 0 } extends readonly unknown[] ? JsonOfTuple<T>
  : Json<T[number]>[];

/** A mapped tuple is made at once: of one that holds itself there would be no end. */
type JsonOfTuple<T extends readonly unknown[]> = T extends readonly Flat[] ? T
  : { [P in keyof T]: Json<T[P]> };

type Flat = Atom | readonly Flat[];

/** The same for values that are told by `structured`, which looks for `toJSON` last. */
type Told<T> = unknown extends T ? T
  : T extends Atom | bigint ? T
  : T extends Unsaid ? never
  : T extends String | Number | BigInt ? never
  : [T, keyof T] extends [Boolean, keyof Boolean] ? never
  : ToldObject<T>;

/** A weak map is less than a map, and a view may be more than a buffer: the order matters. */
type ToldObject<T> = T extends Map<infer K, infer V> ? Map<Told<K>, Told<V>>
  : T extends ReadonlyMap<infer K, infer V> ? ReadonlyMap<Told<K>, Told<V>>
  : T extends Set<infer V> ? Set<Told<V>>
  : T extends ReadonlySet<infer V> ? ReadonlySet<Told<V>>
  : T extends WeakMap<object, unknown> | WeakSet<object> | SharedArrayBuffer ? never
  : T extends ArrayBufferView ? ToldView<T>
  : T extends ArrayBuffer ? Base<T, ArrayBuffer>
  : T extends Date ? Base<T, Date>
  : T extends RegExp ? Base<T, RegExp>
  : T extends URL ? Base<T, URL>
  : T extends readonly unknown[] ? ToldList<T>
  : T extends Error ? ToldMembers<T>
  : T extends { toJSON: (...args: never) => infer Raw } ? Told<Raw>
  : ToldMembers<T>;

/** What a class of the user's adds to a built-in one does not travel. */
type Base<T, BuiltIn> = [keyof T] extends [keyof BuiltIn] ? T : BuiltIn;

type ToldView<T> = T extends DataView ? Base<T, DataView>
  : T extends Int8Array ? Base<T, Int8Array>
  : T extends Uint8Array ? Base<T, Uint8Array>
  : T extends Uint8ClampedArray ? Base<T, Uint8ClampedArray>
  : T extends Int16Array ? Base<T, Int16Array>
  : T extends Uint16Array ? Base<T, Uint16Array>
  : T extends Int32Array ? Base<T, Int32Array>
  : T extends Uint32Array ? Base<T, Uint32Array>
  : T extends Float32Array ? Base<T, Float32Array>
  : T extends Float64Array ? Base<T, Float64Array>
  : T extends BigInt64Array ? Base<T, BigInt64Array>
  : T extends BigUint64Array ? Base<T, BigUint64Array>
  : T;

type ToldMembers<T> = [Extract<keyof T, symbol> | Extract<T[keyof T], Unsaid>] extends [never]
  ? { [P in keyof T]: Told<T[P]> }
  : { [P in keyof T as KeyInJson<P, T[P]>]: Told<T[P]> };

type ToldList<T extends readonly unknown[]> = T[number][] extends T
  ? T extends unknown[] ? Told<T[number]>[] : readonly Told<T[number]>[]
  : { [P in keyof T]: 0 } extends readonly unknown[] ? ToldTuple<T>
  : Told<T[number]>[];

type ToldTuple<T extends readonly unknown[]> = T extends readonly Flat[] ? T
  : { [P in keyof T]: Told<T[P]> };
