/** A fixed number of workers, which jobs get in the order in which they asked. */
export class Workers {
  #free: number;
  readonly #waiting = new Set<() => void>();

  constructor(count: number) {
    this.#free = count;
  }

  /**
   * Waits for a worker, and returns a function that releases it. Rejects if the signal aborts.
   *
   * @param onQueued Gets the place in the queue, if no worker is free.
   */
  async take(signal: AbortSignal, onQueued: (place: number) => void): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#free > 0) this.#free--;
    else await this.#turn(signal, onQueued);
    return () => this.#release();
  }

  #turn(signal: AbortSignal, onQueued: (place: number) => void): Promise<void> {
    return new Promise((start, fail) => {
      this.#waiting.add(start);
      signal.addEventListener("abort", () => {
        this.#waiting.delete(start);
        fail(signal.reason);
      }, { once: true });
      onQueued(this.#waiting.size);
    });
  }

  /** The worker goes on with the next job. */
  #release(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free++;
    } else {
      this.#waiting.delete(next);
      next();
    }
  }
}
