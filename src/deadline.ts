import { endedBy } from "./ended_by.ts";
import { DeadlineError } from "./errors.ts";

/** What {@linkcode timed} rejects with at the limit. Never leaves this file. */
const LATE = Symbol("late");

/** The longest delay that `setTimeout` supports, in ms. */
export const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * Waits for a promise until a limit. Resolves to `true` if the promise fulfilled in time, and to
 * `false` if it was still pending. Rejects if the promise rejected in time. The limit ends only the
 * wait, not the work behind the promise.
 *
 * @param limit A number of ms or a `Date`. With 0, a negative number or a past `Date`, only a
 * promise that has already settled is in time. `Infinity` waits without a limit.
 * @throws {TypeError} If the limit is `NaN` or an invalid `Date`.
 *
 * @example Wait for at most a second
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
 * Waits for a promise until a limit. Settles like the promise if that settles in time.
 *
 * @param limit A number of ms or a `Date`, as in {@linkcode settles}.
 * @param what What you wait for, to be named in the error's message.
 * @throws {DeadlineError} If the promise is still pending at the limit.
 * @throws {TypeError} If the limit is `NaN` or an invalid `Date`.
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
      ? new DeadlineError(`Cannot wait any longer for ${what}: the ${passed(limit)}`)
      : error;
  });
}

/** Describes a limit that has passed, for an error message. */
export function passed(limit: number | Date): string {
  return typeof limit === "number"
    ? `timeout of ${limit} ms has passed`
    : `deadline, ${limit.toJSON()}, has passed`;
}

/** The ms until a limit. Throws a `TypeError` if it isn't a number or a valid `Date`. */
export function millisecondsTo(limit: number | Date): number {
  const ms = limit instanceof Date ? limit.getTime() - Date.now() : limit;
  if (typeof ms === "number" && !Number.isNaN(ms)) return ms;
  throw new TypeError("Cannot wait: the limit must be milliseconds or a valid Date");
}

/**
 * Rejects with `LATE` at the limit. Sets its own timer, because that of `deadline` with a number of
 * ms keeps running after the promise has settled.
 */
async function timed<T>(promise: Promise<T>, limit: number | Date): Promise<T> {
  promise.catch(() => {}); // if it rejects after the limit, that isn't an unhandled rejection
  const ms = millisecondsTo(limit);
  if (ms === Infinity) return await promise;
  if (ms <= 0) return await Promise.race([promise, late()]);
  let clear = (): void => {};
  try {
    return await endedBy(promise, (end) => clear = startTimer(ms, () => end(LATE)));
  } finally {
    clear();
  }
}

/** Rejects two microtasks later, so that a promise that has already settled wins the race. */
async function late(): Promise<never> {
  await null;
  await null;
  throw LATE;
}

/** Starts a timer of any length, in ms. Returns a function that clears it. */
function startTimer(ms: number, then: () => void): () => void {
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
