/**
 * Time that moves only when it is told to, and that counts what is set: a run of the fuzzer makes
 * thousands of timers in a few ms. Replaces `setTimeout`, `clearTimeout` and `Date.now` until it is
 * disposed.
 */
export class Clock implements Disposable {
  readonly #real = { setTimeout, clearTimeout, now: Date.now };
  readonly #timers = new Map<number, { readonly at: number; readonly then: () => void }>();
  #now = this.#real.now();
  #lastId = 0;

  constructor() {
    globalThis.setTimeout = ((then: () => void, ms = 0) => {
      this.#timers.set(++this.#lastId, { at: this.#now + Math.max(0, Number(ms) || 0), then });
      return this.#lastId;
    }) as unknown as typeof setTimeout;
    globalThis.clearTimeout = (id) => void this.#timers.delete(id as number);
    Date.now = () => this.#now;
  }

  /** How many timers wait. */
  get count(): number {
    return this.#timers.size;
  }

  /** Moves on, and fires what is due on the way, the soonest first; at most so many of them. */
  tick(ms: number, atMost = 1_000): void {
    const end = this.#now + ms;
    for (let fired = 0; fired < atMost; fired++) {
      const next = this.#soonest(end);
      if (next === undefined) break;
      this.#now = Math.max(this.#now, next.at);
      this.#timers.delete(next.id);
      next.then();
    }
    this.#now = end;
  }

  [Symbol.dispose](): void {
    globalThis.setTimeout = this.#real.setTimeout;
    globalThis.clearTimeout = this.#real.clearTimeout;
    Date.now = this.#real.now;
  }

  #soonest(end: number): { id: number; at: number; then: () => void } | undefined {
    let soonest: { id: number; at: number; then: () => void } | undefined;
    for (const [id, { at, then }] of this.#timers) {
      if (at <= end && (soonest === undefined || at < soonest.at)) soonest = { id, at, then };
    }
    return soonest;
  }
}
