/**
 * Replaces ended_by.ts in bundles for browsers. They are smaller without `deadline`, and older
 * browsers don't have the `AbortSignal.any` that it needs.
 */
export function endedBy<T>(
  promise: Promise<T>,
  begin: (end: (reason: unknown) => void) => void,
): Promise<T> {
  return Promise.race([promise, new Promise<never>((_, end) => begin(end))]);
}
