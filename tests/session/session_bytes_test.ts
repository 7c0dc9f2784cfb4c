import { assert, assertEquals, assertRejects } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import {
  type ConnectionEvent,
  EncodeError,
  structured,
  WebSocketConnector,
  WebSocketServer,
} from "../../mod.ts";
import { accepted, closeAll, closedBy, type Upgraded } from "../helpers/ends.ts";
import type { PluggedFeature } from "../../src/session/feature.ts";
import { openSession } from "../helpers/sessions.ts";
import { microtasks } from "../helpers/waiting.ts";

Deno.test.afterEach(closeAll);

const LINK = { version: 1, features: ["frames", "batch"], values: ["structured", "json"] };
const HEADER = JSON.stringify({ header: null, link: LINK });

/** An acceptor that has agreed on structured values, and the lengths of bytes that `f` was given. */
async function agreed(limits = {}, onEvent?: (event: ConnectionEvent) => void): Promise<
  Upgraded & { readonly got: number[] }
> {
  const got: number[] = [];
  const f = (bytes: Uint8Array) => got.push(bytes.byteLength);
  const g = () => 0;
  const options = { use: [structured], limits, heartbeat: Infinity, onEvent };
  const ends = await accepted(options, { header: HEADER, provider: { f, g } });
  ends.socket.frames.length = 0;
  return { ...ends, got };
}

/** A call of `f` with so many binary frames, of one parameter that is bytes. */
function callWithBytes(uid: number, frames = 1): unknown {
  const places = Array.from({ length: frames }, (_, i) => i);
  const marks = places.map((i) => [[i], "b", "Uint8Array", i]);
  return [0, uid, "f", places.map(() => null), [frames, ...marks]];
}

Deno.test("Session asks its socket for bytes when both ends agreed on them", async () => {
  const { socket } = await agreed();
  assertEquals((socket as { binaryType?: string }).binaryType, "arraybuffer");
});

Deno.test("Session begins a call when its bytes are there, and not before", async () => {
  const { socket, got } = await agreed();
  socket.receives(callWithBytes(1));
  assertEquals(got, []);
  socket.receivesBinary(new Uint8Array(3).buffer);
  assertEquals(got, [3]);
  await microtasks();
  assertEquals(socket.sent, ["[1,1,1]"]);
});

Deno.test("Session sends bytes right behind their message, which has a frame of its own", async () => {
  const { socket, acceptor } = await agreed();
  const calls = [
    acceptor.getDriver().a!(1),
    acceptor.getDriver().b!(new Uint8Array([7, 8])),
    acceptor.getDriver().c!(2),
  ].map((call: Promise<unknown>) => call.catch(() => {}));
  await microtasks();
  assertEquals(socket.frames, [
    '[0,1,"a",[1]]',
    '[0,2,"b",[null],[1,[[0],"b","Uint8Array",0]]]',
    new Uint8Array([7, 8]),
    '[0,3,"c",[2]]',
  ]);
  await closedBy(socket);
  await Promise.all(calls);
});

Deno.test("Session ends with 1002 when another message comes in place of bytes", async () => {
  const { socket, got } = await agreed();
  socket.receives(callWithBytes(1));
  socket.receives(callWithBytes(2));
  assertEquals([socket.closes[0]?.[0], got], [1002, []]);
});

Deno.test("Session ends with 1009 when bytes are more than a frame may have", async () => {
  const events: ConnectionEvent[] = [];
  const { socket, got } = await agreed({ frameBytes: 100 }, (event) => void events.push(event));
  socket.receives(callWithBytes(1, 2));
  socket.receivesBinary(new Uint8Array(60).buffer);
  assertEquals(socket.closes, []);
  socket.receivesBinary(new Uint8Array(60).buffer);
  assertEquals(socket.closes[0]?.[0], 1009);
  assertEquals(got, []);
  assertEquals(events.map((event) => event.type === "limit" ? event.limit : event.type), [
    "open",
    "frameBytes",
  ]);
});

