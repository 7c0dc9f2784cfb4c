// why there is one: pace.ts

/**
 * What the server waits, in ms, from the last that it has heard to the first word, from that to the
 * next, and so on.
 */
const TRAIL = [1, 2, 4, 8, 16];

/** What a trail asks of its connection. */
export interface TrailOwner {
  /** Sends a frame that means nothing. */
  say(): void;
  /** A timer that ends with the connection. */
  later(ms: number, then: () => void): void;
}

/** The server's part: words after the last traffic, toward a client that has nudged. */
export class Trail {
  readonly #owner: TrailOwner;
  #isRunning = false;
  #isQuiet = true;
  #step = 0;

  constructor(owner: TrailOwner) {
    this.#owner = owner;
  }

  /** The client announces a frame. */
  begin(): void {
    this.heard();
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#wait();
  }

  /** A frame came in: what it was told to wait for, or more of it. */
  heard(): void {
    this.#isQuiet = false;
  }

  #wait(): void {
    this.#owner.later(TRAIL[this.#step]!, this.#look);
  }

  readonly #look = (): void => {
    if (!this.#isQuiet) { // in the middle of traffic its own answers are words enough
      this.#isQuiet = true;
      this.#step = 0;
      return this.#wait();
    }
    this.#owner.say();
    if (++this.#step < TRAIL.length) return this.#wait();
    this.#isRunning = false;
    this.#step = 0;
  };
}

/** One that says what it says on behalf of this owner. */
export function newTrail(owner: TrailOwner): Trail {
  return new Trail(owner);
}
