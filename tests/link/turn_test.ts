import { assertEquals } from "@std/assert";
import { Turn } from "../../src/link/turn.ts";

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

Deno.test("hasTime() sets no timer and looks at no clock when few calls are begun", () => {
  const { turn: one, log } = turn();
  for (let i = 0; i < 15; i++) {
    assertEquals(one.hasTime(), true);
    pass(1);
  }
  assertEquals(log, []);
});

Deno.test("hasTime() tells that the turn is over when many calls took long, and sets one timer", () => {
  const { turn: one, log, next } = turn();
  for (let i = 0; i < 100; i++) one.hasTime();
  pass(11);
  assertEquals([one.hasTime(), one.hasTime(), log], [false, false, ["later 0"]]);
  next();
  assertEquals([one.hasTime(), log], [true, ["later 0", "turned"]]);
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
