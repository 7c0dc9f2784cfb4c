import { deadline } from "@std/async/deadline";

/**
 * Settles as `promise` does, unless `end` is called first: then it is rejected with what that gets.
 *
 * @param begin Is given `end`.
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

/** Has the platform what `deadline` needs? Node before 20.3 and React Native lack it. */
function canAbort(): boolean {
  const { prototype } = AbortSignal;
  return "any" in AbortSignal && "reason" in prototype && "throwIfAborted" in prototype;
}
