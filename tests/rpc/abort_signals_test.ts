import { assertEquals } from "@std/assert";
import { AbortSignals } from "../../src/rpc/abort_signals.ts";
import { counted } from "./counted_signal.ts";

Deno.test("add() sets one listener for a signal, however many calls it has", () => {
  const log: unknown[] = [];
  const signals = new AbortSignals((uid, reason) => log.push([uid, reason]));
  const { control, listeners } = counted();
  for (const uid of [1, 2, 3]) signals.add(control.signal, uid);
  assertEquals([listeners(), log], [1, []]);
  control.abort("enough");
  assertEquals(log, [[1, "enough"], [2, "enough"], [3, "enough"]]);
});

Deno.test("remove() takes the listener off when the last call of a signal has ended", () => {
  const log: unknown[] = [];
  const signals = new AbortSignals((uid) => log.push(uid));
  const { control, listeners } = counted();
  signals.add(control.signal, 1);
  signals.add(control.signal, 2);
  signals.remove(control.signal, 1);
  assertEquals(listeners(), 1);
  signals.remove(control.signal, 2);
  signals.remove(control.signal, 2);
  assertEquals(listeners(), 0);
  signals.add(control.signal, 3);
  control.abort();
  assertEquals(log, [3]);
});

Deno.test("remove() is no fault when the signal or the call is a stranger", () => {
  const signals = new AbortSignals(() => {});
  const { control, listeners } = counted();
  signals.remove(control.signal, 1);
  signals.add(control.signal, 1);
  signals.remove(control.signal, 2);
  assertEquals(listeners(), 1);
  signals.remove(control.signal, 1);
  assertEquals(listeners(), 0);
});

Deno.test("add() ends all calls when ending one of them removes others", () => {
  const log: number[] = [];
  const control = new AbortController();
  const signals: AbortSignals = new AbortSignals((uid) => {
    log.push(uid);
    signals.remove(control.signal, uid);
    signals.remove(control.signal, 3);
  });
  for (const uid of [1, 2, 3]) signals.add(control.signal, uid);
  control.abort();
  assertEquals(log.slice(0, 2), [1, 2]);
});
