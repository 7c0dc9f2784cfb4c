/** Marks a rejection as handled: it never ends the process, and an `await` still throws it. */
export function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

/** A promise that is rejected, and handled. */
export function rejected(error: unknown): Promise<never> {
  return handled(Promise.reject(error));
}
