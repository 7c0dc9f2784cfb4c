import { LONGEST_TIMER } from "../deadline.ts";
import { type Alarm, clock } from "./shared_clock.ts";

/** In ms. Timers of this length or more use the shared clock, which is up to 100 ms late. */
const LONG = 1_000;

/** The timers of one link of a server, with the same methods as `Timers`. */
export class SharedTimers {
  /** A linked list, which takes the least memory for a few timers per connection. */
  #first: Timer | undefined;

  /** Returns a function that cancels the timer. Never fires if `ms` exceeds the longest timer. */
  later(ms: number, then: () => void): () => void {
    if (ms > LONGEST_TIMER) return () => {};
    const timer = this.#first = new Timer(this, then, this.#first);
    timer.set(ms);
    return () => this.remove(timer);
  }

  remove(timer: Timer): void {
    timer.unset();
    if (this.#first === timer) this.#first = timer.next;
    for (let other = this.#first; other !== undefined; other = other.next) {
      if (other.next === timer) other.next = timer.next;
    }
  }

  clear(): void {
    for (let timer = this.#first; timer !== undefined; timer = timer.next) timer.unset();
    this.#first = undefined;
    clock.rest();
  }
}

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
