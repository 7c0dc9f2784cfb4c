/** Marks a rejection as handled, so that it doesn't end the process. `await` still throws it. */
export function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

/** Creates a rejected promise that is marked as handled. */
export function rejected(error: unknown): Promise<never> {
  return handled(Promise.reject(error));
}
