/** What this project relies on in `@std/testing/time`; see `tests/std_test.ts`. */
import {
  assert,
  assertEquals,
  assertFalse,
  assertInstanceOf,
  assertNotStrictEquals,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { FakeTime, TimeError } from "@std/testing/time";

const real = { Date, setTimeout, clearTimeout, setInterval, clearInterval };

Deno.test("FakeTime() stands still when nobody moves it", async () => {
  using time = new FakeTime(1_000);
  await time.runMicrotasks();
  assertEquals([time.now, Date.now(), new Date().getTime()], [1_000, 1_000, 1_000]);
});

Deno.test("FakeTime() begins now when it is not told", () => {
  const before = Date.now();
  using time = new FakeTime();
  const after = real.Date.now();
  assert(before <= time.now && time.now <= after);
});

Deno.test("FakeTime() takes dates and texts when it begins", () => {
  for (const start of [new Date(5), "1970-01-01T00:00:00.005Z"]) {
    using time = new FakeTime(start);
    assertEquals(time.now, 5);
  }
});

Deno.test("FakeTime() throws a TypeError when it can't tell its start", () => {
  assertThrows(() => new FakeTime("some day"), TypeError);
  assertStrictEquals(Date, real.Date);
});

Deno.test("FakeTime() throws a TimeError when time is faked already", () => {
  using time = new FakeTime(1);
  assertThrows(() => new FakeTime(2), TimeError);
  assertEquals(time.now, 1);
  assertEquals(Date.now(), 1);
});

Deno.test("FakeTime.restore() puts all back when called, and throws the second time", () => {
  const time = new FakeTime();
  const timeout = AbortSignal.timeout;
  assertNotStrictEquals(setTimeout, real.setTimeout);
  assertNotStrictEquals(Date, real.Date);
  time.restore();
  assertEquals({ Date, setTimeout, clearTimeout, setInterval, clearInterval }, real);
  assertNotStrictEquals(AbortSignal.timeout, timeout);
  assertThrows(() => time.restore(), TimeError);
});

Deno.test("FakeTime() puts all back when its block ends", () => {
  {
    using _time = new FakeTime();
    assertNotStrictEquals(setTimeout, real.setTimeout);
  }
  assertStrictEquals(setTimeout, real.setTimeout);
});

Deno.test("FakeTime.tick() calls what falls due when it passes, in order, each at its time", () => {
  using time = new FakeTime(0);
  const calls: string[] = [];
  const note = (name: string) => calls.push(`${name} ${Date.now()}`);
  setTimeout(note, 20, "c");
  setTimeout(note, 10, "a");
  setTimeout(note, 10, "b");
  setTimeout(note, 21, "d");
  time.tick(20);
  assertEquals(calls, ["a 10", "b 10", "c 20"]);
  assertEquals(time.now, 20);
  time.tick(1);
  assertEquals(calls.at(-1), "d 21");
});

Deno.test("FakeTime.tick() calls what is due now when it does not move", () => {
  using time = new FakeTime();
  let called = 0;
  setTimeout(() => called++);
  assertEquals(called, 0);
  time.tick();
  assertEquals(called, 1);
});

Deno.test("FakeTime.tick() calls what a callback starts when that falls due as well", () => {
  using time = new FakeTime(0);
  const calls: number[] = [];
  setTimeout(() => {
    setTimeout(() => calls.push(Date.now()), 0);
    setTimeout(() => calls.push(Date.now()), 5);
    setTimeout(() => calls.push(Date.now()), 6);
  }, 10);
  time.tick(15);
  assertEquals(calls, [10, 15]);
});

Deno.test("FakeTime.tick() leaves microtasks for later when it calls", async () => {
  using time = new FakeTime();
  const calls: string[] = [];
  setTimeout(() => {
    calls.push("timer");
    Promise.resolve().then(() => calls.push("microtask"));
  }, 1);
  setTimeout(() => calls.push("second timer"), 2);
  time.tick(2);
  assertEquals(calls, ["timer", "second timer"]);
  await time.runMicrotasks();
  assertEquals(calls, ["timer", "second timer", "microtask"]);
});

Deno.test("FakeTime.tickAsync() lets microtasks run when it begins", async () => {
  using time = new FakeTime(0);
  const calls: string[] = [];
  Promise.resolve().then(() => setTimeout(() => calls.push("timer"), 10));
  await time.tickAsync(10);
  assertEquals(calls, ["timer"]);
  assertEquals(time.now, 10);
});

Deno.test("FakeTime.now moves time when it is set, forward alone", () => {
  using time = new FakeTime(10);
  let called = 0;
  setTimeout(() => called++, 5);
  time.now = 15;
  assertEquals([called, Date.now()], [1, 15]);
  assertThrows(() => time.now = 14, RangeError);
});

Deno.test("clearTimeout() takes a timer back when time is faked", () => {
  using time = new FakeTime();
  let called = 0;
  const timer = setTimeout(() => called++, 1);
  assertEquals(typeof timer, "number");
  clearTimeout(timer);
  clearTimeout(timer);
  clearTimeout(undefined);
  time.tick(10);
  assertEquals(called, 0);
});

Deno.test("clearTimeout() takes a timer back when another callback of that time calls it", () => {
  using time = new FakeTime();
  let called = 0;
  setTimeout(() => clearTimeout(second), 1);
  const second = setTimeout(() => called++, 1);
  time.tick(10);
  assertEquals(called, 0);
});

Deno.test("setInterval() calls again and again when time is faked, until it is cleared", () => {
  using time = new FakeTime(0);
  const calls: number[] = [];
  const timer = setInterval(() => calls.push(Date.now()), 10);
  time.tick(35);
  clearInterval(timer);
  time.tick(100);
  assertEquals(calls, [10, 20, 30]);
});

Deno.test("setInterval() stops when its own callback clears it", () => {
  using time = new FakeTime();
  let called = 0;
  const timer = setInterval(() => {
    if (++called === 2) clearInterval(timer);
  }, 10);
  time.tick(100);
  assertEquals(called, 2);
});

Deno.test("AbortSignal.timeout() follows when time is faked", () => {
  using time = new FakeTime();
  const signal = AbortSignal.timeout(10);
  time.tick(9);
  assertFalse(signal.aborted);
  time.tick(1);
  assert(signal.aborted);
  assertInstanceOf(signal.reason, DOMException);
  assertEquals(signal.reason.name, "TimeoutError");
});

Deno.test("Date() makes real dates when time is faked", () => {
  using _time = new FakeTime(86_400_000);
  const date = new Date();
  assertInstanceOf(date, real.Date);
  assertStrictEquals(Object.getPrototypeOf(date), real.Date.prototype);
  assertEquals(date.toISOString(), "1970-01-02T00:00:00.000Z");
  assertEquals(new Date(2000, 0).getFullYear(), 2000);
  assertEquals(Date.UTC(1970, 0), 0);
  assertEquals(new Date(NaN), new Date(NaN));
});

Deno.test("FakeTime.runMicrotasks() waits for a real turn when time is faked", async () => {
  using time = new FakeTime();
  let turns = 0;
  const chain = async () => {
    for (; turns < 100; turns++) await Promise.resolve();
  };
  const done = chain();
  await time.runMicrotasks();
  assertEquals(turns, 100);
  await done;
});

Deno.test("setTimeout() throws a TimeError when time is faked and it is given no function", () => {
  using _time = new FakeTime();
  assertThrows(() => setTimeout("code" as never, 1), TimeError);
});
