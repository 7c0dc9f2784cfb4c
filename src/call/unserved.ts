/** A call that has come in and was not begun, and the length of its frame. */
interface Item {
  readonly message: unknown;
  readonly size: number;
}

/** How many, and how many bytes, of a peer's calls may wait. */
export interface UnservedLimits {
  readonly unservedCalls: number;
  readonly unservedBytes: number;
}

/** The peer's calls that wait to be begun, in order, because it does not read what it asked for. */
export class Unserved {
  readonly #limits: UnservedLimits;
  #items: Item[] = [];
  #next = 0;
  #bytes = 0;

  constructor(limits: UnservedLimits) {
    this.#limits = limits;
  }

  /** Does none wait? */
  get isEmpty(): boolean {
    return this.size === 0;
  }

  /** How many wait. */
  get size(): number {
    return this.#items.length - this.#next;
  }

  /** One more waits; gives the limit that it breaks. */
  push(message: unknown, size: number): keyof UnservedLimits | undefined {
    this.#items.push({ message, size });
    this.#bytes += size;
    if (this.size > this.#limits.unservedCalls) return "unservedCalls";
    return this.#bytes > this.#limits.unservedBytes ? "unservedBytes" : undefined;
  }

  /** The eldest. */
  shift(): unknown {
    const { message, size } = this.#items[this.#next++]!;
    this.#bytes -= size;
    if (this.#next === this.#items.length) this.clear();
    return message;
  }

  /** Forgets all. */
  clear(): void {
    this.#items = [];
    this.#next = 0;
    this.#bytes = 0;
  }
}
