import "../helpers/late_platform.ts";
import { assertEquals } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { Timers } from "../helpers/timers.ts";

/** What the clock says, in ms. A turn keeps the clock that it finds when it is loaded. */
let clock = 0;
const real = performance.now;
performance.now = () => clock;
const { Turns } = await import("../../src/session/turns.ts");
performance.now = real;

/** Turns, and how often they told that the next one has come; its timer is the fake time's. */
function turns(): { readonly turns: InstanceType<typeof Turns>; readonly log: string[] } {
  const log: string[] = [];
  return { turns: new Turns({ turned: () => void log.push("turned") }), log };
}

/** So many calls; how many of them had time. */
function calls(one: InstanceType<typeof Turns>, count: number): number {
  let inTime = 0;
  for (let i = 0; i < count; i++) if (one.hasTime()) inTime++;
  return inTime;
}

Deno.test("hasTime() sets no timer when calls are few, or come in short bursts", () => {
  using time = new FakeTime();
  const { turns: one, log } = turns();
  assertEquals(calls(one, 1_000), 1_000);
  clock += 9;
  assertEquals(calls(one, 1_000), 1_000);
  time.tick(1_000);
  assertEquals(log, []);
});

Deno.test("hasTime() sets a timer when calls come for long, and tells that the turn is over at its end", () => {
  using time = new FakeTime();
  const { turns: one, log } = turns();
  calls(one, 8);
  clock += 10;
  assertEquals([calls(one, 8), log], [8, []]);
  clock += 10;
  assertEquals([calls(one, 100), log], [0, []]);
  time.tick(0);
  assertEquals([calls(one, 100), log], [100, ["turned"]]);
  time.tick(1_000);
  assertEquals(log, ["turned"]);
});

Deno.test("begin() has the clock looked at from the first call on", () => {
  using time = new FakeTime();
  const { turns: one } = turns();
  one.begin();
  assertEquals(one.hasTime(), true);
  clock += 10;
  assertEquals(one.hasTime(), false);
  time.tick(0);
  assertEquals(one.hasTime(), true);
});

Deno.test("stop() leaves no timer, and forgets what waits", () => {
  using time = new FakeTime();
  using counted = new Timers();
  const { turns: one, log } = turns();
  one.stop();
  one.begin();
  one.push({ kind: { take() {} }, message: [], weight: undefined, size: 7 });
  assertEquals([counted.count, one.size, one.bytes], [1, 1, 7]);
  one.stop();
  assertEquals([counted.count, one.size, one.bytes], [0, 0, 0]);
  time.tick(1_000);
  assertEquals(log, []);
});
