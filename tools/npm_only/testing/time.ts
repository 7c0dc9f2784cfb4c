import { createClock } from "npm:@sinonjs/fake-timers@15.4.0";

/** An operation that the state of the fake time does not allow. */
export class TimeError extends Error {
  override name = "TimeError";
}

const real = {
  Date,
  setTimeout,
  clearTimeout,
  setInterval,
  clearInterval,
  timeout: AbortSignal.timeout,
};

/** The one that is in force: what it replaces is global. */
let current: FakeTime | undefined;

/**
 * Replaces `Date`, `setTimeout`, `setInterval`, their counterparts and `AbortSignal.timeout` by
 * ones whose time moves only when it is told to.
 *
 * A timer's callback must not throw, and a delay must not be over 2³¹ − 1 ms: in these two the
 * clock underneath differs from `@std/testing`.
 */
export class FakeTime {
  readonly #clock: ReturnType<typeof createClock>;

  /** @throws {TimeError} If time is faked already. */
  constructor(start?: number | string | Date | null) {
    if (current) throw new TimeError("Cannot construct FakeTime: time is already faked");
    const now = start == null ? real.Date.now() : new real.Date(start).valueOf();
    if (Number.isNaN(now)) throw new TypeError(`Cannot construct FakeTime: invalid start ${start}`);
    this.#clock = createClock(now);
    current = this;
    this.#override();
  }

  /** The fake time, in ms since 1970. Setting it calls what falls due in between. */
  get now(): number {
    return this.#clock.now;
  }
  set now(value: number) {
    if (value < this.now) {
      throw new RangeError(`Cannot set current time in the past: ${value} is before ${this.now}`);
    }
    this.#clock.tick(value - this.now);
  }

  /** Moves time on by `ms` and calls what falls due, without a microtask in between. */
  tick(ms = 0): void {
    this.now += ms;
  }

  /** Lets microtasks run, then moves time on by `ms`. */
  async tickAsync(ms = 0): Promise<void> {
    await this.runMicrotasks();
    this.now += ms;
  }

  /** Waits for a real turn of the event loop. */
  runMicrotasks(): Promise<void> {
    return new Promise((resolve) => void real.setTimeout.call(globalThis, resolve, 0));
  }

  /** @throws {TimeError} If time is real already. */
  restore(): void {
    if (!current) throw new TimeError("Cannot restore time: time is already restored");
    current = undefined;
    globalThis.Date = real.Date;
    globalThis.setTimeout = real.setTimeout;
    globalThis.clearTimeout = real.clearTimeout;
    globalThis.setInterval = real.setInterval;
    globalThis.clearInterval = real.clearInterval;
    AbortSignal.timeout = real.timeout;
  }

  [Symbol.dispose](): void {
    this.restore();
  }

  #override(): void {
    const clock = this.#clock;
    globalThis.Date = fakeDate(() => clock.now);
    globalThis.setTimeout =
      ((callback: Callback, ms?: number, ...args: unknown[]) =>
        this.#start("setTimeout", callback, [Math.max(0, Math.floor(ms ?? 0)), args])) as never;
    globalThis.setInterval =
      ((callback: Callback, ms?: number, ...args: unknown[]) =>
        this.#start("setInterval", callback, [Math.max(1, Math.floor(ms ?? 0)), args])) as never;
    globalThis.clearTimeout = (id?: unknown) => this.#stop(id);
    globalThis.clearInterval = (id?: unknown) => this.#stop(id);
    AbortSignal.timeout = (ms: number) => {
      const controller = new AbortController();
      const reason = () => new DOMException("Signal timed out.", "TimeoutError");
      globalThis.setTimeout(() => controller.abort(reason()), ms);
      return controller.signal;
    };
  }

  #start(
    kind: "setTimeout" | "setInterval",
    callback: Callback,
    [ms, args]: [ms: number, args: unknown[]],
  ): number {
    if (typeof callback !== "function") {
      throw new TimeError(`FakeTime does not support non-function callbacks to ${kind}`);
    }
    const clock = this.#clock;
    // Within a tick this clock would put a timer of 0 ms off by 1; the real package does not.
    const during = clock.duringTick ?? false;
    clock.duringTick = false;
    const id = clock[kind](() => callback.apply(null, args), ms);
    clock.duringTick = during;
    return Number(id);
  }

  #stop(id: unknown): void {
    // A real timer's object and the like are passed over, without the warning that they would get.
    if (typeof id === "number") this.#clock.clearTimeout(id);
  }
}

type Callback = (...args: unknown[]) => void;

/** A `Date` whose present is what `now` says; its dates are real ones. */
function fakeDate(now: () => number): DateConstructor {
  return new Proxy(real.Date, {
    construct: (target, args) => Reflect.construct(target, args.length === 0 ? [now()] : args),
    apply: (target) => new target(now()).toString(),
    get: (target, key, receiver) => key === "now" ? now : Reflect.get(target, key, receiver),
  });
}
