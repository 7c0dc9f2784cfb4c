/** Where frames leave. */
export interface Sink {
  /** Tells whether the frame was handed over: an ended socket takes none. */
  send(frame: string): boolean;
  /** Must what could be sent wait? */
  isFull(): boolean;
}

/** One text and the call in it: its uid, or 0 for what nobody waits for. */
interface Item {
  readonly text: string;
  readonly token: number;
}

/**
 * Text in order. While it holds, or while there is too much to be sent, texts wait here. At the end
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

  /** From now on texts wait, until `release`. */
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
      const { text, token } = queue[next++]!;
      this.#leave(text, token);
    }
    this.#queue = queue.slice(next);
  }

  /** One text, behind all that was pushed before it. */
  push(text: string, token: number): void {
    if (this.#isHolding || this.#queue.length > 0 || this.#sink.isFull()) {
      this.#queue.push({ text, token });
    } else this.#leave(text, token);
  }

  /** Ends it: gives the tokens of what never left, in order. */
  drop(): number[] {
    const queued = this.#queue.map(({ token }) => token).filter((token) => token !== 0);
    this.#queue = [];
    return [...this.#unsent.splice(0), ...queued];
  }

  #leave(text: string, token: number): void {
    if (!this.#sink.send(text) && token !== 0) this.#unsent.push(token);
  }
}
