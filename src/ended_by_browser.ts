/** Replaces ended_by.ts in bundles: older browsers have no `AbortSignal.any`, and none needs it. */
export function endedBy<T>(
  promise: Promise<T>,
  begin: (end: (reason: unknown) => void) => void,
): Promise<T> {
  return Promise.race([promise, new Promise<never>((_, end) => begin(end))]);
}
