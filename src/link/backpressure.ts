/** What is asked of the connection whose sending is watched. */
export interface BackpressureOwner {
  /** Bytes that the socket was given and has not sent. */
  buffered(): number;
  /** There is room again. */
  resumed(): void;
  /** For too long nothing has left. */
  stalled(): void;
  /** A timer that ends with the connection. */
  later(ms: number, then: () => void): void;
}

/** How often a socket is looked at that has more to send than it should; W3C's tells nothing, in ms. */
const LOOK_EVERY = 10;

/** What a frame costs in the platform's queue beside its bytes: a million small ones are not little. */
const FRAME_BYTES = 512;
const FEW_FRAMES = 1_024;

/**
 * Has the socket more than it should? From the mark on until half of it: asked before each send and
 * before each call that is begun, never after it, so that a single large frame is no fault.
 */
export class Backpressure {
  readonly #owner: BackpressureOwner;
  readonly #mark: number;
  readonly #patience: number;
  #isFull = false;
  /** Nothing has happened since the socket was looked at: to ask it costs. */
  #isKnown = false;
  /** Frames since the socket was last seen empty. */
  #frames = 0;
  #least = 0;
  #quietMs = 0;

  constructor(
    owner: BackpressureOwner,
    { sendBytes, stallTimeout }: { readonly sendBytes: number; readonly stallTimeout: number },
  ) {
    this.#owner = owner;
    this.#mark = sendBytes;
    this.#patience = stallTimeout;
  }

  /** Must what could be sent, and what could be begun, wait? */
  get isFull(): boolean {
    if (this.#isFull) return true;
    if (this.#isKnown) return false;
    this.#isKnown = true;
    const buffered = this.#owner.buffered();
    if (buffered === 0) this.#frames = 0;
    const beside = Math.max(0, this.#frames - FEW_FRAMES) * FRAME_BYTES;
    if (buffered + beside > this.#mark) this.#begin();
    return this.#isFull;
  }

  /** A frame was given to the socket. */
  sent(): void {
    this.#frames++;
    this.#isKnown = false;
  }

  /** A frame came in: what was known may be old. */
  heard(): void {
    this.#isKnown = false;
  }

  #begin(): void {
    this.#isFull = true;
    this.#least = Infinity;
    this.#quietMs = 0;
    this.#owner.later(LOOK_EVERY, () => this.#look());
  }

  #look(): void {
    const buffered = this.#owner.buffered();
    if (buffered <= this.#mark / 2) {
      this.#isFull = false;
      this.#frames = 0;
      return this.#owner.resumed();
    }
    // a heartbeat meanwhile makes the figure grow: only a new low is progress
    const hasDrained = buffered < this.#least;
    this.#least = Math.min(buffered, this.#least);
    this.#quietMs = hasDrained ? 0 : this.#quietMs + LOOK_EVERY;
    if (this.#quietMs >= this.#patience) return this.#owner.stalled();
    this.#owner.later(LOOK_EVERY, () => this.#look());
  }
}
