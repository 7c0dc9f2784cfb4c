import type { Driver } from "../types/driver.ts";
import type { Member } from "./member.ts";

/** What one member answered to `ask`: a value, or why there is none. */
export type Answer<Value, Info = undefined> =
  | {
    /** The member. */
    readonly member: Member<Info>;
    /** What its function returned. */
    readonly value: Value;
  }
  | {
    /** The member. */
    readonly member: Member<Info>;
    /** What its function threw, or why it didn't return. */
    readonly error: unknown;
  };

/**
 * The driver of a broadcast. It has the functions of `Remote`, each of which returns a
 * `Promise<void>`.
 */
export type BroadcastDriver<
  Remote extends object,
  Values extends "json" | "structured" = "json",
> = Each<Driver<Remote, false, Values>, "broadcast", undefined>;

/**
 * The driver of a question. It has the functions of `Remote`, each of which returns an
 * `AsyncIterable` of {@linkcode Answer}.
 */
export type AskDriver<
  Remote extends object,
  Info = undefined,
  Values extends "json" | "structured" = "json",
> = Each<Driver<Remote, false, Values>, "ask", Info>;

type Kind = "broadcast" | "ask";

// the functions of a driver, with other results
/** @internal */
type Each<D, K extends Kind, Info> = object & { readonly [P in keyof D]: One<D[P], K, Info> };

type One<V, K extends Kind, Info> = unknown extends V ? V
  : V extends (...args: never) => unknown
    ? [keyof V] extends [never] ? Signatures<V, K, Info> : Signatures<V, K, Info> & Each<V, K, Info>
  : V extends object ? Each<V, K, Info>
  : V;

/** TypeScript infers overloads from the last one backward, and repeats the first. */
type Signatures<V, K extends Kind, Info> = V extends {
  (...args: infer A1): infer R1;
  (...args: infer A2): infer R2;
  (...args: infer A3): infer R3;
  (...args: infer A4): infer R4;
} ? [A1, R1] extends [A4, R4] ? Signature<A4, R4, K, Info>
  :
    & Signature<A1, R1, K, Info>
    & Signature<A2, R2, K, Info>
    & Signature<A3, R3, K, Info>
    & Signature<A4, R4, K, Info>
  : V extends (...args: infer A) => infer R ? Signature<A, R, K, Info>
  : never;

type Signature<A extends unknown[], R, K extends Kind, Info> = K extends "broadcast"
  ? (...args: A) => Promise<void>
  : (...args: A) => AsyncIterable<Answer<Awaited<R>, Info>>;
