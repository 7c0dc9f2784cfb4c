import { deadline } from "@std/async/deadline";
import { DeadlineError } from "./errors.ts";

/** Why a wait ended that was not in time: never seen outside this file. */
const LATE = Symbol("late");

/** The longest that a timer takes, in ms; what is longer is awaited in steps. */
export const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * Waits until `promise` settles, but no longer than `limit`.
 *
 * @param promise What to wait for.
 * @param limit Milliseconds, or a date. 0, a negative number and a past date are in time only for a
 * promise that has settled already; `Infinity` is no limit.
 * @returns `true` when it was fulfilled in time, `false` when the limit came first.
 * @throws {TypeError} If the limit is `NaN` or an invalid date; otherwise what `promise` is rejected
 * with in time.
 *
 * @example Wait for something, but not for ever
 * ```ts
 * import { settles } from "@sheetbend/rpc";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(await settles(Promise.resolve("done"), 1_000), true);
 * assertEquals(await settles(new Promise(() => {}), 5), false);
 * ```
 */
export function settles(promise: Promise<unknown>, limit: number | Date): Promise<boolean> {
  return timed(promise, limit).then(() => true, (error) => {
    if (error === LATE) return false;
    throw error;
  });
}

/**
 * Gives what `promise` gives, or an error that names what was waited for when `limit` comes first.
 *
 * @typeParam T What the promise gives.
 * @param promise What to wait for.
 * @param limit Milliseconds, or a date, as {@linkcode settles} takes it.
 * @param what What is waited for, for the text of the error.
 * @returns The value of `promise`.
 * @throws {DeadlineError} If the limit came first.
 * @throws {TypeError} If the limit is `NaN` or an invalid date; otherwise what `promise` is rejected
 * with in time.
 *
 * @example Name what took too long
 * ```ts
 * import { DeadlineError, within } from "@sheetbend/rpc";
 * import { assertEquals, assertRejects } from "@std/assert";
 *
 * assertEquals(await within(Promise.resolve(7), 1_000, "the answer"), 7);
 * await assertRejects(() => within(new Promise(() => {}), 5, "the answer"), DeadlineError);
 * ```
 */
export function within<T>(promise: Promise<T>, limit: number | Date, what: string): Promise<T> {
  return timed(promise, limit).catch((error) => {
    throw error === LATE
      ? new DeadlineError(`Cannot wait any longer for ${what}: the deadline has passed`)
      : error;
  });
}

/**
 * The milliseconds from now to `limit`.
 *
 * @throws {TypeError} If it is no number and no valid date.
 */
export function millisecondsTo(limit: number | Date): number {
  const ms = limit instanceof Date ? limit.getTime() - Date.now() : limit;
  if (typeof ms === "number" && !Number.isNaN(ms)) return ms;
  throw new TypeError(
    "Cannot wait: the limit is neither a number of milliseconds nor a valid date",
  );
}

/**
 * Waits under a timer of its own, which is cleared when the promise settles: the timer of
 * `deadline(promise, ms)` would go on until it fires. Rejects with `LATE`.
 */
async function timed<T>(promise: Promise<T>, limit: number | Date): Promise<T> {
  promise.catch(() => {}); // whatever becomes of the wait, it is not unhandled
  const ms = millisecondsTo(limit);
  if (ms === Infinity) return await promise;
  if (ms <= 0) return await Promise.race([promise, late()]);
  const control = new AbortController();
  const cancel = later(ms, () => control.abort(LATE));
  try {
    return await deadline(promise, Infinity, { signal: control.signal });
  } finally {
    cancel();
  }
}

/** Rejects a few microtasks from now, so that a promise that has settled already comes first. */
async function late(): Promise<never> {
  await null;
  await null;
  throw LATE;
}

/** A timer for any length of time; gives what cancels it. */
function later(ms: number, then: () => void): () => void {
  let left = ms;
  let id: ReturnType<typeof setTimeout>;
  const step = (): void => {
    const now = Math.min(left, LONGEST_TIMER);
    left -= now;
    id = setTimeout(left > 0 ? step : then, now);
  };
  step();
  return () => clearTimeout(id);
}
