/*
 * Deno's client writes the head of a frame and its payload apart, with Nagle's algorithm on: the
 * payload of a frame between about 1 and 65 kB waits until the head is acknowledged, and the other
 * end's kernel puts that off for 40 ms. Whatever the other end sends carries the acknowledgement.
 * So the client has it say something, and the server goes on to for some ms: whether the head or the
 * whole of a frame is in when it does is a race that only a later word can mend.
 * tools/bench/stall.ts shows it without any of this library.
 */

/** Frames outside this range leave at once, in bytes. */
const SMALL = 900;
const LARGE = 65_536;

declare const navigator: { readonly userAgent?: string } | undefined;

/** Does the runtime's own client stall? */
export const STALLS: boolean = typeof navigator !== "undefined" &&
  navigator.userAgent?.startsWith("Deno/") === true;

/** The client's part: knows whether a frame is under way that will bring one back. */
export class Pace {
  #unanswered = 0;

  /** Frames came in that answer so many of ours. */
  heard(frames: number): void {
    this.#unanswered = Math.max(0, this.#unanswered - frames);
  }

  /** A frame leaves: must a nudge go before it? */
  needsNudge(length: number): boolean {
    return ++this.#unanswered === 1 && length >= SMALL && length < LARGE;
  }
}

/** After the last traffic the server says something at these times, in ms. */
const TRAIL = [1, 2, 4, 8, 16];

/** What a trail asks of its connection. */
export interface TrailOwner {
  /** Sends a frame that means nothing. */
  say(): void;
  /** A timer that ends with the connection. */
  later(ms: number, then: () => void): void;
}

/** The server's part: words after the last traffic, toward a client that stalls. */
export class Trail {
  readonly #owner: TrailOwner;
  #isRunning = false;
  #isQuiet = true;
  #step = 0;

  constructor(owner: TrailOwner) {
    this.#owner = owner;
  }

  /** A frame came in. */
  heard(): void {
    this.#isQuiet = false;
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#wait();
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
