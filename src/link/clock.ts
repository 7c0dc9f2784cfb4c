import { LONGEST_TIMER } from "../deadline.ts";

/** Alarms ring at whole ticks, in ms: so many of them share one. */
const TICK = 100;

/** How long the platform's timer sleeps at first, in ms: a connection that is short sets no other. */
const FIRST_SLEEP = 5_000;

/** What rings when its tick has come. */
export interface Alarm {
  /** By `tickIn`. */
  readonly tick: number;
  ring(): void;
}

/**
 * All long timers of all connections, most of which never fire, share one of the platform's: one
 * each would be a tenth of what a connection costs, in time and in memory.
 *
 * They go by the wall clock: when it is set to a later time meanwhile, they fire early.
 */
class Clock {
  readonly #alarms = new Map<number, Set<Alarm>>();
  readonly #start = Date.now();
  #id: ReturnType<typeof setTimeout> | undefined;
  /** The tick at which the platform's timer fires. */
  #wakesAt = Infinity;
  /** What the wall clock was set back by, in ms. */
  #lost = 0;

  /** The first tick by which so many ms have passed: a small number, which takes no memory. */
  tickIn(ms: number): number {
    return Math.ceil((this.#now() + ms) / TICK);
  }

  /** From now on it rings. */
  add(alarm: Alarm): void {
    const { tick } = alarm;
    const others = this.#alarms.get(tick);
    if (others === undefined) this.#alarms.set(tick, new Set([alarm]));
    else others.add(alarm);
    if (tick < this.#wakesAt) this.#sleep(FIRST_SLEEP);
  }

  /** It rings no more. */
  remove(alarm: Alarm): void {
    const others = this.#alarms.get(alarm.tick);
    if (others?.delete(alarm) === true && others.size === 0) this.#alarms.delete(alarm.tick);
  }

  /** A connection is over: nothing is left behind when it was the last that waited for something. */
  rest(): void {
    if (this.#alarms.size > 0) return;
    clearTimeout(this.#id);
    this.#wakesAt = Infinity;
    this.#lost = 0;
  }

  #now(): number {
    return Date.now() - this.#start + this.#lost;
  }

  #sleep(most: number): void {
    clearTimeout(this.#id);
    if (this.#alarms.size === 0) return this.rest();
    const now = this.#now();
    this.#wakesAt = Math.ceil((now + most) / TICK);
    for (const tick of this.#alarms.keys()) this.#wakesAt = Math.min(this.#wakesAt, tick);
    this.#id = setTimeout(this.#wake, Math.max(0, this.#wakesAt * TICK - now));
  }

  readonly #wake = (): void => {
    this.#lost += Math.max(0, this.#wakesAt * TICK - this.#now()); // it did sleep so long
    const now = this.#now() / TICK;
    this.#wakesAt = -Infinity; // what is set by one that rings is seen below
    const due = [...this.#alarms.keys()].filter((tick) => tick <= now).sort((a, b) => a - b);
    for (const tick of due) {
      for (const alarm of this.#alarms.get(tick) ?? []) alarm.ring();
      this.#alarms.delete(tick);
    }
    this.#sleep(LONGEST_TIMER);
  };
}

/** There is one. */
export const clock = new Clock();
