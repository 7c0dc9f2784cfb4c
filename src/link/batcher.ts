/** What stands around and between the messages of a frame. */
export interface Batch {
  readonly open: string;
  readonly separator: string;
  readonly close: string;
}

/** What a batcher asks of its connection. */
export interface BatcherOwner {
  /** A frame leaves, with the highest uid of the calls in it, or 0. */
  batched(frame: string, last: number): void;
  /** After the last frame of a turn, and after a turn that `wait` began. */
  turnOver(): void;
}

/** A frame of several messages grows no longer than this. */
const MOST = 32_000;

/**
 * Passes of the microtask queue without a new message before a turn is taken for over: frames that
 * are in already are dispatched with microtasks between them.
 */
const QUIET_PASSES = 2;

/** The first frame of a turn leaves early, so that both ends work at once; later ones double. */
const FIRST = 850;

/** A message this long leaves at once: nothing is won by waiting for company. */
const LONG = 4_000;

/**
 * Messages of one turn share a frame, in order. A turn is all microtasks before the next event: no
 * timer is waited for, so that a lone message is not delayed.
 */
export class Batcher {
  readonly #owner: BatcherOwner;
  readonly #batch: Batch;
  /** Joined when they leave: a text that grows is a chain of parts, which is copied once more. */
  #texts: string[] = [];
  #length = 0;
  #last = 0;
  #limit = FIRST;
  #isQueued = false;
  #seen = 0;
  #quietPasses = 0;

  constructor(owner: BatcherOwner, batch: Batch) {
    this.#owner = owner;
    this.#batch = batch;
  }

  /** One message, behind all that were pushed before it: a call by its uid, else 0. */
  push(text: string, uid: number): void {
    if (this.#length > 0 && this.#length + text.length > this.#limit) {
      this.#limit = Math.min(this.#limit * 2, MOST);
      this.flush();
    }
    this.#texts.push(text);
    this.#length += text.length + this.#batch.separator.length;
    if (uid > this.#last) this.#last = uid;
    if (text.length >= LONG) this.flush();
    this.wait();
  }

  /** What was pushed leaves now. */
  flush(): void {
    const texts = this.#texts;
    if (texts.length === 0) return;
    const { open, separator, close } = this.#batch;
    const frame = texts.length === 1 ? texts[0]! : open + texts.join(separator) + close;
    const last = this.#last;
    this.drop();
    this.#owner.batched(frame, last);
  }

  /** The turn goes on: what comes of a frame that was just read is waited for. */
  wait(): void {
    this.#quietPasses = 0;
    if (this.#isQueued) return;
    this.#isQueued = true;
    this.#seen = -1;
    this.#queuePass();
  }

  /** What was pushed never leaves. */
  drop(): void {
    this.#texts = [];
    this.#length = 0;
    this.#last = 0;
  }

  /** A function each time: between turns none is kept. */
  #queuePass(): void {
    queueMicrotask(() => this.#pass());
  }

  #pass(): void {
    if (this.#texts.length !== this.#seen) {
      this.#seen = this.#texts.length;
      this.#quietPasses = 0;
      return this.#queuePass();
    }
    if (++this.#quietPasses < QUIET_PASSES) return this.#queuePass();
    this.#isQueued = false;
    this.flush();
    this.#limit = FIRST;
    this.#owner.turnOver();
  }
}
