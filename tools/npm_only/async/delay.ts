/** The longest time that `setTimeout` takes, in ms. */
const MAX_TIMEOUT = 2 ** 31 - 1;

/** Options for {@linkcode delay}. */
export interface DelayOptions {
  /** Ends the delay early, with its reason. */
  signal?: AbortSignal;
}

/** Resolves after `ms` milliseconds; a time that is negative or no number counts as 0. */
export function delay(ms: number, options: DelayOptions = {}): Promise<void> {
  const { signal } = options;
  if (signal?.aborted) return Promise.reject(signal.reason);
  return new Promise((resolve, reject) => {
    let rest = Math.trunc(Math.max(ms, 0) || 0);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const next = () => {
      if (rest <= 0) {
        signal?.removeEventListener("abort", abort);
        return resolve();
      }
      wait();
    };
    const wait = () => {
      const step = Math.min(rest, MAX_TIMEOUT);
      rest -= step;
      timer = setTimeout(next, step);
    };
    signal?.addEventListener("abort", abort, { once: true });
    wait();
  });
}
