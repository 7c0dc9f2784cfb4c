import { clearRealTimeout, setRealTimeout } from "../global_scope.ts";
import type { Weight } from "../rpc/served_call.ts";
import type { MessageKind } from "./feature.ts";

/** The runtime's clock, even if a test replaces it. */
const now = performance.now.bind(performance);
/** How long the calls of one peer are started in one turn of the event loop, in ms. */
const SLICE = 10;
/** Calls between two reads of the clock, which are slow. */
const FEW = 8;

export interface Unserved {
  readonly kind: MessageKind;
  readonly message: unknown[];
  readonly weight: Weight | undefined;
  readonly size: number;
}

/**
 * The calls of one peer that wait, in order, because it calls faster than it is served or reads
 * answers. Each session has a slice of a turn, and sets a timer only when it has used it up.
 */
export class Turns {
  /** How many wait, and their bytes. */
  size = 0;
  bytes = 0;
  #items: Unserved[] = [];
  #next = 0;
  #begun = 0;
  #since: number | undefined;
  #until: number | undefined;
  readonly #owner: { turned(): void };
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(owner: { turned(): void }) {
    this.#owner = owner;
  }

  push(item: Unserved): void {
    this.#items.push(item);
    this.size++;
    this.bytes += item.size;
  }

  shift(): Unserved {
    const item = this.#items[this.#next++]!;
    this.size--;
    this.bytes -= item.size;
    if (this.size === 0) this.clear();
    return item;
  }

  clear(): void {
    this.#items = [];
    this.#next = this.size = this.bytes = 0;
  }

  stop(): void {
    this.#items = [];
    this.#next = this.size = this.bytes = 0;
    if (this.#timer !== undefined) clearRealTimeout(this.#timer);
  }

  /** Is there time for one more call in this turn? */
  hasTime(): boolean {
    if (this.#until === undefined) {
      if (++this.#begun % FEW !== 0) return true;
      const time = now();
      this.#since ??= time;
      if (time - this.#since < SLICE) return true;
      this.begin();
    }
    return now() < this.#until!;
  }

  /** Starts a slice, in which the clock is read for each call. */
  begin(): void {
    this.#until = now() + SLICE;
    this.#timer = setRealTimeout(() => {
      this.#timer = undefined;
      this.#since = undefined;
      this.#until = undefined;
      this.#owner.turned();
    }, 0);
  }
}
