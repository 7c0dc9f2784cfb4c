/** Calls of one peer are begun for so long in a turn of the event loop, in ms. */
const SLICE = 10;

/** The clock is looked at once for so many calls, because that costs. */
const FEW = 8;

/** Where a look comes so long after the last, calls may take their time: each is looked at, in ms. */
const LONG = 1;

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
  /** So many calls are begun until the clock is looked at. */
  #unlooked = 0;
  #looked = 0;
  /** When the clock was looked at first, since the last timer. */
  #since: number | undefined;
  /** While a timer is set: when the time is over. */
  #until: number | undefined;
  #isOver = false;

  constructor(owner: TurnOwner) {
    this.#owner = owner;
  }

  /** One more call is about to begin: is there time for it in this turn? */
  hasTime(): boolean {
    if (this.#isOver) return false;
    if (--this.#unlooked > 0) return true;
    const now = performance.now();
    this.#unlooked = now - this.#looked < LONG ? FEW : 1;
    this.#looked = now;
    if (this.#until === undefined) {
      this.#since ??= now;
      if (now - this.#since >= SLICE) this.begin();
      return true;
    }
    this.#isOver = now >= this.#until;
    return !this.#isOver;
  }

  /** From now on a slice is left. */
  begin(): void {
    this.#until = performance.now() + SLICE;
    this.#isOver = false;
    this.#unlooked = 0;
    this.#owner.later(0, this.#next);
  }

  readonly #next = (): void => {
    this.#since = undefined;
    this.#until = undefined;
    this.#isOver = false;
    this.#owner.turned();
  };
}
