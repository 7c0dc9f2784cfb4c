/** Options for {@linkcode deadline}. */
export interface DeadlineOptions {
  /** Ends the waiting, with its reason. */
  signal?: AbortSignal;
}

/**
 * Waits for `p`, at most `ms` milliseconds (without end from
 * `Number.MAX_SAFE_INTEGER` on).
 *
 * @throws {DOMException} A `TimeoutError` when the time is over first; the signal's reason when it
 * aborts first.
 */
export async function deadline<T>(
  p: Promise<T>,
  ms: number,
  options: DeadlineOptions = {},
): Promise<T> {
  const { signal } = options;
  const timeout = ms < Number.MAX_SAFE_INTEGER ? [AbortSignal.timeout(ms)] : [];
  const ended = AbortSignal.any(signal ? [...timeout, signal] : timeout);
  let abort: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(ended.reason);
    if (ended.aborted) abort();
    else ended.addEventListener("abort", abort, { once: true });
  });
  try {
    return await Promise.race([aborted, p]);
  } finally {
    if (abort) ended.removeEventListener("abort", abort);
  }
}
