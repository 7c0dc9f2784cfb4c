import { abortReason } from "../options.ts";

/** Ends calls whose signal aborted. */
interface Caller {
  giveUp(uid: number, reason: unknown): void;
}

/** The pending calls of one signal, of all communicators, and a function that stops listening. */
interface Watched {
  readonly calls: Map<{ readonly uid: number }, Caller>;
  readonly stop: () => void;
}

/** One listener per signal in the whole program, because Node warns of a leak above ten. */
const watchedBy = new WeakMap<AbortSignal, Watched>();

/** Ends the call when the signal aborts. */
export function follow(signal: AbortSignal, call: { readonly uid: number }, caller: Caller): void {
  let watched = watchedBy.get(signal);
  if (watched === undefined) watchedBy.set(signal, watched = watch(signal));
  watched.calls.set(call, caller);
}

/** Stops following the signal, because the call has ended. */
export function unfollow(signal: AbortSignal, call: { readonly uid: number }): void {
  const watched = watchedBy.get(signal);
  if (watched?.calls.delete(call) !== true || watched.calls.size > 0) return;
  watchedBy.delete(signal);
  watched.stop();
}

function watch(signal: AbortSignal): Watched {
  const calls: Watched["calls"] = new Map();
  const listener = (): void => {
    watchedBy.delete(signal);
    for (const [{ uid }, caller] of calls) caller.giveUp(uid, abortReason(signal.reason));
  };
  signal.addEventListener("abort", listener, { once: true });
  return { calls, stop: () => signal.removeEventListener("abort", listener) };
}
