import { assertEquals, assertInstanceOf, assertRejects, assertStrictEquals } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { DeadlineError, settles, within } from "../mod.ts";
import { millisecondsTo } from "../src/deadline.ts";
import { Timers } from "./helpers/timers.ts";
import { gate, stateOf } from "./helpers/waiting.ts";

const NEVER = new Promise<never>(() => {});
const LONGEST_TIMER = 2 ** 31 - 1;

for (
  const [what, limit] of [
    ["0", 0],
    ["negative", -1],
    ["-Infinity", -Infinity],
    ["-0", -0],
    ["a past date", new Date(0)],
  ] as const
) {
  Deno.test(`settles() is false at once when the limit is ${what} and it waits`, async () => {
    using time = new FakeTime(1_000);
    assertEquals(await settles(NEVER, limit), false);
    assertEquals(time.now, 1_000);
  });

  Deno.test(`settles() is true when the limit is ${what} and it has settled already`, async () => {
    assertEquals(await settles(Promise.resolve("done"), limit), true);
  });

  Deno.test(`settles() rejects when the limit is ${what} and it has failed already`, async () => {
    const error = new Error("failed");
    assertStrictEquals(await settles(Promise.reject(error), limit).catch((e) => e), error);
  });

  Deno.test(`within() names what it waited for when the limit is ${what}`, async () => {
    const error = await assertRejects(() => within(NEVER, limit, "the answer"), DeadlineError);
    const why = typeof limit === "number"
      ? `timeout of ${limit} ms`
      : `deadline, ${limit.toJSON()},`;
    assertEquals(
      error.message,
      `Cannot wait any longer for the answer: the ${why} has passed`,
    );
  });
}

for (
  const [what, limit] of [["NaN", NaN], ["an invalid date", new Date("never")]] as const
) {
  Deno.test(`settles() and within() reject with a TypeError when the limit is ${what}`, async () => {
    const text = "Cannot wait: the limit must be milliseconds or a valid Date";
    for (const promise of [settles(NEVER, limit), within(NEVER, limit, "it")]) {
      assertEquals((await assertRejects(() => promise, TypeError)).message, text);
    }
  });
}

Deno.test("settles() rejects when a JavaScript caller gives a text as its limit", async () => {
  await assertRejects(() => settles(NEVER, "5" as never), TypeError);
});

Deno.test("settles() turns from waiting to false when the limit comes, and not before", async () => {
  using time = new FakeTime();
  const inTime = settles(NEVER, 50);
  await time.tickAsync(49);
  assertEquals(await stateOf(inTime), "waits");
  await time.tickAsync(1);
  assertEquals(await stateOf(inTime), { value: false });
});

Deno.test("settles() waits until the date when its limit is one", async () => {
  using time = new FakeTime(1_000);
  const inTime = settles(NEVER, new Date(1_050));
  await time.tickAsync(49);
  assertEquals(await stateOf(inTime), "waits");
  await time.tickAsync(1);
  assertEquals(await stateOf(inTime), { value: false });
});

Deno.test("settles() is true when the promise is fulfilled in time", async () => {
  using time = new FakeTime();
  const done = gate<string>();
  const inTime = settles(done.promise, 50);
  await time.tickAsync(49);
  done.open("done");
  assertEquals(await inTime, true);
});

Deno.test("settles() rejects with the promise's own error when it fails in time", async () => {
  const failed = gate();
  const inTime = settles(failed.promise, 60_000);
  const error = new Error("failed");
  failed.fail(error);
  assertStrictEquals(await inTime.catch((e) => e), error);
});

Deno.test("settles() rejects with undefined when the promise does", async () => {
  assertEquals(await stateOf(settles(Promise.reject(undefined), 10_000)), { error: undefined });
});

Deno.test("settles() leaves no unhandled rejection when the promise fails too late", async () => {
  const failed = gate();
  assertEquals(await settles(failed.promise, 1), false);
  assertEquals(await settles(failed.promise, 0), false);
  failed.fail(new Error("too late"));
  await new Promise((resolve) => setTimeout(resolve, 1));
});

Deno.test("within() gives the value when it comes in time", async () => {
  const answer = gate<number>();
  const promise = within(answer.promise, 60_000, "the answer");
  answer.open(7);
  assertEquals(await promise, 7);
});

Deno.test("within() rejects with the promise's own error when it fails in time", async () => {
  const error = new Error("failed");
  assertStrictEquals(await within(Promise.reject(error), 60_000, "it").catch((e) => e), error);
});

Deno.test("within() rejects with a DeadlineError when the limit comes", async () => {
  using time = new FakeTime();
  const promise = within(NEVER, 5, "the answer").catch((error) => error);
  await time.tickAsync(5);
  const error = await promise;
  assertInstanceOf(error, DeadlineError);
  assertEquals(error.code, "DEADLINE");
});

for (const given of [LONGEST_TIMER, LONGEST_TIMER + 1, LONGEST_TIMER * 2 + 500]) {
  Deno.test(`settles() waits to the very ms when the limit is ${given} ms`, async () => {
    using time = new FakeTime(0);
    const inTime = settles(NEVER, given);
    for (let left = given - 1; left > 0; left -= LONGEST_TIMER) {
      await time.tickAsync(Math.min(left, LONGEST_TIMER));
    }
    assertEquals(time.now, given - 1);
    assertEquals(await stateOf(inTime), "waits");
    await time.tickAsync(1);
    assertEquals(await stateOf(inTime), { value: false });
  });
}

Deno.test("settles() sets no timer when the limit is Infinity", async () => {
  using time = new FakeTime();
  const done = gate();
  const inTime = settles(done.promise, Infinity);
  await time.tickAsync(LONGEST_TIMER);
  assertEquals(await stateOf(inTime), "waits");
  done.open();
  assertEquals(await inTime, true);
  const error = new Error("failed");
  assertStrictEquals(await settles(Promise.reject(error), Infinity).catch((e) => e), error);
});

Deno.test("settles() leaves no timer when the promise settles first, also in a late step", async () => {
  using timers = new Timers();
  const [first, second] = [gate(), gate()];
  const both = [settles(first.promise, 60_000), settles(second.promise, 1e12)];
  assertEquals(timers.count, 2);
  first.open();
  second.open();
  assertEquals(await Promise.all(both), [true, true]);
  assertEquals(timers.count, 0);
});

Deno.test("millisecondsTo() counts from now when it is given a date", () => {
  using _time = new FakeTime(1_000);
  assertEquals(millisecondsTo(new Date(1_250)), 250);
  assertEquals(millisecondsTo(new Date(0)), -1_000);
  assertEquals(millisecondsTo(7.5), 7.5);
  assertEquals(millisecondsTo(Infinity), Infinity);
});
