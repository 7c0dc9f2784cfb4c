import { assertEquals } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { type ConnectionEvent, structured } from "../../mod.ts";
import { accepted, closeAll } from "../helpers/ends.ts";
import { gate, microtasks } from "../helpers/waiting.ts";

/*
 * A result waits as it is while the peer does not read, and is encoded when there is room: in order,
 * with an answer if it can't be, and without a trace if the connection ends before.
 */

Deno.test.afterEach(closeAll);

const KEEP_ALIVE = { uid: 0, success: true };
const LIMITS = { sendBytes: 1_000 };

/** Calls of these names, whose functions wait until the gate opens. */
const calls = (...names: string[]) =>
  names.map((listener, at) => ({ uid: at + 1, listener, parameters: [] }));

/** A result that counts how often it is encoded. */
function counted(): { readonly value: object; readonly count: () => number } {
  let count = 0;
  return { value: { toJSON: () => ++count }, count: () => count };
}

Deno.test("Session encodes a result when there is room for it, and not before", async () => {
  using time = new FakeTime();
  const wait = gate();
  const { value, count } = counted();
  const provider = {
    early: () => wait.promise.then(() => "x".repeat(2_000)),
    late: () => wait.promise.then(() => value),
    small: () => wait.promise.then(() => 7),
  };
  const { socket } = await accepted({ limits: LIMITS }, { provider });
  for (const one of calls("early", "late", "small")) socket.receives(one);
  socket.bufferedAmount = 1_001;
  socket.receives(KEEP_ALIVE); // is looked at anew with each frame
  wait.open();
  await microtasks();
  assertEquals([socket.messages.length, count()], [0, 0]);
  socket.bufferedAmount = 0;
  await time.tickAsync(10);
  assertEquals(count(), 1);
  assertEquals(socket.messages.map(({ uid }) => uid), [1, 2, 3]);
  socket.closed(1000, "");
});

Deno.test("Session answers with an error when a result that waited can't be encoded", async () => {
  using time = new FakeTime();
  const wait = gate();
  const events: ConnectionEvent[] = [];
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  const provider = {
    first: () => wait.promise.then(() => "first"),
    circle: () => wait.promise.then(() => circle),
    last: () => wait.promise.then(() => ["last"]),
  };
  const options = { limits: LIMITS, onEvent: (event: ConnectionEvent) => void events.push(event) };
  const { socket } = await accepted(options, { provider });
  for (const one of calls("first", "circle", "last")) socket.receives(one);
  socket.bufferedAmount = 1_001;
  socket.receives(KEEP_ALIVE); // is looked at anew with each frame
  wait.open();
  await microtasks();
  socket.bufferedAmount = 0;
  await time.tickAsync(10);
  const returned = socket.messages.map(({ uid, success }) => [uid, success]);
  assertEquals(returned, [[1, true], [3, true], [2, false]]);
  assertEquals(events.map(({ type }) => type), ["open", "error"]);
  socket.closed(1000, "");
});

Deno.test("Session forgets results that wait when it ends", async () => {
  const wait = gate();
  const events: ConnectionEvent[] = [];
  const { value, count } = counted();
  const provider = {
    first: () => wait.promise.then(() => 1),
    late: () => wait.promise.then(() => value),
  };
  const options = { limits: LIMITS, onEvent: (event: ConnectionEvent) => void events.push(event) };
  const { socket } = await accepted(options, { provider });
  for (const one of calls("first", "late")) socket.receives(one);
  socket.bufferedAmount = 1_001;
  socket.receives(KEEP_ALIVE); // is looked at anew with each frame
  wait.open();
  await microtasks();
  socket.closed(1006, "");
  await microtasks();
  assertEquals(count(), 0);
  assertEquals(events.map(({ type }) => type), ["open", "close"]);
});

for (
  const [toward, features] of [
    ["any client", ["frames", "batch"]],
    ["one that holds frames back", ["frames", "batch", "trail"]],
  ] as const
) {
  Deno.test(`Session sends what waited in its order, bytes behind their message, toward ${toward}`, async () => {
    using time = new FakeTime();
    const wait = gate();
    const provider = {
      first: () => wait.promise.then(() => "x".repeat(5_000)),
      bytes: () => wait.promise.then(() => new Uint8Array([1, 2, 3])),
      plain: () => wait.promise.then(() => ({ a: 1 })),
      last: () => wait.promise.then(() => "last"),
    };
    const link = { version: 1, features, values: ["structured", "json"] };
    const options = { limits: LIMITS, use: [structured], heartbeat: Infinity };
    const header = JSON.stringify({ header: null, link });
    const { socket } = await accepted(options, { header, provider });
    socket.frames.length = 0;
    const names = ["first", "bytes", "plain", "last"];
    socket.receives(names.map((name, at) => [0, at + 1, name, []]));
    socket.bufferedAmount = 1_001;
    socket.receives("[65]"); // is looked at anew with each frame
    wait.open();
    await time.runMicrotasks();
    assertEquals(socket.frames, []);
    socket.bufferedAmount = 0;
    await time.tickAsync(10);
    assertEquals(socket.frames, [
      `[1,1,"${"x".repeat(5_000)}"]`,
      '[1,2,null,[1,[[],"b","Uint8Array",0]]]',
      new Uint8Array([1, 2, 3]),
      '[1,3,{"a":1}]',
      '[1,4,"last"]',
    ]);
    socket.closed(1000, "");
  });
}
