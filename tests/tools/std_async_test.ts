/** What this project relies on in `@std/async`; see `tests/std_test.ts`. */
import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { deadline } from "@std/async/deadline";
import { delay } from "@std/async/delay";
import { FakeTime } from "@std/testing/time";

/** Rejects nothing, resolves nothing. */
const never = () => new Promise<never>(() => {});

/** How a promise stands after the microtasks that are under way. */
async function stateOf(promise: Promise<unknown>, time: FakeTime): Promise<string> {
  let state = "pending";
  promise.then(() => state = "resolved", (error) => state = `rejected: ${error.name}`);
  await time.runMicrotasks();
  return state;
}

Deno.test("deadline() resolves when the promise does in time", async () => {
  using _time = new FakeTime();
  assertEquals(await deadline(Promise.resolve("a"), 10), "a");
});

Deno.test("deadline() rejects when the promise does, with its reason", async () => {
  using _time = new FakeTime();
  const reason = new TypeError("a");
  assertStrictEquals(
    await assertRejects(() => deadline(Promise.reject(reason), 10), TypeError),
    reason,
  );
});

Deno.test("deadline() rejects with a TimeoutError when the time is over, not before", async () => {
  using time = new FakeTime();
  const waiting = deadline(never(), 10);
  time.tick(9);
  assertEquals(await stateOf(waiting, time), "pending");
  time.tick(1);
  assertEquals(await stateOf(waiting, time), "rejected: TimeoutError");
  await assertRejects(() => waiting, DOMException, "Signal timed out.");
});

Deno.test("deadline() rejects with the reason when the signal aborts", async () => {
  using _time = new FakeTime();
  const controller = new AbortController();
  const waiting = deadline(never(), 10, { signal: controller.signal });
  controller.abort(new TypeError("enough"));
  await assertRejects(() => waiting, TypeError, "enough");
});

Deno.test("deadline() rejects with an AbortError when aborted without a reason", async () => {
  const controller = new AbortController();
  const waiting = deadline(never(), Infinity, { signal: controller.signal });
  controller.abort();
  const error = await assertRejects(() => waiting, DOMException);
  assertEquals(error.name, "AbortError");
});

Deno.test("deadline() rejects when the signal has aborted already, ahead of a result", async () => {
  const signal = AbortSignal.abort(new TypeError("before"));
  await assertRejects(() => deadline(Promise.resolve(1), Infinity, { signal }), TypeError);
});

Deno.test("deadline() waits on when its limit is infinite", async () => {
  using time = new FakeTime();
  const waiting = deadline(never(), Infinity);
  time.tick(2 ** 31);
  assertEquals(await stateOf(waiting, time), "pending");
});

Deno.test("deadline() leaves no listener on the signal when it is over", async () => {
  const counts: Record<string, number> = {};
  const { signal } = new AbortController();
  for (const name of ["addEventListener", "removeEventListener"] as const) {
    const method = signal[name].bind(signal) as (...args: unknown[]) => void;
    signal[name] = (...args: unknown[]) => {
      counts[name] = (counts[name] ?? 0) + 1;
      method(...args);
    };
  }
  await deadline(Promise.resolve(), Infinity, { signal });
  assertEquals(counts["addEventListener"] ?? 0, counts["removeEventListener"] ?? 0);
});

Deno.test("delay() resolves when the time is over, not before", async () => {
  using time = new FakeTime();
  const waiting = delay(10);
  time.tick(9);
  assertEquals(await stateOf(waiting, time), "pending");
  time.tick(1);
  assertEquals(await stateOf(waiting, time), "resolved");
});

for (const ms of [0, -1, NaN]) {
  Deno.test(`delay() resolves at once when given ${ms}`, async () => {
    using time = new FakeTime();
    const waiting = delay(ms);
    time.tick(0);
    assertEquals(await stateOf(waiting, time), "resolved");
  });
}

Deno.test("delay() takes real time when time is real", async () => {
  const passed: string[] = [];
  setTimeout(() => passed.push("a shorter timer"), 1);
  assertEquals(await delay(20), undefined);
  assertEquals(passed, ["a shorter timer"]);
});

Deno.test("delay() rejects with the reason when the signal aborts", async () => {
  const controller = new AbortController();
  const waiting = delay(60_000, { signal: controller.signal });
  controller.abort(new TypeError("enough"));
  await assertRejects(() => waiting, TypeError, "enough");
});

Deno.test("delay() rejects at once when the signal has aborted already", async () => {
  const signal = AbortSignal.abort(new TypeError("before"));
  await assertRejects(() => delay(60_000, { signal }), TypeError, "before");
});
