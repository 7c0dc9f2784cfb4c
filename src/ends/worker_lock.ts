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
