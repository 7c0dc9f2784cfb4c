/** Where frames leave; tells whether one was handed over. */
export interface Sink {
  send(frame: string): boolean;
}

/** One text and the call in it: its uid, or 0 for what nobody waits for. */
interface Item {
  readonly text: string;
  readonly token: number;
}

/**
 * Text in order. While it holds, nothing leaves. At the end, `drop` tells which calls never left.
 */
export class Outbox {
  readonly #sink: Sink;
  #held: Item[] | undefined;
  readonly #unsent: number[] = [];

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  /** From now on texts wait, until `release`. */
  hold(): void {
    this.#held ??= [];
  }

  /** Is it holding at all? */
  get isHolding(): boolean {
    return this.#held !== undefined;
  }

  /** Does anything wait? */
  get isWaiting(): boolean {
    return this.#held !== undefined && this.#held.length > 0;
  }

  /** What was held leaves, in order, and nothing is held any more. */
  release(): void {
    const held = this.#held;
    this.#held = undefined;
    for (const { text, token } of held ?? []) this.push(text, token);
  }

  /** One text, behind all that was pushed before it. */
  push(text: string, token: number): void {
    if (this.#held !== undefined) this.#held.push({ text, token });
    else if (!this.#sink.send(text) && token !== 0) this.#unsent.push(token);
  }

  /** Ends it: gives the tokens of what never left, in order. */
  drop(): number[] {
    const held = (this.#held ?? []).map(({ token }) => token).filter((token) => token !== 0);
    this.#held = undefined;
    return [...this.#unsent.splice(0), ...held];
  }
}
