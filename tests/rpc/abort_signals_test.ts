import { assertEquals } from "@std/assert";
import { follow, unfollow } from "../../src/rpc/abort_signals.ts";
import { counted } from "./counted_signal.ts";

/** A caller that notes which calls it gives up. */
function caller(): { giveUp(uid: number, reason: unknown): void; readonly log: unknown[] } {
  const log: unknown[] = [];
  return { log, giveUp: (uid, reason) => void log.push([uid, reason]) };
}

const CALLS = [{ uid: 1 }, { uid: 2 }, { uid: 3 }] as const;

Deno.test("follow() sets one listener for a signal, however many calls it has, and callers", () => {
  const [one, other] = [caller(), caller()];
  const { control, listeners } = counted();
  for (const call of CALLS) follow(control.signal, call, one);
  for (let i = 0; i < 11; i++) follow(control.signal, { uid: i }, other);
  assertEquals([listeners(), one.log], [1, []]);
  control.abort("enough");
  assertEquals(one.log, [[1, "enough"], [2, "enough"], [3, "enough"]]);
  assertEquals(other.log.length, 11);
});

Deno.test("unfollow() takes the listener off when the last call of a signal has ended", () => {
  const [one, other] = [caller(), caller()];
  const { control, listeners } = counted();
  follow(control.signal, CALLS[0], one);
  follow(control.signal, CALLS[1], other);
  unfollow(control.signal, CALLS[0]);
  assertEquals(listeners(), 1);
  unfollow(control.signal, CALLS[1]);
  unfollow(control.signal, CALLS[1]);
  assertEquals(listeners(), 0);
  follow(control.signal, CALLS[2], one);
  control.abort("late");
  assertEquals([one.log, other.log], [[[3, "late"]], []]);
});

Deno.test("unfollow() is no fault when the signal or the call is a stranger", () => {
  const { control, listeners } = counted();
  unfollow(control.signal, CALLS[0]);
  follow(control.signal, CALLS[0], caller());
  unfollow(control.signal, CALLS[1]);
  assertEquals(listeners(), 1);
  unfollow(control.signal, CALLS[0]);
  assertEquals(listeners(), 0);
});

Deno.test("follow() ends all calls when ending one of them ends others", () => {
  const log: number[] = [];
  const control = new AbortController();
  const ending = {
    giveUp(uid: number) {
      log.push(uid);
      for (const call of CALLS) unfollow(control.signal, call);
    },
  };
  for (const call of CALLS) follow(control.signal, call, ending);
  control.abort();
  assertEquals(log.slice(0, 2), [1, 2]);
});
