import { LONGEST_TIMER } from "../deadline.ts";

/**
 * When the next call of a communicator is due: one timer for all, set anew only for a call that is
 * due sooner. When it fires, those that wait are looked through, which are few: a timer a call would
 * cost a quarter of a small call.
 */
export class Expiry {
  readonly #expire: (now: number) => number;
  #next = Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param expire Ends what is due, and gives when the next of the others is. */
  constructor(expire: (now: number) => number) {
    this.#expire = expire;
  }

  /** A call is due then. */
  add(due: number): void {
    if (due >= this.#next) return;
    clearTimeout(this.#timer);
    this.#set(due);
  }

  /** Nothing is waited for any more. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#next = Infinity;
  }

  #set(due: number): void {
    this.#next = due;
    if (due === Infinity) return;
    const ms = Math.min(Math.max(0, Math.ceil(due - Date.now())), LONGEST_TIMER);
    this.#timer = setTimeout(() => this.#set(this.#expire(Date.now())), ms);
  }
}
