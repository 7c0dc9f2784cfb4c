import { LONGEST_TIMER } from "../deadline.ts";
import { type Alarm, clock } from "./shared_clock.ts";

/** Timers of this length or more use the shared clock, which is up to 100 ms late, in ms. */
const LONG = 1_000;

/** The timers of one link of a server, with the interface of `Timers`. */
export class SharedTimers {
  /** A linked list takes the least memory: timers are few, connections are many. */
  #first: Timer | undefined;

  /** Returns what cancels it. A time that no timer can hold counts as no limit. */
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
