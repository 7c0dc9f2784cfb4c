import { watchLock } from "../runtimes/web_lock.ts";
import type { PluggedFeature, Settings } from "../session/feature.ts";

/**
 * Browsers and Deno don't report that a worker, or a page of a shared worker, has ended. So each side
 * that can end so holds a Web Lock, sends its name in the offer or the answer, and the other side
 * waits for that lock.
 *
 * @param own The name of this side's lock, if it holds one.
 * @param gone Called when the other side has ended.
 * @param ended Called when the session is over.
 */
export function workerLock(
  own: string | undefined,
  gone: () => void,
  ended: () => void = () => {},
): PluggedFeature {
  const fields = lockField(own);
  return {
    name: "lock",
    begin(_session, _isAgreed, { lock }) {
      const stop = typeof lock === "string" ? watchLock(lock, gone) : undefined;
      return {
        answer: () => fields,
        ended() {
          stop?.();
          ended();
        },
      };
    },
  };
}

/** The field of the offer or the answer with the name of a lock. */
export function lockField(name: string | undefined): { readonly lock?: string } {
  return name === undefined ? {} : { lock: name };
}

/** Adds the lock's feature. A worker that has ended can't be connected to again. */
export function forWorker(settings: Settings, lock: PluggedFeature): Settings {
  return { ...settings, use: [...settings.use.filter((one) => !one.connect), lock] };
}
