import { LONGEST_TIMER } from "../deadline.ts";

/** From here on, in ms, the timers of a connection share one of the platform's. */
const LONG = 1_000;

/** How long that one sleeps at first, in ms: a connection that is short sets no other. */
const FIRST_SLEEP = 5_000;

/** One that is set. */
interface Timer {
  /** When, if it shares the platform's; else `Infinity`, and it has one of its own. */
  readonly due: number;
  readonly then: () => void;
  id: ReturnType<typeof setTimeout> | undefined;
}

/**
 * The timers of one connection, which end with it. The long ones, most of which never fire, share
 * one of the platform's: to set one each is a tenth of what a connection costs.
 *
 * They go by the wall clock: when it is set to a later time meanwhile, they fire early.
 */
export class Timers {
  readonly #timers = new Set<Timer>();
  #id: ReturnType<typeof setTimeout> | undefined;
  #wakesAt = Infinity;
  /** What the wall clock was set back by. */
  #lost = 0;

  /** Once, after so many ms; gives what cancels it. Who asks for longer than a timer has no limit. */
  later(ms: number, then: () => void): () => void {
    if (ms > LONGEST_TIMER) return () => {};
    const due = ms < LONG ? Infinity : this.#now() + ms;
    const timer: Timer = { due, then, id: undefined };
    this.#timers.add(timer);
    if (due === Infinity) timer.id = setTimeout(() => this.#fire(timer), ms);
    else if (due < this.#wakesAt) this.#sleep(FIRST_SLEEP);
    return () => {
      clearTimeout(timer.id);
      this.#timers.delete(timer);
    };
  }

  /** Again and again, after so many ms each; gives what cancels it. */
  every(ms: number, then: () => void): () => void {
    const tick = (): void => {
      cancel = this.later(ms, tick); // first, so that what it calls can cancel it
      then();
    };
    let cancel = this.later(ms, tick);
    return () => cancel();
  }

  /** Cancels all. */
  clear(): void {
    for (const { id } of this.#timers) clearTimeout(id);
    this.#timers.clear();
    clearTimeout(this.#id);
    this.#wakesAt = Infinity;
  }

  #fire(timer: Timer): void {
    this.#timers.delete(timer);
    timer.then();
  }

  #now(): number {
    return Date.now() + this.#lost;
  }

  #sleep(most: number): void {
    clearTimeout(this.#id);
    this.#wakesAt = Infinity;
    for (const { due } of this.#timers) this.#wakesAt = Math.min(this.#wakesAt, due);
    if (this.#wakesAt === Infinity) return;
    const now = this.#now();
    this.#wakesAt = Math.min(this.#wakesAt, now + most);
    this.#id = setTimeout(this.#wake, Math.max(0, this.#wakesAt - now));
  }

  readonly #wake = (): void => {
    this.#lost += Math.max(0, this.#wakesAt - this.#now()); // it did sleep so long
    const now = this.#now();
    this.#wakesAt = -Infinity; // what is set by one that fires is seen below
    for (const timer of this.#timers) if (timer.due <= now) this.#fire(timer);
    this.#sleep(LONGEST_TIMER);
  };
}
