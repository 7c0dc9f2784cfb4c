/** The calls of a peer that wait to be begun. */
import { assertEquals, assertLess } from "@std/assert";
import type { ConnectionEvent } from "../../mod.ts";
import { Turns, type Unserved } from "../../src/session/turns.ts";
import { accepted, closedBy } from "../helpers/ends.ts";
import { until } from "../helpers/waiting.ts";
import { childOf } from "../linked/child.ts";

function waiting(name: string, size = 1): Unserved {
  return { kind: { take() {} }, message: [name], weight: undefined, size };
}

Deno.test("push() and shift() keep the order when many wait", () => {
  const turns = new Turns({ turned() {} });
  const got: unknown[] = [];
  const shift = () => void got.push(...turns.shift().message);
  assertEquals(turns.size, 0);
  for (let round = 0; round < 3; round++) {
    for (const name of ["a", "b", "c"]) turns.push(waiting(name));
    assertEquals(turns.size, 3);
    shift();
    shift();
    turns.push(waiting("d"));
    shift();
    shift();
    assertEquals(turns.size, 0);
  }
  assertEquals(got.join(""), "abcdabcdabcd");
});

Deno.test("size and bytes are of those that wait when some were shifted off, and 0 when all were", () => {
  const turns = new Turns({ turned() {} });
  const sizes = () => [turns.size, turns.bytes];
  turns.push(waiting("a", 10));
  turns.push(waiting("b", 7));
  assertEquals(sizes(), [2, 17]);
  turns.shift();
  assertEquals(sizes(), [1, 7]);
  turns.push(waiting("c", 5));
  assertEquals(sizes(), [2, 12]);
  turns.shift();
  turns.shift();
  assertEquals(sizes(), [0, 0]);
  turns.push(waiting("d", 3));
  turns.clear();
  assertEquals(sizes(), [0, 0]);
  turns.push(waiting("e", 2));
  assertEquals([turns.shift().message, ...sizes()], [["e"], 0, 0]);
});

Deno.test("Turns keep nothing of a call that was begun while others wait", async () => {
  await using child = await childOf("../session/unserved_heap.ts", ["--v8-flags=--expose-gc"]);
  const [alone, withEntries] = child.line.split(" ").map(Number) as [number, number];
  assertLess(alone, withEntries / 2);
});

const CALL = JSON.stringify({ uid: 1, listener: "f", parameters: [] });

for (
  const [limit, limits] of [
    ["unservedCalls", { unservedCalls: 3 }],
    ["unservedBytes", { unservedBytes: 3 * CALL.length }],
  ] as const
) {
  Deno.test(`Session counts for ${limit} only those that still wait`, async () => {
    const broken: unknown[] = [];
    const onEvent = (event: ConnectionEvent) =>
      void (event.type === "limit" && broken.push(event.limit));
    let ran = 0;
    const { socket } = await accepted({ limits: { sendBytes: 1_000, ...limits }, onEvent }, {
      provider: { f: () => ++ran },
    });
    for (let round = 1; round <= 3; round++) {
      socket.bufferedAmount = 1_001;
      for (let count = 0; count < 3; count++) socket.receives(CALL);
      assertEquals([broken, ran], [[], 3 * (round - 1)]);
      socket.bufferedAmount = 0;
      await until(() => ran === 3 * round, "the calls are begun");
    }
    socket.bufferedAmount = 1_001;
    for (let count = 0; count < 4; count++) socket.receives(CALL);
    assertEquals([broken, ran], [[limit], 9]);
    assertEquals(socket.closes, [[1013, "Too many calls are waiting"]]);
    await closedBy(socket, 1013);
  });
}
