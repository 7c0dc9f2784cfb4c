import { watchLock } from "../runtimes/web_worker.ts";
import type { PluggedFeature } from "../session/feature.ts";

/**
 * Browsers and Deno don't report that a `Worker` has ended. So the worker holds a Web Lock, whose
 * name is in its answer, and the program waits for that lock.
 *
 * @param lock The name, at the worker that holds it.
 * @param gone Called in the program when the worker has ended.
 */
export function workerLock(lock: string | undefined, gone: () => void): PluggedFeature {
  return {
    name: "lock",
    begin(_session, _isAgreed, fields) {
      if (lock !== undefined) return { answer: () => ({ lock }) };
      if (typeof fields.lock !== "string") return undefined;
      return { ended: watchLock(fields.lock, gone) };
    },
  };
}

/**
 * The same between a shared worker and its pages, in both directions: each side holds a lock, and
 * sends its name in the offer or the answer.
 *
 * @param own The name of this side's lock, if the platform has Web Locks.
 * @param gone Called when the other side has ended.
 * @param ended Called when the session is over.
 */
export function mutualLock(
  own: string | undefined,
  gone: () => void,
  ended: () => void,
): PluggedFeature {
  const fields = (): { lock?: string } => own === undefined ? {} : { lock: own };
  return {
    name: "lock",
    offer: fields,
    begin(_session, _isAgreed, { lock }) {
      const stop = typeof lock === "string" ? watchLock(lock, gone) : undefined;
      return {
        answer: fields,
        ended() {
          stop?.();
          ended();
        },
      };
    },
  };
}
