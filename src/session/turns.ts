import type { Weight } from "../rpc/served_call.ts";
import type { MessageKind } from "./feature.ts";

/** The runtime's own, whatever a test makes of it. */
const { now } = Date;
/** How long the calls of one peer are begun in one turn of the event loop, in ms. */
const SLICE = 10;
/** Calls that are begun between two looks at the clock, which cost. */
const FEW = 8;

/** A message that waits to be begun. */
export interface Unserved {
  readonly kind: MessageKind;
  readonly message: unknown[];
  readonly weight: Weight | undefined;
  readonly size: number;
}

/**
 * The calls of one peer that wait to be begun, in order: it asks faster than it is served, or than it
 * reads the answers. Each session gets its slice of a turn; a timer is set only when calls have come
 * for longer than that.
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

  /** @param owner Hears of each new slice. */
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

  /** The session is over: nothing is begun any more. */
  stop(): void {
    this.#items = [];
    this.#next = this.size = this.bytes = 0;
    if (this.#timer !== undefined) clearTimeout(this.#timer);
  }

  /** One more is about to begin: is there time for it in this turn? */
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

  /** From now on a slice is left, and the clock is looked at for each call. */
  begin(): void {
    this.#until = now() + SLICE;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#since = undefined;
      this.#until = undefined;
      this.#owner.turned();
    }, 0);
  }
}
