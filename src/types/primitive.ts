// deno-lint-ignore-file ban-types -- the bare `Function` and the boxed classes themselves are meant
/**
 * What is left of a value once it went through JSON: what a remote function's result is typed as.
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
 * A type that JSON changes nothing of is given back as it is, name and all.
 *
 * @typeParam T The value's type before it is sent.
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
export type Primitive<T> = unknown extends T ? T
  : T extends unknown ? Unchanged<T, Json<T>>
  : never;

/**
 * The parameters that may be given where a function takes `Args`, when all that counts is that the
 * right JSON comes out: each as it is, as its {@linkcode Primitive}, or as an object whose
 * `toJSON()` returns that.
 *
 * @typeParam Args The parameters' types, as a tuple.
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
export type Parametric<Args extends readonly unknown[]> = {
  [P in keyof Args]: ParametricValue<Args[P]>;
};

/** @internal */
type ParametricValue<T> = T | Primitive<T> | OfJson<Primitive<T>>;

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
