/**
 * A promise whose rejection ends no process: who awaits it gets the error, and who does not has
 * nothing to do about it.
 */
export function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

/** A promise that is rejected, and handled. */
export function rejected(error: unknown): Promise<never> {
  return handled(Promise.reject(error));
}
