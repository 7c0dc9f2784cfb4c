/** Timers that a test lets pass: what is asked for by `later` is called by `pass`. */
export class FakeLater {
  #now = 0;
  #waiting: { at: number; then: () => void }[] = [];

  /** How many wait. */
  get count(): number {
    return this.#waiting.length;
  }

  /** Asks for a call after so many ms; gives what cancels it. */
  readonly later = (ms: number, then: () => void): () => void => {
    const one = { at: this.#now + ms, then };
    this.#waiting.push(one);
    return () => void (this.#waiting = this.#waiting.filter((other) => other !== one));
  };

  /** Lets so many ms pass. */
  pass(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const [next] = this.#waiting.toSorted((a, b) => a.at - b.at);
      if (next === undefined || next.at > end) break;
      this.#waiting = this.#waiting.filter((other) => other !== next);
      this.#now = next.at;
      next.then();
    }
    this.#now = end;
  }
}
