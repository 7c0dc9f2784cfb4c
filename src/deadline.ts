import { endedBy } from "./ended_by.ts";
import { DeadlineError } from "./errors.ts";

/** What {@linkcode timed} rejects with; never leaves this file. */
const LATE = Symbol("late");

/** The longest delay of `setTimeout`, in ms. */
export const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * Waits for `promise`, but no longer than `limit`. Resolves to `true` if it was fulfilled in time, and
 * to `false` if not. A rejection in time is passed on.
 *
 * @param limit Milliseconds or a `Date`. 0, a negative number and a past date accept only a promise
 * that has settled already; `Infinity` waits forever.
 * @throws {TypeError} If the limit is `NaN` or an invalid date.
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
 * Settles as `promise` does, if it does so in time.
 *
 * @param limit Milliseconds or a `Date`, as in {@linkcode settles}.
 * @param what The subject of the wait, for the error's message.
 * @throws {DeadlineError} If the limit came first.
 * @throws {TypeError} If the limit is `NaN` or an invalid date.
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

/** A limit in words, for the texts of errors. */
export function passed(limit: number | Date): string {
  return typeof limit === "number"
    ? `deadline of ${limit} ms has passed`
    : `deadline, ${limit.toJSON()}, has passed`;
}

/** The milliseconds left. Throws a `TypeError` unless `limit` is a number or a valid date. */
export function millisecondsTo(limit: number | Date): number {
  const ms = limit instanceof Date ? limit.getTime() - Date.now() : limit;
  if (typeof ms === "number" && !Number.isNaN(ms)) return ms;
  throw new TypeError(
    "Cannot wait: the limit is neither a number of milliseconds nor a valid date",
  );
}

/**
 * Rejects with `LATE` at the limit. The timer is not that of `deadline(promise, ms)`, which keeps
 * running after the promise has settled.
 */
async function timed<T>(promise: Promise<T>, limit: number | Date): Promise<T> {
  promise.catch(() => {}); // a rejection after the limit is not an unhandled one
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

/** Rejects after a promise that has settled already. */
async function late(): Promise<never> {
  await null;
  await null;
  throw LATE;
}

/** Starts a timer of any length, and returns a function that clears it. */
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
