/** What leaves in one piece: text, or bytes that belong to the text before them. */
export type Frame = string | Uint8Array;

/** What becomes frames when there is room for them, and not before. */
export interface Later {
  /** Gives the frames. Must not throw. */
  make(): readonly Frame[];
  /** They will not be asked for any more. */
  drop(): void;
}

/** Where frames leave. */
export interface Sink {
  /** Tells whether the frame, whose last call is this, was handed over: an ended socket takes none. */
  leave(frame: Frame, last: number): boolean;
  /** Must what could be sent wait? */
  readonly isFull: boolean;
}

/** A frame, and the highest uid of the calls in it; 0 where there is none. */
interface Item {
  readonly frame: Frame | Later;
  readonly last: number;
}

/**
 * Frames in order. While it holds, or while there is too much to be sent, they wait here. Uids grow,
 * so that the last which has left tells of all.
 */
export class Outbox {
  readonly #sink: Sink;
  #queue: Item[] = [];
  #isHolding = false;
  #lastLeft = 0;
  /** A frame was not taken: what comes behind it does not leave either. */
  #isBroken = false;

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  /** From now on frames wait, until `release`. */
  hold(): void {
    this.#isHolding = true;
  }

  /** Is it holding? */
  get isHolding(): boolean {
    return this.#isHolding;
  }

  /** Does anything wait? */
  get isWaiting(): boolean {
    return this.#queue.length > 0;
  }

  /** Nothing is held any more. */
  release(): void {
    this.#isHolding = false;
    this.pump();
  }

  /** Lets leave what waits, in order, as far as there is room. */
  pump(): void {
    if (this.#isHolding || this.#queue.length === 0) return;
    const queue = this.#queue;
    let next = 0;
    while (next < queue.length && !this.#sink.isFull) {
      const { frame, last } = queue[next++]!;
      this.#leave(frame, last);
    }
    this.#queue = queue.slice(next);
  }

  /** One frame, behind all that were pushed before it. */
  push(frame: Frame | Later, last: number): void {
    if (this.#isHolding || this.#queue.length > 0 || this.#sink.isFull) {
      this.#queue.push({ frame, last });
    } else this.#leave(frame, last);
  }

  /** The highest uid of a call that has left: those above it never did. */
  get lastLeft(): number {
    return this.#lastLeft;
  }

  /** Ends it: what waits is forgotten. */
  drop(): void {
    const queue = this.#queue;
    this.#queue = [];
    for (const { frame } of queue) if (isLater(frame)) frame.drop();
  }

  #leave(frame: Frame | Later, last: number): void {
    if (isLater(frame)) { for (const one of frame.make()) this.#leave(one, last); }
    else if (this.#isBroken || !this.#sink.leave(frame, last)) this.#isBroken = true;
    else if (last > this.#lastLeft) this.#lastLeft = last;
  }
}

function isLater(frame: Frame | Later): frame is Later {
  return typeof frame === "object" && "make" in frame;
}
