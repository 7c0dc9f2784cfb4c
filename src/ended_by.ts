import { deadline } from "@std/async/deadline";

/**
 * Settles like `promise`, or rejects with the reason passed to `end` if that is called first.
 *
 * @param begin Called at once, with `end`.
 */
export function endedBy<T>(
  promise: Promise<T>,
  begin: (end: (reason: unknown) => void) => void,
): Promise<T> {
  if (!canAbort()) return Promise.race([promise, new Promise<never>((_, end) => begin(end))]);
  const control = new AbortController();
  begin((reason) => control.abort(reason));
  return deadline(promise, Infinity, { signal: control.signal });
}

/** Whether the platform has what `deadline` needs. Node before 20.3 and React Native don't. */
function canAbort(): boolean {
  const { prototype } = AbortSignal;
  return "any" in AbortSignal && "reason" in prototype && "throwIfAborted" in prototype;
}