Deno.test("Session does not wait for more frames of bytes than a message has marks of them", async () => {
  const { socket } = await agreed();
  socket.receives([0, 1, "f", [1], [1_000_000_000]]);
  for (let sent = 0; sent < 10_000; sent++) socket.receivesBinary(new ArrayBuffer(0));
  await microtasks();
  assert(socket.closes.length === 1 || socket.sent.length === 1, "it still waits");
});

Deno.test("Session refuses a call alone when its bytes are not what their mark says", async () => {
  const { socket, got } = await agreed();
  socket.receives([0, 1, "f", [null], [1, [[0], "b", "Float64Array", 0]]]);
  socket.receivesBinary(new Uint8Array(3).buffer);
  socket.receives([0, 2, "g", []]);
  await microtasks();
  const messages = socket.sent.flatMap((text) => JSON.parse(text));
  assertEquals(got, []);
  assert(JSON.stringify(messages).includes("malformed"));
  assertEquals([socket.closes, messages.at(-1)], [[], [1, 2, 0]]);
});

Deno.test("Session drops bytes that no message waits for", async () => {
  const { socket, got } = await agreed();
  socket.receivesBinary(new Uint8Array(3).buffer);
  socket.receives([0, 1, "g", []]);
  await microtasks();
  assertEquals([socket.sent, got, socket.closes], [["[1,1,0]"], [], []]);
});

Deno.test("Session counts the bytes of a call that waits to be begun", async () => {
  const events: ConnectionEvent[] = [];
  const limits = { sendBytes: 1_000, unservedBytes: 10_000 };
  const { socket, got } = await agreed(limits, (event) => void events.push(event));
  socket.bufferedAmount = 1_001;
  socket.receives(callWithBytes(1));
  socket.receivesBinary(new Uint8Array(9_000).buffer);
  assertEquals(socket.closes, []);
  socket.receives(callWithBytes(2));
  socket.receivesBinary(new Uint8Array(9_000).buffer);
  assertEquals([socket.closes[0]?.[0], got], [1013, []]);
  assertEquals(events.map((event) => event.type === "limit" ? event.limit : event.type), [
    "open",
    "unservedBytes",
  ]);
});

Deno.test("Session waits on for bytes when what keeps it going comes before them", async () => {
  const { socket, got } = await agreed();
  socket.receives(callWithBytes(1));
  for (const frame of [[64], [65], [66, 1], [99]]) socket.receives(frame);
  assertEquals(got, []);
  socket.receivesBinary(new Uint8Array(3).buffer);
  assertEquals([got, socket.closes], [[3], []]);
});

Deno.test("Session keeps a message and its bytes together and in order when they had to wait", async () => {
  using time = new FakeTime();
  const { socket, acceptor } = await agreed({ sendBytes: 1_000 });
  socket.bufferedAmount = 1_001;
  const calls = [
    acceptor.getDriver().a!(new Uint8Array([1]), new Uint8Array([2])),
    acceptor
      .getDriver().b!(3),
  ].map((call: Promise<unknown>) => call.catch(() => {}));
  await time.runMicrotasks();
  assertEquals(socket.frames, []);
  const send = socket.send.bind(socket);
  socket.send = (frame) => {
    send(frame);
    socket.bufferedAmount = 1_001; // full again after each
  };
  for (let passed = 0; passed < 10; passed++) {
    socket.bufferedAmount = 0;
    await time.tickAsync(10);
  }
  assertEquals(socket.frames, [
    '[0,1,"a",[null,null],[2,[[0],"b","Uint8Array",0],[[1],"b","Uint8Array",1]]]',
    new Uint8Array([1]),
    new Uint8Array([2]),
    '[0,2,"b",[3]]',
  ]);
  socket.closed(1006);
  await Promise.all(calls);
});

