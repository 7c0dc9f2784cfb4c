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
