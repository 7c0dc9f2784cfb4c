import { now } from "../clock.ts";
import { LONGEST_TIMER } from "../deadline.ts";

/** Checking this many calls takes well under 1 ms. */
const CHECKED_PER_MS = 2_000;

export interface TimedCalls {
  readonly size: number;
  /** Ends the calls that are due, and returns when the next one is. */
  expire(time: number): number;
}

/**
 * One timer for all calls of a communicator, reset only for a call that is due sooner: a timer per
 * call would cost a quarter of a small call. When it fires, all pending calls are checked, usually
 * only a few. When many wait, because the other end hangs, the checks are spaced out, and a call may
 * expire some ms late.
 */
export class CallDeadlines {
  readonly #owner: TimedCalls;
  #next = Infinity;
  #notBefore = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(owner: TimedCalls) {
    this.#owner = owner;
  }

  add(due: number): void {
    if (Math.max(due, this.#notBefore) >= this.#next) return;
    clearTimeout(this.#timer);
    this.#set(due);
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#next = Infinity;
    this.#notBefore = 0;
  }

  #set(due: number): void {
    this.#next = Math.max(due, this.#notBefore);
    if (due === Infinity) return;
    const ms = Math.min(Math.max(0, Math.ceil(this.#next - now())), LONGEST_TIMER);
    this.#timer = setTimeout(this.#expire, ms);
  }

  readonly #expire = (): void => {
    const due = this.#owner.expire(now());
    this.#notBefore = now() + Math.floor(this.#owner.size / CHECKED_PER_MS);
    this.#set(due);
  };
}
