import { now } from "../clock.ts";
import { LONGEST_TIMER } from "../deadline.ts";

/** At least this many calls can be checked in 1 ms. */
const CHECKED_PER_MS = 2_000;

export interface TimedCalls {
  readonly size: number;
  /** Ends the calls that are due. Returns when the next one is due. */
  expire(time: number): number;
}

/**
 * One timer for all calls of a communicator, because a timer per call would add a quarter to the
 * cost of a small call. It's reset only for a call that is due earlier. When it fires, it checks
 * all pending calls. If there are many, because the other side hangs, it checks less often, and
 * calls may expire a few ms late.
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
