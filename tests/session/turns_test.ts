import { assertEquals } from "@std/assert";
import { Turn } from "../../src/session/turns.ts";

/** A turn whose timer is run by a test. */
function turn(): { readonly turn: Turn; readonly next: () => void; readonly log: string[] } {
  const log: string[] = [];
  let next = (): void => {};
  const owner = {
    turned: () => void log.push("turned"),
    later(ms: number, then: () => void) {
      log.push(`later ${ms}`);
      next = then;
    },
  };
  return { turn: new Turn(owner), next: () => next(), log };
}

/** Lets the clock go on by so many ms. */
function pass(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end;);
}

/** So many calls; how many of them had time. */
function calls(one: Turn, count: number): number {
  let inTime = 0;
  for (let i = 0; i < count; i++) if (one.hasTime()) inTime++;
  return inTime;
}

Deno.test("hasTime() sets no timer when calls are few, or come in short bursts", () => {
  const { turn: one, log } = turn();
  assertEquals([calls(one, 1_000), log], [1_000, []]);
});

Deno.test("hasTime() sets a timer when calls come for long, and tells that the turn is over at its end", () => {
  const { turn: one, log, next } = turn();
  calls(one, 8);
  pass(11);
  assertEquals([calls(one, 8), log], [8, ["later 0"]]);
  pass(11);
  assertEquals([calls(one, 100), log], [0, ["later 0"]]);
  next();
  assertEquals([calls(one, 100), log], [100, ["later 0", "turned"]]);
});

Deno.test("begin() has the clock looked at from the first call on", () => {
  const { turn: one, next } = turn();
  one.begin();
  assertEquals(one.hasTime(), true);
  pass(11);
  assertEquals(one.hasTime(), false);
  next();
  assertEquals(one.hasTime(), true);
});
