import { clearRealTimeout, setRealTimeout } from "../global_scope.ts";
import type { Weight } from "../rpc/served_call.ts";
import type { MessageKind } from "./feature.ts";

/** The real clock, even if a test replaces it later. */
const now = performance.now.bind(performance);
/** For how long calls of one peer are started in one turn of the event loop, in ms. */
const SLICE = 10;
/** The clock is read only once per this many calls, because reading it is slow. */
const FEW = 8;

export interface Unserved {
  readonly kind: MessageKind;
  readonly message: unknown[];
  readonly weight: Weight | undefined;
  readonly size: number;
}

/**
 * The waiting calls of one peer, in order. Calls wait if the peer makes them faster than they can
 * be served, or doesn't read the results. Each session has a slice of each turn of the event loop,
 * and sets a timer only when the slice is used up.
 */
export class Turns {
  /** How many calls wait, and the length of their frames. */
  size = 0;
  bytes = 0;
  /** Two stacks, so that a call that was taken is freed even if others always wait. */
  #newest: Unserved[] = [];
  #oldest: Unserved[] = [];
  #begun = 0;
  #since: number | undefined;
  #until: number | undefined;
  readonly #owner: { turned(): void };
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(owner: { turned(): void }) {
    this.#owner = owner;
  }

  push(item: Unserved): void {
    this.#newest.push(item);
    this.size++;
    this.bytes += item.size;
  }

  shift(): Unserved {
    if (this.#oldest.length === 0) {
      this.#oldest = this.#newest.reverse();
      this.#newest = [];
    }
    const item = this.#oldest.pop()!;
    this.size--;
    this.bytes -= item.size;
    return item;
  }

  clear(): void {
    this.#newest = [];
    this.#oldest = [];
    this.size = this.bytes = 0;
  }

  stop(): void {
    this.clear();
    clearRealTimeout(this.#timer);
  }

  /** Whether there is time for one more call in this turn. */
  hasTime(): boolean {
    if (this.#until === undefined) {
      if (++this.#begun % FEW !== 0) return true;
      if (now() - (this.#since ??= now()) < SLICE) return true;
      this.begin();
    }
    return now() < this.#until!;
  }

  /** Starts a slice, in which the clock is read for each call. */
  begin(): void {
    this.#until = now() + SLICE;
    this.#timer = setRealTimeout(() => {
      this.#timer = this.#since = this.#until = undefined;
      this.#owner.turned();
    }, 0);
  }
}
