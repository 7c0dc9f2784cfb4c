// deno-lint-ignore-file ban-types -- matches `Function` and the boxed classes themselves
import type {
  Collection,
  Encoding,
  IsStream,
  Opaque,
  Parametric,
  Primitive,
  Returned,
  Sendable,
} from "./primitive.ts";

/**
 * A namespace of a driver. The functions of `T` become {@linkcode Functional}, its objects become
 * namespaces, the elements of a list keep their indices, and `any` and `unknown` don't change.
 * Optional members stay optional; call them as `driver.optional?.()`.
 *
 * Omitted: other values, members of built-in classes, symbols, names that start or end with `_`,
 * `constructor`, `prototype`, and the names that a driver handles itself: `then`, `toJSON`,
 * `hasAttribute`, `call`, `apply` and `bind`.
 *
 * @typeParam T The type of the object in the remote provider.
 * @typeParam UseParametric As in {@linkcode Driver}.
 * @typeParam Values As in {@linkcode Driver}.
 *
 * @example Store a namespace of a driver in a field
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
export type Promisive<
  T extends object,
  UseParametric extends boolean = false,
  Values extends "json" | "structured" = "json",
> = { readonly [P in keyof T as NameBelowRoot<P, T>]: Member<T[P], UseParametric, Values> };

/**
 * A remote function, which returns a promise of the {@linkcode Primitive} of its result.
 *
 * A function that already returns a promise of JSON values keeps its type, including type
 * parameters and all overloads. Other functions keep their last four overloads, and their type
 * parameters are replaced by their constraints. Parameters that JSON can't represent, such as a
 * function, a `bigint` or a `Map`, have the type `never` unless `Values` is `"structured"`.
 * Functions that are properties of `Method`, such as static methods, can be called too.
 *
 * @typeParam Method The type of the function in the remote provider.
 * @typeParam UseParametric As in {@linkcode Driver}.
 * @typeParam Values As in {@linkcode Driver}.
 *
 * @example Call a function that returns a `Date`
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
export type Functional<
  Method extends Function,
  UseParametric extends boolean = false,
  Values extends "json" | "structured" = "json",
> = unknown extends Method ? Method : FunctionMember<Method, UseParametric, Values>;

/**
 * `T` without the members whose names start or end with `_`, which the other side can't reach.
 *
 * @example Omit names that start or end with `_`
 * ```ts
 * import type { OmitEdgeUnderscored } from "@sheetbend/rpc";
 * import { assertEquals } from "@std/assert";
 *
 * type Remote = OmitEdgeUnderscored<{ a: number; a_b: number; _c: number; d_: number }>;
 * const remote: Remote = { a: 1, a_b: 2 };
 * assertEquals(remote.a + remote.a_b, 3);
 * ```
 */
export type OmitEdgeUnderscored<T extends object> = {
  [P in keyof T as P extends EdgeUnderscored ? never : P]: T[P];
};

/** @internal */
type EdgeUnderscored = `_${string}` | `${string}_`;

/** Names that providers refuse, or that the driver handles itself. */
type NeverRemote = "constructor" | "prototype" | "then" | "toJSON" | "hasAttribute";

// the key of member `P` of `T` in a driver, or `never`
/** @internal */
export type RemoteName<P, T> = P extends symbol | EdgeUnderscored | NeverRemote | BuiltInName<T>
  ? never
  : P extends keyof T ? HasDrivable<T[P]> extends true ? P : never
  : never;

/** @internal */
type NameBelowRoot<P, T> = P extends "call" | "apply" | "bind" ? never : RemoteName<P, T>;

type HasDrivable<V> = unknown extends V ? true : [Drivable<V>] extends [never] ? false : true;

/** The objects in a union that may have functions. Doesn't check members, which may recurse. */
type Drivable<V> = V extends readonly unknown[]
  ? unknown extends V[number] ? V : [Extract<V[number], object>] extends [never] ? never : V
  : V extends Collection ? [Exclude<keyof V, BuiltInName<V> | symbol>] extends [never] ? never : V
  : V extends Sealed ? never
  : [V, keyof V] extends [Boolean, keyof Boolean] ? never
  : V extends object ? V
  : never;

/**
 * Names that a class inherits from `Array`, `Map` or `Set`, which are refused. The names that it
 * adds aren't. A tuple of known length keeps only its own indices.
 */
type BuiltInName<T> = T extends readonly unknown[]
  ? Exclude<keyof unknown[], number extends T["length"] ? number : never>
  : T extends Collection ? keyof Map<unknown, unknown> | keyof Set<unknown>
  : never;

/** Built-in objects, all of whose functions are refused. */
type Sealed = Opaque | Date | Promise<unknown> | String | Number;

// `null` and `undefined` are kept, because the remote member may be missing
/** @internal */
export type Member<V, U extends boolean, E extends Encoding> = unknown extends V ? V
  : V extends null | undefined ? V
  : V extends Function ? FunctionMember<V, U, E>
  : V extends object ? [Drivable<V>] extends [never] ? never : Promisive<V, U, E>
  : never;

