// deno-lint-ignore-file ban-types -- the bare `Function` and the boxed classes themselves are meant
import type { Parametric, Primitive } from "./primitive.ts";

/** The class behind every driver: `driver instanceof Driver` holds for what `getDriver()` gives. */
export const Driver: new () => object = class Driver {};

/**
 * A remote provider as its driver shows it: its functions return promises, its objects are driven in
 * turn, and what is no function and holds none is not there. Each member is what {@linkcode Promisive} says; besides, the names `call`, `apply` and
 * `bind` are remote here, and only here.
 *
 * A `Driver<T>` goes wherever a `T` is asked for whose functions return promises of what JSON
 * keeps, in namespaces or not, optional or not. `Driver<any>` has every member.
 *
 * @typeParam Controller The remote provider's type.
 * @typeParam UseParametric `true` lets parameters be anything that becomes the right JSON.
 *
 * @example What a driver of an object looks like
 * ```ts
 * import type { Driver } from "@sheetbend/rpc";
 * import { assertEquals } from "@std/assert";
 *
 * interface Calculator {
 *   plus(x: number, y: number): number;
 *   statistics: { mean(...values: number[]): number };
 *   version: string; // no function: a driver has none of it
 * }
 * async function use(calculator: Driver<Calculator>): Promise<number> {
 *   const sum: number = await calculator.plus(1, 2);
 *   return await calculator.statistics.mean(sum, 5);
 * }
 * const local = { plus: async () => await 3, statistics: { mean: async () => await 4 } };
 * assertEquals(await use(local), 4);
 * ```
 */
export type Driver<Controller extends object, UseParametric extends boolean = false> = {
  readonly [P in keyof Controller as RemoteName<P, Controller>]: Member<
    Controller[P],
    UseParametric
  >;
};

/**
 * A namespace of a driver: the functions of `Instance` as {@linkcode Functional} has them, its
 * objects driven in turn.
 *
 * Not there are: atoms (`any` and `unknown` stay as they are), what built-in objects bring with
 * them, symbols, names that begin or end with `_`, `constructor` and `prototype`, and the names
 * that a driver answers itself: `then`, `toJSON`, `call`, `apply`, `bind`. Of a list there are the
 * elements, by index. What may be missing in `Instance` may be missing here:
 * `driver.optional?.()`.
 *
 * @typeParam Instance The type of the object in the remote provider.
 * @typeParam UseParametric `true` lets parameters be anything that becomes the right JSON.
 *
 * @example To keep one namespace of a driver
 * ```ts
 * import type { Promisive } from "@sheetbend/rpc";
 * import { assertEquals } from "@std/assert";
 *
 * class Counter {
 *   #count = 0;
 *   up(by: number): number {
 *     return this.#count += by;
 *   }
 * }
 * class Remote {
 *   constructor(readonly counter: Promisive<Counter>) {}
 * }
 * const remote = new Remote({ up: (by) => Promise.resolve(by) });
 * assertEquals(await remote.counter.up(3), 3);
 * ```
 */
export type Promisive<Instance extends object, UseParametric extends boolean = false> = {
  readonly [P in keyof Instance as NameBelowRoot<P, Instance>]: Member<Instance[P], UseParametric>;
};

/**
 * A function as it is called from afar: it returns a promise of the {@linkcode Primitive} of its
 * result.
 *
 * One that returns a promise of what JSON keeps anyway stays as it is, generic or not and with all
 * its overloads. Of others, the last four overloads are kept; a type parameter is replaced by what
 * it extends. Functions that it carries are driven with it, and so are a class's static ones.
 *
 * @typeParam Method The remote function's type.
 * @typeParam UseParametric `true` lets parameters be anything that becomes the right JSON.
 *
 * @example What a function becomes
 * ```ts
 * import type { Functional } from "@sheetbend/rpc";
 * import { assertEquals } from "@std/assert";
 *
 * const tomorrow = (days: number): Date => new Date(days * 86_400_000);
 * const remote: Functional<typeof tomorrow> = (days) => Promise.resolve(tomorrow(days).toJSON());
 * const text: string = await remote(1);
 * assertEquals(text, "1970-01-02T00:00:00.000Z");
 * ```
 */
export type Functional<Method extends Function, UseParametric extends boolean = false> =
  unknown extends Method ? Method : FunctionMember<Method, UseParametric>;

/**
 * `T` without the members whose names begin or end with `_`: no remote may reach those.
 *
 * @typeParam T The type of an object.
 *
 * @example What a remote sees of an object
 * ```ts
 * import type { OmitEdgeUnderscored } from "@sheetbend/rpc";
 * import { assertEquals } from "@std/assert";
 *
 * const open: OmitEdgeUnderscored<{ a: number; a_b: number; _c: number; d_: number }> = {
 *   a: 1,
 *   a_b: 2,
 * };
 * assertEquals(open.a + open.a_b, 3);
 * ```
 */
export type OmitEdgeUnderscored<T extends object> = {
  [P in keyof T as P extends EdgeUnderscored ? never : P]: T[P];
};

/** @internal */
type EdgeUnderscored = `_${string}` | `${string}_`;

