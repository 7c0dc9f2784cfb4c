interface Watched {
  readonly uids: Set<number>;
  readonly listener: () => void;
}

/** Which calls end with which signal: one listener per signal, however many calls it has. */
export class AbortSignals {
  readonly #abort: (uid: number, reason: unknown) => void;
  readonly #bySignal = new Map<AbortSignal, Watched>();

  /** @param abort Ends one call. */
  constructor(abort: (uid: number, reason: unknown) => void) {
    this.#abort = abort;
  }

  add(signal: AbortSignal, uid: number): void {
    const watched = this.#bySignal.get(signal);
    if (watched !== undefined) return void watched.uids.add(uid);
    const uids = new Set([uid]);
    const listener = (): void => {
      this.#bySignal.delete(signal);
      for (const each of uids) this.#abort(each, signal.reason);
    };
    this.#bySignal.set(signal, { uids, listener });
    signal.addEventListener("abort", listener, { once: true });
  }

  remove(signal: AbortSignal, uid: number): void {
    const watched = this.#bySignal.get(signal);
    if (watched?.uids.delete(uid) !== true || watched.uids.size > 0) return;
    this.#bySignal.delete(signal);
    signal.removeEventListener("abort", watched.listener);
  }
}
