import { assertEquals } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { Timers } from "../../src/session/timers.ts";
import { Timers as Counted } from "../helpers/timers.ts";

Deno.test("later() calls once, after its time, unless it is cancelled or all are cleared", () => {
  using time = new FakeTime();
  using counted = new Counted();
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
  for (const ms of [10, 40_000]) timers.later(ms, () => log.push("cleared"));
  assertEquals(counted.count, 2);
  timers.clear();
  time.tick(100_000);
  assertEquals([log, counted.count], [["a"], 0]);
});

Deno.test("later() sets no timer when the time is longer than one can wait", () => {
  using counted = new Counted();
  const timers = new Timers();
  for (const ms of [2 ** 31, Infinity]) timers.later(ms, () => {})();
  assertEquals(counted.count, 0);
  timers.later(2 ** 31 - 1, () => {});
  assertEquals(counted.count, 1);
  timers.clear();
  assertEquals(counted.count, 0);
});

Deno.test("later() within one that fires counts from there", () => {
  using time = new FakeTime();
  const timers = new Timers();
  const log: string[] = [];
  timers.later(10, () => {
    log.push("first");
    timers.later(10, () => log.push("again"));
  });
  time.tick(19);
  assertEquals(log, ["first"]);
  time.tick(1);
  assertEquals(log, ["first", "again"]);
});

Deno.test("clear() takes off its own timers alone", () => {
  using time = new FakeTime();
  const log: string[] = [];
  const [one, other] = [new Timers(), new Timers()];
  one.later(10, () => log.push("one"));
  other.later(10, () => log.push("other"));
  one.clear();
  time.tick(10);
  assertEquals(log, ["other"]);
});
