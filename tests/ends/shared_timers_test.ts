import { assertEquals } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { SharedTimers } from "../../src/ends/shared_timers.ts";
import { Timers as Counted } from "../helpers/timers.ts";

/** The wall clock is off by so many ms from now on. */
function shiftedClock(ms: number): Disposable {
  const Before = globalThis.Date; // in its place, since a faked one takes no other `now`
  globalThis.Date = new Proxy(Before, {
    get: (target, key) => key === "now" ? () => Before.now() + ms : Reflect.get(target, key),
  });
  return { [Symbol.dispose]: () => void (globalThis.Date = Before) };
}

Deno.test("later() calls once, after its time, unless it is cancelled or all are cleared", () => {
  using time = new FakeTime();
  const timers = new SharedTimers();
  const log: string[] = [];
  timers.later(10, () => log.push("a"));
  const cancel = timers.later(10, () => log.push("cancelled"));
  cancel();
  cancel();
  time.tick(9);
  assertEquals(log, []);
  time.tick(20);
  assertEquals(log, ["a"]);
  timers.later(10, () => log.push("cleared"));
  timers.clear();
  time.tick(100);
  assertEquals(log, ["a"]);
});

Deno.test("later() sets no timer when the time is longer than one can wait", () => {
  using counted = new Counted();
  const timers = new SharedTimers();
  for (const ms of [2 ** 31, Infinity]) {
    timers.later(ms, () => {})();
  }
  assertEquals(counted.count, 0);
  timers.later(2 ** 31 - 1, () => {});
  assertEquals(counted.count, 1);
  timers.clear();
  assertEquals(counted.count, 0);
});

Deno.test("later() calls each within 100 ms of its time when long and short ones were set in any order", () => {
  using time = new FakeTime();
  const timers = new SharedTimers();
  const log: string[] = [];
  timers.later(40_000, () => log.push("40 s"));
  time.tick(3_000);
  timers.later(30_000, () => log.push("33 s"));
  timers.later(2_000, () => log.push("5 s"));
  timers.later(10, () => log.push("3 s"));
  const seen: [number, string[]][] = [];
  for (const ms of [10, 1_989, 101, 27_899, 101, 6_899, 101]) {
    time.tick(ms);
    seen.push([ms, log.splice(0)]);
  }
  assertEquals(seen, [
    [10, ["3 s"]],
    [1_989, []],
    [101, ["5 s"]],
    [27_899, []],
    [101, ["33 s"]],
    [6_899, []],
    [101, ["40 s"]],
  ]);
});

Deno.test("later() takes one timer of the platform's for the long ones of all connections", () => {
  using counted = new Counted();
  const timers = new SharedTimers();
  const others = new SharedTimers();
  const cancels = [10_000, 40_000, 5_000].map((ms) => timers.later(ms, () => {}));
  others.later(20_000, () => {});
  assertEquals(counted.count, 1);
  for (const cancel of cancels) cancel();
  timers.later(500, () => {});
  assertEquals(counted.count, 2);
  timers.clear();
  assertEquals(counted.count, 1);
  others.clear();
  assertEquals(counted.count, 0);
});

Deno.test("clear() takes off its own timers alone, also those of the same time", () => {
  using time = new FakeTime();
  const log: string[] = [];
  const [one, other] = [new SharedTimers(), new SharedTimers()];
  for (const ms of [10, 2_000]) {
    for (const [name, timers] of [["one", one], ["other", other]] as const) {
      timers.later(ms, () => log.push(`${name} ${ms}`));
    }
  }
  one.clear();
  time.tick(2_100);
  assertEquals(log, ["other 10", "other 2000"]);
  other.clear();
});

Deno.test("later() rings those that are late in the order of their times", () => {
  using time = new FakeTime();
  const timers = new SharedTimers();
  const log: number[] = [];
  for (const ms of [3_000, 1_000, 2_000]) timers.later(ms, () => log.push(ms));
  {
    using _slept = shiftedClock(60_000); // as when the machine slept
    time.tick(5_000);
  }
  assertEquals(log, [1_000, 2_000, 3_000]);
  timers.clear();
});

Deno.test("later() sets no timer any more when all were cancelled, once the first has passed", () => {
  using time = new FakeTime();
  using counted = new Counted();
  const timers = new SharedTimers();
  timers.later(40_000, () => {})();
  time.tick(5_100);
  assertEquals(counted.count, 0);
});

Deno.test("later() within one that fires counts from there, and cancels another of the same time", () => {
  using time = new FakeTime();
  const timers = new SharedTimers();
  const log: string[] = [];
  timers.later(1_000, () => {
    log.push("first");
    cancel();
    timers.later(1_500, () => log.push("again"));
  });
  const cancel = timers.later(1_000, () => log.push("cancelled"));
  time.tick(1_100);
  assertEquals(log, ["first"]);
  time.tick(1_399);
  assertEquals(log, ["first"]);
  time.tick(101);
  assertEquals(log, ["first", "again"]);
  timers.clear();
});

Deno.test("later() is no later than its sleeps when the wall clock is set back meanwhile", () => {
  using time = new FakeTime();
  const timers = new SharedTimers();
  const log: string[] = [];
  timers.later(12_000, () => log.push("12 s"));
  {
    using _setBack = shiftedClock(-3_600_000);
    time.tick(11_999);
    assertEquals(log, []);
    time.tick(101);
  }
  assertEquals(log, ["12 s"]);
});