/** Refused by every provider, or answered by the driver itself. */
type NeverRemote = "constructor" | "prototype" | "then" | "toJSON";

/**
 * The key under which a driver has the member `P` of `T`, or `never`.
 *
 * @internal
 */
type RemoteName<P, T> = P extends symbol | EdgeUnderscored | NeverRemote | BuiltInName<T> ? never
  : P extends keyof T ? HasDrivable<T[P]> extends true ? P : never
  : never;

/** @internal */
type NameBelowRoot<P, T> = P extends "call" | "apply" | "bind" ? never : RemoteName<P, T>;

type HasDrivable<V> = unknown extends V ? true : [Drivable<V>] extends [never] ? false : true;

/** The objects in a union that may hold functions. Asks not what they hold: that may be endless. */
type Drivable<V> = V extends readonly unknown[]
  ? unknown extends V[number] ? V : [Extract<V[number], object>] extends [never] ? never : V
  : V extends Collection ? [Exclude<keyof V, BuiltInName<V> | symbol>] extends [never] ? never : V
  : V extends Sealed ? never
  : [V, keyof V] extends [Boolean, keyof Boolean] ? never
  : V extends object ? V
  : never;

/**
 * What a class of the user's inherits from these is refused, what it adds is not. A tuple whose
 * length is known has its elements by their own indices alone.
 */
type BuiltInName<T> = T extends readonly unknown[]
  ? Exclude<keyof unknown[], number extends T["length"] ? number : never>
  : T extends Collection ? keyof Map<unknown, unknown> | keyof Set<unknown>
  : never;

type Collection = ReadonlyMap<unknown, unknown> | ReadonlySet<unknown>;

/** Built-in objects whose functions are all refused. Only names that every ES2022 library has. */
type Sealed =
  | Date
  | RegExp
  | Promise<unknown>
  | WeakMap<object, unknown>
  | WeakSet<object>
  | ArrayBuffer
  | SharedArrayBuffer
  | ArrayBufferView
  | String
  | Number
  | BigInt;

/**
 * `null` and `undefined` stay beside what may be called: the remote may have none.
 *
 * @internal
 */
type Member<V, U extends boolean> = unknown extends V ? V
  : V extends null | undefined ? V
  : V extends Function ? FunctionMember<V, U>
  : V extends object ? [Drivable<V>] extends [never] ? never : Promisive<V, U>
  : never;

/** @internal */
type FunctionMember<M, U extends boolean> = M extends (...args: never) => unknown
  ? [keyof M] extends [never] ? Signatures<M, U> : Signatures<M, U> & Promisive<M, U>
  : M extends abstract new (...args: never) => unknown ? Promisive<M, U>
  : UnknownFunction;

/**
 * Overloads are inferred from the last one back, and the first fills what is left of the four: the
 * same signature again, of which an intersection keeps one.
 */
type Signatures<M, U extends boolean> = M extends {
  (...args: infer A1): infer R1;
  (...args: infer A2): infer R2;
  (...args: infer A3): infer R3;
  (...args: infer A4): infer R4;
} ? KeepIf<
    Kept<R1> | Kept<R2> | Kept<R3> | Kept<R4> | Free<M>,
    M,
    Signature<A1, R1, U> & Signature<A2, R2, U> & Signature<A3, R3, U> & Signature<A4, R4, U>,
    U
  >
  : GenericSignature<M, U>;

/**
 * A generic function may fit none of what was inferred from it. Where its type parameters depend on
 * one another, `never` is what is left of them, and no call would do.
 */
type GenericSignature<M, U extends boolean> = M extends (...args: infer A) => unknown
  ? M extends (...args: never) => infer R ? KeepIf<
      Kept<R> | Free<M>,
      M,
      Signature<{ [P in keyof A]: UnknownIfNever<A[P]> }, UnknownIfNever<R>, U>,
      U
    >
  : UnknownFunction
  : UnknownFunction;

/** What is kept stays whole beside the wider parameters, unless these say all that it does. */
type KeepIf<All extends boolean, M, Turned, U extends boolean> = false extends All ? Turned
  : [U] extends [true] ? [Turned] extends [M] ? Turned : M & Turned
  : M;

type UnknownIfNever<T> = [T] extends [never] ? unknown : T;

type UnknownFunction = (...args: unknown[]) => Promise<unknown>;

type Signature<Args extends unknown[], Result, U extends boolean> = (
  ...args: [U] extends [true] ? Parametric<Args> : Args
) => Promise<Primitive<Awaited<Result>>>;

/** Is a result the same from afar? */
type Kept<Result> = unknown extends Result ? false
  : [Result] extends [Promise<infer V>]
    ? [Promise<V>, Changed<V>] extends [Result, never] ? true : false
  : false;

/** The types in a union that JSON changes. */
type Changed<V> = unknown extends V ? never
  : V extends unknown ? [Primitive<V>, V] extends [V, Primitive<V>] ? never : V
  : never;

/** A driver's function has no `this` to give. */
type Free<M> = unknown extends ThisParameterType<M> ? true : false;