Deno.test("Session sends bytes as they were at the call when they change while they wait", async () => {
  using time = new FakeTime();
  const { socket, acceptor } = await agreed({ sendBytes: 1_000 });
  socket.bufferedAmount = 1_001;
  const bytes = new Uint8Array([1, 2, 3]);
  const call = acceptor.getDriver().f!(bytes).catch(() => {});
  await time.runMicrotasks();
  bytes.fill(9);
  socket.bufferedAmount = 0;
  await time.tickAsync(10);
  assertEquals(socket.frames.at(-1), new Uint8Array([1, 2, 3]));
  socket.closed(1006);
  await call;
});

Deno.test("Session goes on when a program sends bytes that it shares with a worker", async () => {
  const options = { use: [structured], heartbeat: Infinity };
  const server = new WebSocketServer<null, { f(bytes: Uint8Array): number }, null>();
  const provider = { f: ({ byteLength }: Uint8Array) => byteLength };
  const handler = (acceptor: { accept(offered: typeof provider): unknown }) =>
    acceptor.accept(provider);
  await server.open({ ...options, port: 0, hostname: "127.0.0.1" }, handler);
  const connector = new WebSocketConnector<null, null, typeof provider>(null, null);
  await connector.connect(`ws://127.0.0.1:${server.address!.port}`, options);
  const driver = connector.getDriver<typeof provider, false, "structured">();
  const shared = await driver.f(new Uint8Array(new SharedArrayBuffer(8)))
    .catch((error: unknown) => error);
  const state = connector.state;
  await server.close();
  await connector.join();
  assert(shared === 8 || shared instanceof EncodeError, Deno.inspect(shared));
  assertEquals(state, WebSocketConnector.State.OPEN);
});

Deno.test("Session fails only the call when the other side takes only JSON", async () => {
  const header = JSON.stringify({ header: null, link: { ...LINK, values: ["json"] } });
  const { socket, acceptor } = await accepted({ use: [structured] }, { header });
  const error = await assertRejects(() => acceptor.getDriver().f!(new Date(0)), EncodeError);
  assertEquals(
    error.message,
    'Cannot call "f": cannot encode "parameters[0]": the other side takes only JSON. ' +
      'Convert the value, or use "structured" on both sides.',
  );
  assertEquals([socket.sent, socket.closes], [[], []]);
});

for (const isOther of [false, true]) {
  Deno.test(`Session keeps a message's bytes apart from those of a call that its toJSON makes, isOther ${isOther}`, async () => {
    const parts = { use: [structured as unknown as PluggedFeature] };
    const one = openSession(parts);
    const other = isOther ? openSession(parts) : one;
    class Sly {
      toJSON(): string {
        void other.call("inner", [new Uint8Array([1, 1])]).catch(() => {});
        return "sly";
      }
    }
    void one.call("outer", [new Sly(), new Uint8Array([2])]).catch(() => {});
    one.rpc.provider = { f: () => [new Sly(), new Uint8Array([3])] };
    one.socket.receives([0, 1, "f", []]);
    await microtasks();
    const inner = (uid: number) => [
      `[0,${uid},"inner",[null],[1,[[0],"b","Uint8Array",0]]]`,
      new Uint8Array([1, 1]),
    ];
    const outer = (uid: number) => [
      `[0,${uid},"outer",["sly",null],[1,[[1],"b","Uint8Array",0]]]`,
      new Uint8Array([2]),
    ];
    const result = ['[1,1,["sly",null],[1,[[1],"b","Uint8Array",0]]]', new Uint8Array([3])];
    assertEquals(
      [one.socket.frames, isOther ? other.socket.frames : []],
      isOther
        ? [[...outer(1), ...result], [...inner(1), ...inner(2)]]
        : [[...inner(2), ...outer(1), ...inner(3), ...result], []],
    );
    for (const { socket } of new Set([one, other])) socket.closed(1006);
  });
}
