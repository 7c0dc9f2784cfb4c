/** The runtime's own, whatever a test makes of it; `performance.now` takes three times as long. */
const { now } = Date;

/** Calls of one peer are begun for so long in a turn of the event loop, in ms. */
const SLICE = 10;

/** The clock is looked at once for so many calls, because that costs. */
const FEW = 8;

/** What the turns of a connection are measured with. */
export interface TurnOwner {
  /** Another turn has begun. */
  turned(): void;
  /** A timer that ends with the connection. */
  later(ms: number, then: () => void): void;
}

/**
 * One connection's share of a turn: a peer may send calls faster than they can be served, and the
 * calls of others come in between turns. Whether a turn is over only a timer tells; one is set when
 * calls have come for longer than a slice, so that a few, or short bursts, cost nothing.
 */
export class Turn {
  readonly #owner: TurnOwner;
  #begun = 0;
  /** When the clock was looked at first, since the last timer. */
  #since: number | undefined;
  /** While a timer is set: when the time is over. */
  #until: number | undefined;

  constructor(owner: TurnOwner) {
    this.#owner = owner;
  }

  /** One more call is about to begin: is there time for it in this turn? */
  hasTime(): boolean {
    if (this.#until === undefined) {
      if (++this.#begun % FEW !== 0) return true;
      const time = now();
      this.#since ??= time;
      if (time - this.#since < SLICE) return true;
      this.begin();
    }
    return now() < this.#until!;
  }

  /** From now on a slice is left, and the clock is looked at for each call. */
  begin(): void {
    this.#until = now() + SLICE;
    this.#owner.later(0, () => this.#next());
  }

  #next(): void {
    this.#since = undefined;
    this.#until = undefined;
    this.#owner.turned();
  }
}
