import { watchLock } from "../runtimes/web_lock.ts";
import type { PluggedFeature } from "../session/feature.ts";

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
