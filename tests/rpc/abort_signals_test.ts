import { assertEquals } from "@std/assert";
import { Aborts } from "../../src/rpc/abort_signals.ts";

/** A signal that counts its listeners. */
function counted(): { readonly control: AbortController; readonly listeners: () => number } {
  const control = new AbortController();
  const { signal } = control;
  let count = 0;
  for (const [name, step] of [["addEventListener", 1], ["removeEventListener", -1]] as const) {
    const original = signal[name].bind(signal) as (...args: unknown[]) => void;
    Object.assign(signal, {
      [name]: (...args: unknown[]) => {
        count += step;
        original(...args);
      },
    });
  }
  return { control, listeners: () => count };
}

Deno.test("add() sets one listener for a signal, however many calls it has", () => {
  const log: unknown[] = [];
  const aborts = new Aborts((uid, reason) => log.push([uid, reason]));
  const { control, listeners } = counted();
  for (const uid of [1, 2, 3]) aborts.add(control.signal, uid);
  assertEquals([listeners(), log], [1, []]);
  control.abort("enough");
  assertEquals(log, [[1, "enough"], [2, "enough"], [3, "enough"]]);
});

Deno.test("remove() takes the listener off when the last call of a signal has ended", () => {
  const log: unknown[] = [];
  const aborts = new Aborts((uid) => log.push(uid));
  const { control, listeners } = counted();
  aborts.add(control.signal, 1);
  aborts.add(control.signal, 2);
  aborts.remove(control.signal, 1);
  assertEquals(listeners(), 1);
  aborts.remove(control.signal, 2);
  aborts.remove(control.signal, 2);
  assertEquals(listeners(), 0);
  aborts.add(control.signal, 3);
  control.abort();
  assertEquals(log, [3]);
});

Deno.test("remove() is no fault when the signal or the call is a stranger", () => {
  const aborts = new Aborts(() => {});
  const { control, listeners } = counted();
  aborts.remove(control.signal, 1);
  aborts.add(control.signal, 1);
  aborts.remove(control.signal, 2);
  assertEquals(listeners(), 1);
  aborts.remove(control.signal, 1);
  assertEquals(listeners(), 0);
});

Deno.test("add() ends all calls when ending one of them removes others", () => {
  const log: number[] = [];
  const control = new AbortController();
  const aborts: Aborts = new Aborts((uid) => {
    log.push(uid);
    aborts.remove(control.signal, uid);
    aborts.remove(control.signal, 3);
  });
  for (const uid of [1, 2, 3]) aborts.add(control.signal, uid);
  control.abort();
  assertEquals(log.slice(0, 2), [1, 2]);
});
