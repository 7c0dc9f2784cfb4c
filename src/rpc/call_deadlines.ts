import { LONGEST_TIMER } from "../deadline.ts";

/** So many calls are looked through in a ms and still take little of the time. */
const IN_A_MS = 2_000;

/** Whose calls they are. */
export interface TimedCalls {
  /** How many wait. */
  readonly size: number;
  /** Ends what is due, and gives when the next of the others is. */
  expire(now: number): number;
}

/**
 * When the next call of a communicator is due: one timer for all, set anew only for a call that is
 * due sooner. When it fires, those that wait are looked through, which mostly are few: a timer a call
 * would cost a quarter of a small call. Where they are many, because the other end hangs, that is
 * done less often, and a call is told some ms late that its time is over.
 */
export class CallDeadlines {
  readonly #owner: TimedCalls;
  #next = Infinity;
  #notBefore = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(owner: TimedCalls) {
    this.#owner = owner;
  }

  /** A call is due then. */
  add(due: number): void {
    if (Math.max(due, this.#notBefore) >= this.#next) return;
    clearTimeout(this.#timer);
    this.#set(due);
  }

  /** Nothing is waited for any more. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#next = Infinity;
    this.#notBefore = 0;
  }

  #set(due: number): void {
    this.#next = Math.max(due, this.#notBefore);
    if (due === Infinity) return;
    const ms = Math.min(Math.max(0, Math.ceil(this.#next - Date.now())), LONGEST_TIMER);
    this.#timer = setTimeout(this.#look, ms);
  }

  readonly #look = (): void => {
    const due = this.#owner.expire(Date.now());
    this.#notBefore = Date.now() + Math.floor(this.#owner.size / IN_A_MS);
    this.#set(due);
  };
}
