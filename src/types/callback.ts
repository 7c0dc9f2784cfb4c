import type { Driver } from "./driver.ts";
import type { ByReference, Called } from "./primitive.ts";

/**
 * A function as the other side gets it, with `callbacks` in use: it returns a promise, and
 * `[Symbol.dispose]()` releases it. In a provider, use it as the type of a parameter. Drivers then
 * take any function of type `F`, or one that returns a promise of its result.
 *
 * In a result, a member that is a function has a type in drivers only if it is a `Callback` or
 * {@linkcode Proxied}, because the methods of a class are members too, and aren't sent.
 *
 * @typeParam F The type of the original function.
 *
 * @example Take a function as a parameter
 * ```ts
 * import type { Callback, Driver } from "@sheetbend/rpc";
 * import { assertEquals } from "@std/assert";
 *
 * class Search {
 *   async count(texts: string[], matches: Callback<(text: string) => boolean>): Promise<number> {
 *     let count = 0;
 *     for (const text of texts) if (await matches(text)) count++;
 *     return count;
 *   }
 * }
 * type Remote = Driver<Search, false, "structured">;
 * const call = (search: Remote) => search.count(["a", "b"], (text) => text > "a");
 * assertEquals(call.length, 1);
 * ```
 */
export type Callback<F extends (...args: never) => unknown> = Called<F> & Disposable;

/**
 * An object that is passed by reference: what `proxy` returns. The other side gets a driver of it,
 * with a `[Symbol.dispose]()` that releases it. A function arrives as a {@linkcode Callback}.
 *
 * @typeParam T The type of the object.
 *
 * @example Name the type of a result
 * ```ts
 * import { type Proxied, proxy } from "@sheetbend/rpc";
 * import { assertEquals } from "@std/assert";
 *
 * const clock = { now: () => new Date() };
 * const open = (): Proxied<typeof clock> => proxy(clock);
 * assertEquals(open(), clock);
 * ```
 */
export type Proxied<T extends object> =
  & T
  & ByReference<
    T extends (...args: never) => unknown ? Callback<T>
      : Driver<T, false, "structured"> & Disposable
  >;
