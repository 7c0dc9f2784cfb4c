import { assert, assertEquals } from "@std/assert";
import { currentCall } from "../../mod.ts";
import { Calls } from "../contract/cases/calls.ts";
import type { Waiting } from "../../src/rpc/pending_calls.ts";
import { gate, turn, until } from "../helpers/waiting.ts";
import { childOf } from "./child.ts";
import { messagesIn, paired } from "./pair.ts";
import { dialling } from "./raw.ts";

const MANY = 10_000;

function waitingOf(calls: Calls, more: Partial<Waiting>, settled: (how: unknown) => void): Waiting {
  return {
    invoke: { uid: calls.nextUid(), listener: "f", parameters: [] },
    since: undefined,
    due: Infinity,
    signal: undefined,
    resolve: settled,
    reject: settled,
    ...more,
  };
}

Deno.test("Calls keeps nothing when 10,000 calls of one signal were cancelled", () => {
  const cancelled: number[] = [];
  const settled: unknown[] = [];
  const calls = new Calls({ cancel: (uid) => cancelled.push(uid) });
  const control = new AbortController();
  for (let i = 0; i < MANY; i++) {
    calls.add(waitingOf(calls, { signal: control.signal }, (how) => settled.push(how)));
  }
  assertEquals(calls.size, MANY);
  control.abort("enough");
  assertEquals([calls.size, settled.length, cancelled.length], [0, MANY, MANY]);
  assert(settled.every((reason) => reason === "enough"));
  assertEquals(cancelled, cancelled.toSorted((a, b) => a - b));
});

Deno.test("Calls keeps nothing when 10,000 calls of signals of their own were cancelled", () => {
  const settled: unknown[] = [];
  const calls = new Calls({ cancel() {} });
  const controls = Array.from({ length: MANY }, () => new AbortController());
  for (const { signal } of controls) {
    calls.add(waitingOf(calls, { signal }, (how) => settled.push(how)));
  }
  for (const control of controls) control.abort();
  assertEquals([calls.size, settled.length], [0, MANY]);
});

Deno.test("Calls keeps nothing when 10,000 calls ran into their deadline", async () => {
  const settled: unknown[] = [];
  const calls = new Calls({ cancel() {} });
  const now = Date.now();
  for (let i = 0; i < MANY; i++) {
    calls.add(waitingOf(calls, { due: now + i % 20 }, (how) => settled.push(how)));
  }
  await until(() => calls.size === 0, "all are over");
  assertEquals(settled.length, MANY);
  await turn();
});

Deno.test("Communicator answers as ever when 10,000 calls were cancelled at both ends", async () => {
  let [running, aborted] = [0, 0];
  const there = {
    slow: () => {
      running++;
      const { signal } = currentCall();
      const { promise, open } = gate();
      signal.addEventListener("abort", () => {
        aborted++;
        running--;
        open();
      });
      return promise;
    },
    same: (value: unknown) => value,
  };
  const limits = { servedCalls: MANY, waitingCalls: MANY };
  await using pair = await paired({ there, connect: { limits }, accept: { limits } });
  for (let round = 0; round < 3; round++) {
    const control = new AbortController();
    const { slow } = pair.client.getDriver({ signal: control.signal });
    const calls = Promise.allSettled(Array.from({ length: MANY }, () => slow!()));
    await until(() => running === MANY, "all are under way");
    control.abort();
    assertEquals((await calls).every(({ status }) => status === "rejected"), true);
    await until(() => running === 0, "all have heard of it");
  }
  // with a place kept by any of them at either end, one more call would be too many
  assertEquals(aborted, 3 * MANY);
  const again = Array.from({ length: MANY }, (_, i) => pair.client.getDriver().same!(i));
  assertEquals((await Promise.all(again)).length, MANY);
});

Deno.test("Communicator keeps no memory when 10,000 calls were cancelled, round after round", async () => {
  await using child = await childOf("tables_heap.ts", ["--v8-flags=--expose-gc"]);
  const grown = Number(child.line);
  assert(grown < 5 * MANY * 20, `${grown} bytes`); // an entry a call would take 50 or more
});

Deno.test("Connection sends the cancels of one signal together when it aborts", async () => {
  const control = new AbortController();
  await using ends = await dialling();
  const { f } = ends.end.getDriver({ signal: control.signal });
  const calls = Promise.allSettled(Array.from({ length: 50 }, () => f!()));
  await turn();
  ends.socket.sent.length = 0;
  control.abort();
  await calls;
  await turn();
  assertEquals(ends.socket.sent.length, 1);
  assertEquals(messagesIn(ends.socket.sent).map(([kind]) => kind), Array(50).fill(3));
});
