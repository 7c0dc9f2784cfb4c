import { assertEquals } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { Timers } from "../../src/link/timers.ts";
import { Timers as Counted } from "../helpers/timers.ts";

Deno.test("later() calls once, after its time, unless it is cancelled or all are cleared", () => {
  using time = new FakeTime();
  const timers = new Timers();
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
  timers.every(10, () => log.push("cleared"));
  timers.clear();
  time.tick(100);
  assertEquals(log, ["a"]);
});

Deno.test("every() calls again and again until it is cancelled", () => {
  using time = new FakeTime();
  const timers = new Timers();
  let count = 0;
  const cancel = timers.every(10, () => count++);
  time.tick(35);
  assertEquals(count, 3);
  cancel();
  time.tick(100);
  assertEquals(count, 3);
});

Deno.test("every() calls no more when it is cancelled, or all are cleared, within its own call", () => {
  using time = new FakeTime();
  for (const way of ["cancel", "clear"]) {
    const timers = new Timers();
    let count = 0;
    const cancel: () => void = timers.every(10, () => {
      count++;
      if (way === "cancel") cancel();
      else timers.clear();
    });
    time.tick(100);
    timers.clear();
    assertEquals([way, count], [way, 1]);
  }
});

Deno.test("later() and every() set no timer when the time is longer than one can wait", () => {
  using counted = new Counted();
  const timers = new Timers();
  for (const ms of [2 ** 31, Infinity]) {
    timers.later(ms, () => {})();
    timers.every(ms, () => {})();
  }
  assertEquals(counted.count, 0);
  timers.later(2 ** 31 - 1, () => {});
  assertEquals(counted.count, 1);
  timers.clear();
  assertEquals(counted.count, 0);
});

Deno.test("later() calls each at its own time when long ones and short ones were set in any order", () => {
  using time = new FakeTime();
  const timers = new Timers();
  const log: string[] = [];
  timers.later(40_000, () => log.push("40 s"));
  time.tick(3_000);
  timers.later(30_000, () => log.push("33 s"));
  timers.later(2_000, () => log.push("5 s"));
  timers.later(10, () => log.push("3 s"));
  const seen: [number, string[]][] = [];
  for (const ms of [10, 1_989, 1, 27_999, 1, 6_999, 1]) {
    time.tick(ms);
    seen.push([ms, log.splice(0)]);
  }
  assertEquals(seen, [
    [10, ["3 s"]],
    [1_989, []],
    [1, ["5 s"]],
    [27_999, []],
    [1, ["33 s"]],
    [6_999, []],
    [1, ["40 s"]],
  ]);
});

Deno.test("later() takes one timer of the platform's for all long ones", () => {
  using counted = new Counted();
  const timers = new Timers();
  const cancels = [10_000, 40_000, 5_000].map((ms) => timers.later(ms, () => {}));
  assertEquals(counted.count, 1);
  for (const cancel of cancels) cancel();
  timers.later(500, () => {});
  assertEquals(counted.count, 2);
  timers.clear();
  assertEquals(counted.count, 0);
});

Deno.test("later() sets no timer any more when all were cancelled, once the first has passed", () => {
  using time = new FakeTime();
  using counted = new Counted();
  const timers = new Timers();
  timers.later(40_000, () => {})();
  time.tick(5_000);
  assertEquals(counted.count, 0);
});

Deno.test("later() within one that fires counts from there, and cancels another of the same time", () => {
  using time = new FakeTime();
  const timers = new Timers();
  const log: string[] = [];
  timers.later(1_000, () => {
    log.push("first");
    cancel();
    timers.later(1_500, () => log.push("again"));
  });
  const cancel = timers.later(1_000, () => log.push("cancelled"));
  time.tick(2_499);
  assertEquals(log, ["first"]);
  time.tick(1);
  assertEquals(log, ["first", "again"]);
  timers.clear();
});

Deno.test("later() is no later than its sleeps when the wall clock is set back meanwhile", () => {
  using time = new FakeTime();
  const timers = new Timers();
  const log: string[] = [];
  timers.later(12_000, () => log.push("12 s"));
  const { now } = Date;
  try {
    Date.now = () => now() - 3_600_000;
    time.tick(11_999);
    assertEquals(log, []);
    time.tick(1);
  } finally {
    Date.now = now;
  }
  assertEquals(log, ["12 s"]);
});