/** @internal */
type FunctionMember<M, U extends boolean, E extends Encoding> = M extends
  (...args: never) => unknown
  ? [keyof M] extends [never] ? Signatures<M, U, E> : Signatures<M, U, E> & Promisive<M, U, E>
  : M extends abstract new (...args: never) => unknown ? Promisive<M, U, E>
  : UnknownFunction;

/**
 * TypeScript infers overloads from the last one backward. If there are fewer than four, it repeats
 * the first one, and the intersection removes the duplicates.
 */
type Signatures<M, U extends boolean, E extends Encoding> = M extends {
  (...args: infer A1): infer R1;
  (...args: infer A2): infer R2;
  (...args: infer A3): infer R3;
  (...args: infer A4): infer R4;
} ? KeepIf<
    | IsKept<R1, E>
    | IsKept<R2, E>
    | IsKept<R3, E>
    | IsKept<R4, E>
    | IsSendable<A1 | A2 | A3 | A4, E>
    | HasNoThis<M>,
    M,
    [A1, R1] extends [A4, R4] ? GenericOr<M, A4, R4, U, E>
      :
        & Signature<A1, R1, U, E>
        & Signature<A2, R2, U, E>
        & Signature<A3, R3, U, E>
        & Signature<A4, R4, U, E>,
    U
  >
  : GenericSignature<M, U, E>;

/**
 * For a generic function that doesn't match the four inferred overloads. TypeScript infers type
 * parameters that depend on each other as `never`, which would make every call an error.
 */
type GenericSignature<M, U extends boolean, E extends Encoding> = M extends
  (...args: infer A) => unknown ? M extends (...args: never) => infer R ? KeepIf<
      IsKept<R, E> | IsSendable<A, E> | HasNoThis<M>,
      M,
      Signature<{ [P in keyof A]: UnknownIfNever<A[P]> }, UnknownIfNever<R>, U, E>,
      U
    >
  : UnknownFunction
  : UnknownFunction;

/**
 * The type of a function with one signature. If it's generic and its result depends on its
 * arguments, the result still does: TypeScript can't map the result type of a generic function, but
 * it can determine which members of a union the function can return.
 */
type GenericOr<M, A extends unknown[], R, U extends boolean, E extends Encoding> =
  [U, Fitting<M, { [P in keyof A]: never }, Awaited<R>>] extends [true, unknown] | [false, never]
    ? Signature<A, R, U, E>
    : <G extends SendableArgs<A, E>>(
      ...args: G
    ) => Returned<Primitive<OrElse<Fitting<M, G, Awaited<R>>, Awaited<R>>, E>, E>;

/** The members of a union `V`, but not all of `V`, that `M` can return for these arguments. */
type Fitting<M, A extends unknown[], V, All = V> = V extends unknown
  ? [All] extends [V] ? never : M extends (...args: A) => V | Promise<V> ? V : never
  : never;

type OrElse<T, Other> = [T] extends [never] ? Other : T;

/** With wider parameters, the result includes `M` as well, unless `Turned` is assignable to it. */
type KeepIf<All extends boolean, M, Turned, U extends boolean> = false extends All ? Turned
  : [U] extends [true] ? [Turned] extends [M] ? Turned : M & Turned
  : M;

type UnknownIfNever<T> = [T] extends [never] ? unknown : T;

type UnknownFunction = (...args: unknown[]) => Promise<unknown>;

type Signature<Args extends unknown[], Result, U extends boolean, E extends Encoding> = (
  ...args: [U] extends [true] ? Parametric<SendableArgs<Args, E>, E> : SendableArgs<Args, E>
) => Returned<Primitive<Awaited<Result>, E>, E>;

type SendableArgs<Args extends unknown[], E extends Encoding> = {
  [P in keyof Args]: Sendable<Args[P], E>;
};

/** Whether all parameters can be sent as they are. */
type IsSendable<Args extends unknown[], E extends Encoding> = Args extends unknown
  ? [Args, SendableArgs<Args, E>] extends [SendableArgs<Args, E>, Args] ? true : false
  : never;

/** Whether a driver returns exactly `Result`. */
type IsKept<Result, E extends Encoding> = unknown extends Result ? false
  : [Result] extends [Promise<infer V>]
    ? [Promise<V>, Changed<V, E>, IsStream<V, E>] extends [Result, never, false] ? true : false
  : false;

/** The members of a union that serialization changes. */
type Changed<V, E extends Encoding> = unknown extends V ? never
  : V extends unknown ? [Primitive<V, E>, V] extends [V, Primitive<V, E>] ? never : V
  : never;

/** Whether `M` declares no `this`, which a driver's function can't take. */
type HasNoThis<M> = unknown extends ThisParameterType<M> ? true : false;
