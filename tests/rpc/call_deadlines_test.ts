import { assertEquals } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { CallDeadlines } from "../../src/rpc/call_deadlines.ts";
import { Timers } from "../helpers/timers.ts";

/** Deadlines over due times; gives those that it ended, with when. */
function over(
  dues: number[],
): { readonly deadlines: CallDeadlines; readonly ended: [number, number][] } {
  const ended: [number, number][] = [];
  const deadlines = new CallDeadlines({
    get size() {
      return dues.length;
    },
    expire(now) {
      for (const due of dues.filter((due) => due <= now)) ended.push([due, now]);
      dues.splice(0, dues.length, ...dues.filter((due) => due > now));
      return Math.min(Infinity, ...dues);
    },
  });
  for (const due of dues) deadlines.add(due);
  return { deadlines, ended };
}

Deno.test("add() ends each call when it is due, in whatever order they were made", async () => {
  using time = new FakeTime(0);
  const { ended } = over([50, 20, 90, 20.5]);
  for (let passed = 0; passed < 100; passed++) await time.tickAsync(1);
  assertEquals(ended, [[20, 20], [20.5, 21], [50, 50], [90, 90]]);
});

Deno.test("add() ends what is due already in a later turn, not at once", async () => {
  using time = new FakeTime(1_000);
  const { ended } = over([-5, 1_000]);
  assertEquals(ended, []);
  await time.tickAsync(0);
  assertEquals(ended, [[-5, 1_000], [1_000, 1_000]]);
});

Deno.test("add() waits longer than a timer can", async () => {
  using time = new FakeTime(0);
  const due = 2 ** 31 + 500;
  const { ended } = over([due]);
  await time.tickAsync(2 ** 31 - 1);
  await time.tickAsync(500);
  assertEquals(ended, []);
  await time.tickAsync(1);
  assertEquals(ended, [[due, due]]);
});

Deno.test("add() sets one timer when many calls are due later, and clear() leaves none", () => {
  using timers = new Timers();
  const { deadlines } = over(Array.from({ length: 50 }, (_, index) => Date.now() + 60_000 + index));
  assertEquals(timers.count, 1);
  deadlines.clear();
  assertEquals(timers.count, 0);
  deadlines.add(Date.now() + 90_000);
  assertEquals(timers.count, 1);
  deadlines.clear();
  assertEquals(timers.count, 0);
});

Deno.test("add() has many looked through seldom: a ms passes for each two thousand that wait", async () => {
  using time = new FakeTime(0);
  const { deadlines, ended } = over([10, 11, 25, ...Array<number>(20_000).fill(1_000)]);
  for (let passed = 0; passed < 60; passed++) await time.tickAsync(1);
  assertEquals(ended, [[10, 10], [11, 20], [25, 30]]);
  deadlines.clear();
});

Deno.test("add() does not shorten the pause between two looks", async () => {
  using time = new FakeTime(0);
  const looks: number[] = [];
  const deadlines = new CallDeadlines({
    size: 50_000,
    expire(now) {
      looks.push(now);
      return now + 10_000;
    },
  });
  for (let passed = 0; passed < 100; passed++) {
    await time.tickAsync(1);
    deadlines.add(passed + 2);
  }
  assertEquals(looks, [2, 27, 52, 77]);
  deadlines.clear();
});
