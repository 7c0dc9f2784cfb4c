/** What a heartbeat asks of its connection. */
export interface HeartbeatOwner {
  /** Sends a frame that the other end always answers. */
  ask(): void;
  /** Sends a frame that means nothing. */
  say(): void;
  /** The other end is gone. */
  lost(): void;
  /** A timer that ends with the connection. */
  later(ms: number, then: () => void): void;
}

/** Asked so often in vain, the other end is lost. Twice, because this process may have slept itself. */
const IN_VAIN = 2;

/**
 * Notices a peer that is gone without a close: after an interval of silence it is asked for a frame,
 * after the next once more, after the third it is lost. One timer a connection; a frame costs one
 * assignment.
 */
export class Heartbeat {
  readonly #owner: HeartbeatOwner;
  readonly #every: number;
  #isSilent = true;
  #hasSaid = false;
  #asked = 0;

  constructor(every: number, owner: HeartbeatOwner) {
    this.#owner = owner;
    this.#every = every;
    owner.later(every, this.#beat);
  }

  /** A frame came in. */
  heard(): void {
    this.#isSilent = false;
  }

  /** A frame has left. */
  said(): void {
    this.#hasSaid = true;
  }

  readonly #beat = (): void => {
    if (!this.#isSilent) {
      this.#asked = 0;
      // its question may lie behind much that it has sent before, and we read
      if (!this.#hasSaid) this.#owner.say();
    } else if (this.#asked === IN_VAIN) return this.#owner.lost();
    else {
      this.#asked++;
      this.#owner.ask();
    }
    this.#isSilent = true;
    this.#hasSaid = false;
    this.#owner.later(this.#every, this.#beat);
  };
}
