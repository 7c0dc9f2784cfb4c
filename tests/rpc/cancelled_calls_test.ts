import { assertEquals, assertLess } from "@std/assert";
import { currentCall } from "../../mod.ts";
import { gate, turn, until } from "../helpers/waiting.ts";
import { childOf } from "../linked/child.ts";
import { messagesIn, paired } from "../linked/pair.ts";
import { dialling } from "../linked/raw.ts";

const MANY = 10_000;

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

Deno.test("Communicator keeps no entry of a call when 10,000 were cancelled, round after round", async () => {
  const file = "../rpc/cancelled_calls_heap.ts";
  await using child = await childOf(file, ["--v8-flags=--expose-gc"]);
  const [alone, withEntries] = child.line.split(" ").map(Number) as [number, number];
  assertLess(alone, withEntries / 2);
});

Deno.test("Session sends the cancels of one signal together when it aborts", async () => {
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
