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
  /** Tells whether the frame, with these calls in it, was handed over: an ended socket takes none. */
  send(frame: Frame, tokens: readonly number[]): boolean;
  /** Must what could be sent wait? */
  isFull(): boolean;
}

/** A frame, and the calls in it by their uids. */
interface Item {
  readonly frame: Frame | Later;
  readonly tokens: readonly number[];
}

/**
 * Frames in order. While it holds, or while there is too much to be sent, they wait here. At the end
 * `drop` tells which calls never left.
 */
export class Outbox {
  readonly #sink: Sink;
  #queue: Item[] = [];
  #isHolding = false;
  readonly #unsent: number[] = [];

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
    while (next < queue.length && !this.#sink.isFull()) {
      const { frame, tokens } = queue[next++]!;
      this.#leave(frame, tokens);
    }
    this.#queue = queue.slice(next);
  }

  /** One frame, behind all that were pushed before it. */
  push(frame: Frame | Later, tokens: readonly number[]): void {
    if (this.#isHolding || this.#queue.length > 0 || this.#sink.isFull()) {
      this.#queue.push({ frame, tokens });
    } else this.#leave(frame, tokens);
  }

  /** Ends it: gives the tokens of what never left, in order. */
  drop(): number[] {
    const queue = this.#queue;
    this.#queue = [];
    const queued = queue.flatMap(({ tokens }) => tokens);
    for (const { frame } of queue) if (isLater(frame)) frame.drop();
    return [...this.#unsent.splice(0), ...queued];
  }

  #leave(frame: Frame | Later, tokens: readonly number[]): void {
    if (isLater(frame)) { for (const one of frame.make()) this.#leave(one, tokens); }
    else if (!this.#sink.send(frame, tokens)) this.#unsent.push(...tokens);
  }
}

function isLater(frame: Frame | Later): frame is Later {
  return typeof frame === "object" && "make" in frame;
}
