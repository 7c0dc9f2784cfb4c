/** Calls of one peer are begun for so long in a turn of the event loop, in ms. */
const SLICE = 10;

/** So few calls never fill it: only then is the clock looked at, and a timer set. */
const FEW = 16;

/** What the turns of a connection are measured with. */
export interface TurnOwner {
  /** Another turn has begun. */
  turned(): void;
  /** A timer that ends with the connection. */
  later(ms: number, then: () => void): void;
}

/**
 * One connection's share of a turn: a peer may send calls faster than they can be served, and the
 * calls of others come in between turns.
 */
export class Turn {
  readonly #owner: TurnOwner;
  #begun = 0;
  #until: number | undefined;

  constructor(owner: TurnOwner) {
    this.#owner = owner;
  }

  /** One more call is about to begin: is there time for it in this turn? */
  hasTime(): boolean {
    if (this.#until === undefined) {
      if (++this.#begun < FEW) return true;
      this.begin();
    }
    return performance.now() < this.#until!;
  }

  /** From now on the clock is looked at. */
  begin(): void {
    this.#until = performance.now() + SLICE;
    this.#owner.later(0, this.#next);
  }

  readonly #next = (): void => {
    this.#begun = 0;
    this.#until = undefined;
    this.#owner.turned();
  };
}
