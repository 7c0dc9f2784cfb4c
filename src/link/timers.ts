import { LONGEST_TIMER } from "../deadline.ts";

/** The timers of one connection, which end with it. */
export class Timers {
  readonly #ids = new Set<ReturnType<typeof setTimeout>>();

  /** Once, after so many ms; gives what cancels it. Who asks for longer than a timer has no limit. */
  later(ms: number, then: () => void): () => void {
    if (ms > LONGEST_TIMER) return () => {};
    const id = setTimeout(() => {
      this.#ids.delete(id);
      then();
    }, ms);
    this.#ids.add(id);
    return () => {
      clearTimeout(id);
      this.#ids.delete(id);
    };
  }

  /** Again and again, after so many ms each; gives what cancels it. */
  every(ms: number, then: () => void): () => void {
    const tick = (): void => {
      cancel = this.later(ms, tick); // first, so that what it calls can cancel it
      then();
    };
    let cancel = this.later(ms, tick);
    return () => cancel();
  }

  /** Cancels all. */
  clear(): void {
    for (const id of this.#ids) clearTimeout(id);
    this.#ids.clear();
  }
}
