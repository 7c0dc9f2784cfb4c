import { assert, assertEquals } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { type ConnectionEvent, structured } from "../mod.ts";
import { accepted, closeAll } from "./helpers/ends.ts";
import { gate, microtasks } from "./helpers/waiting.ts";
import { serving } from "./linked/raw.ts";

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

Deno.test("Connection encodes a result when there is room for it, and not before", async () => {
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

Deno.test("Connection answers with an error when a result that waited can't be encoded", async () => {
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
  assertEquals(events.map(({ type }) => type), ["error"]);
  socket.closed(1000, "");
});

Deno.test("Connection forgets results that wait when it ends", async () => {
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
  assertEquals(events.map(({ type }) => type), ["close"]);
});

Deno.test("Connection sends the bytes of a result that waited right behind their message", async () => {
  const wait = gate();
  const provider = {
    first: () => wait.promise.then(() => "x".repeat(2_000)),
    bytes: () => wait.promise.then(() => new Uint8Array([1, 2, 3])),
    last: () => wait.promise.then(() => "last"),
  };
  const options = { limits: LIMITS, use: [structured] };
  await using ends = await serving({ provider, values: "structured", options });
  ends.socket.gets('[[0,1,"first",[]],[0,2,"bytes",[]],[0,3,"last",[]]]');
  ends.socket.bufferedAmount = 1_001;
  ends.socket.gets("[65]");
  wait.open();
  await microtasks();
  assertEquals(ends.socket.sent, []);
  ends.socket.bufferedAmount = 0;
  await new Promise((resolve) => setTimeout(resolve, 30));
  const [first, message, bytes, last] = ends.socket.sent;
  assertEquals([bytes, last], [new Uint8Array([1, 2, 3]), '[1,3,"last"]']);
  assert(String(first).startsWith("[1,1,"));
  assert(String(message).startsWith("[1,2,"));
});
