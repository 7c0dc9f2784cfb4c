import { LONGEST_TIMER } from "../deadline.ts";
import { type Alarm, clock } from "./shared_clock.ts";

/** From here on, in ms, timers ring with the clock, which is up to 100 ms late. */
const LONG = 1_000;

/**
 * The same for a server, which has many links: long timers, most of which never fire, share one of the
 * platform's.
 */
export class SharedTimers {
  /** A list, because there are few, and connections are many. */
  #first: Timer | undefined;

  /** Once, after so many ms; gives what cancels it. Who asks for longer than a timer has no limit. */
  later(ms: number, then: () => void): () => void {
    if (ms > LONGEST_TIMER) return () => {};
    const timer = this.#first = new Timer(this, then, this.#first);
    timer.set(ms);
    return () => this.remove(timer);
  }

  /** Cancels one. */
  remove(timer: Timer): void {
    timer.unset();
    if (this.#first === timer) this.#first = timer.next;
    for (let other = this.#first; other !== undefined; other = other.next) {
      if (other.next === timer) other.next = timer.next;
    }
  }

  /** Cancels all. */
  clear(): void {
    for (let timer = this.#first; timer !== undefined; timer = timer.next) timer.unset();
    this.#first = undefined;
    clock.rest();
  }
}

/** One of them: a short one has a timer of the platform's, a long one shares the clock's. */
class Timer implements Alarm {
  tick = 0;
  next: Timer | undefined;
  readonly #owner: SharedTimers;
  readonly #then: () => void;
  #id: ReturnType<typeof setTimeout> | undefined;

  constructor(owner: SharedTimers, then: () => void, next: Timer | undefined) {
    this.#owner = owner;
    this.#then = then;
    this.next = next;
  }

  set(ms: number): void {
    if (ms < LONG) this.#id = setTimeout(() => this.ring(), ms);
    else {
      this.tick = clock.tickIn(ms);
      clock.add(this);
    }
  }

  unset(): void {
    if (this.#id === undefined) clock.remove(this);
    else clearTimeout(this.#id);
  }

  ring(): void {
    this.#owner.remove(this);
    this.#then();
  }
}
