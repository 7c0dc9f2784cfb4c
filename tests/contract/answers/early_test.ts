import { assertEquals, assertGreater, assertLess } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { WebSocketAcceptor, WebSocketServer } from "../../../mod.ts";
import { ScriptedSocket } from "../../helpers/scripted_socket.ts";
import { inTime, isSettled } from "../check.ts";
import type { Remote } from "../library.ts";
import { rawClient } from "../raw.ts";
import { type AnyAcceptor, newConnector } from "../states/fixture.ts";
import { tcpServer } from "../tcp.ts";
import { plus, three } from "./frames.ts";

const NUDGE = '{"uid":0,"listener":"$","parameters":[]}';
const OFFER = { version: 1, features: [], values: ["json"] };

/** An acceptor over a scripted socket that has accepted and made three calls in the same turn. */
async function early(header: object): Promise<{
  readonly socket: ScriptedSocket;
  readonly acceptor: AnyAcceptor;
  readonly calls: readonly Promise<unknown>[];
}> {
  const socket = new ScriptedSocket({ readyState: 1, isServer: true });
  const calls: Promise<unknown>[] = [];
  const acceptors: AnyAcceptor[] = [];
  const handler = (acceptor: AnyAcceptor): void => {
    acceptors.push(acceptor);
    void acceptor.accept({ plus: (x: number, y: number) => x + y });
    const { f } = acceptor.getDriver() as Remote;
    calls.push(f(1), f(2), f(3));
    for (const call of calls) call.catch(() => {}); // they are looked at, or rejected at the end
  };
  WebSocketAcceptor.upgrade({ url: "/", headers: {} }, socket, handler);
  socket.receives({ header: null, ...header });
  await isSettled(Promise.resolve());
  return { socket, acceptor: acceptors[0]!, calls };
}

/** The calls of `f` among frames, by their parameter. */
function calledWith(frames: readonly string[]): unknown[] {
  return frames.map((frame) => JSON.parse(frame))
    .filter(({ listener }) => listener === "f")
    .map(({ parameters }) => parameters[0].value);
}

Deno.test("an acceptor holds nothing back when the connector offered a link", async () => {
  const { socket } = await early({ link: OFFER });
  assertEquals(socket.sent[0], "1");
  assertEquals(calledWith(socket.sent.slice(1)), [1, 2, 3]);
  assertEquals(socket.sent.length, 4);
  socket.closed(1000, "");
});

Deno.test("an acceptor asks a plain connector, until it answers, when calls wait", async () => {
  using time = new FakeTime();
  const { socket } = await early({});
  assertEquals(socket.sent, ["1"]);
  await time.tickAsync(1);
  assertEquals(socket.sent, ["1"]);
  await time.tickAsync(9);
  const asked = socket.sent.slice(1);
  assertGreater(asked.length, 1);
  assertEquals(asked, asked.map(() => NUDGE));
  socket.receives({ uid: 0, success: false, value: "no such function" });
  assertEquals(calledWith(socket.sent.slice(1 + asked.length)), [1, 2, 3]);
  await time.tickAsync(1_000);
  assertEquals(socket.sent.length, 1 + asked.length + 3, "it asks no more");
  socket.closed(1000, "");
});

Deno.test("acceptors ask less often, and wait longer, when many plain connectors come at once", async () => {
  using time = new FakeTime();
  const all = await Promise.all(Array.from({ length: 50 }, () => early({})));
  await time.tickAsync(300);
  const asked = all.map(({ socket }) => socket.sent.filter((frame) => frame === NUDGE).length);
  assertLess(Math.max(...asked), 10);
  assertEquals(all.map(({ socket }) => calledWith(socket.sent.slice(1))), all.map(() => []));
  await time.tickAsync(1_500);
  assertEquals(all.map(({ socket }) => calledWith(socket.sent.slice(1))), all.map(() => [1, 2, 3]));
  for (const { socket } of all) socket.closed(1000, "");
});

Deno.test("an acceptor sends held calls late when a plain connector stays silent", async () => {
  using time = new FakeTime();
  const { socket } = await early({});
  await time.tickAsync(200);
  assertEquals(calledWith(socket.sent.slice(1)), []);
  await time.tickAsync(10_000);
  assertEquals(calledWith(socket.sent.slice(1)), [1, 2, 3]);
  const count = socket.sent.length;
  await time.tickAsync(1_000);
  assertEquals(socket.sent.length, count);
  socket.closed(1000, "");
});

Deno.test("an acceptor sends held calls before a return when a call comes first", async () => {
  const { socket } = await early({});
  socket.receives(plus(1));
  assertEquals(calledWith(socket.sent.slice(1, 4)), [1, 2, 3]);
  assertEquals(socket.sent[4], JSON.stringify(three(1)));
  socket.closed(1000, "");
});

Deno.test("an acceptor asks nothing when it holds no calls back", async () => {
  using time = new FakeTime();
  const socket = new ScriptedSocket({ readyState: 1, isServer: true });
  const accept = (acceptor: AnyAcceptor): Promise<void> => acceptor.accept(null);
  WebSocketAcceptor.upgrade({ url: "/", headers: {} }, socket, accept);
  socket.receives({ header: null });
  await time.tickAsync(1_000);
  assertEquals(socket.sent, ["1"]);
  socket.closed(1000, "");
});

Deno.test("an acceptor's held calls leave in order when a plain connector wakes up", async () => {
  const server = new WebSocketServer<unknown, object | null, Remote>();
  const answers: Promise<unknown>[] = [];
  await server.open({ port: 0, hostname: "127.0.0.1" }, (acceptor) => {
    void acceptor.accept(null);
    for (let i = 0; i < 20; i++) answers.push(acceptor.getDriver().f(i));
  });
  const client = await rawClient(`ws://127.0.0.1:${server.address!.port}`);
  client.send({ header: null });
  assertEquals(await client.next(), "1");
  let nudges = 0;
  for (let i = 0; i < 20;) {
    const frame = await client.nextJson();
    if (frame.listener === "$") {
      nudges++;
      if (nudges === 2) client.send({ uid: frame.uid, success: false, value: "refused" });
      continue;
    }
    const { uid, parameters } = frame as { uid: number; parameters: { value: number }[] };
    assertEquals(parameters[0]?.value, i++);
    client.send({ uid, success: true, value: i });
  }
  assertGreater(nudges, 1);
  assertEquals(
    await inTime(Promise.all(answers), "the answers"),
    Array.from({ length: 20 }, (_, i) => i + 1),
  );
  await client.close();
  await server.close();
});

Deno.test("a connector loses no call when it comes in one read with the 1", async () => {
  await using server = tcpServer();
  const connector = newConnector();
  const { promise, resolve } = Promise.withResolvers<unknown>();
  connector.setProvider({ echo: resolve });
  const connecting = connector.connect(server.url);
  const peer = await server.next();
  await peer.upgrade();
  const call = '{"uid":1,"listener":"echo","parameters":[{"value":7}]}';
  const bytes = new TextEncoder().encode(call);
  await peer.write(new Uint8Array([0x81, 1, 0x31, 0x81, bytes.length, ...bytes]));
  await inTime(connecting, "the connect");
  assertEquals(connector.state, 1);
  assertEquals(await inTime(promise, "the call"), 7);
  const closing = connector.close();
  peer.end();
  await inTime(closing, "the close");
});

Deno.test("a connector loses no call when it comes in one turn with the 1", async () => {
  const connector = newConnector();
  const socket = new ScriptedSocket();
  const connecting = connector.connect("ws://host", { socket: () => socket });
  socket.opens();
  socket.receives("1");
  socket.receives({ uid: 1, listener: "echo", parameters: [{ value: 7 }] });
  assertEquals(socket.messages.at(-1), { uid: 1, success: true, value: 7 });
  await inTime(connecting, "the connect");
  socket.closed(1000, "");
});

Deno.test("ping() sends what a plain peer ignores when it is asked to", async () => {
  using time = new FakeTime();
  const { socket, acceptor } = await early({ link: OFFER });
  const before = socket.sent.length;
  acceptor.ping(100);
  await time.tickAsync(250);
  assertEquals(socket.sent.slice(before), Array(2).fill('{"uid":0,"success":true}'));
  acceptor.ping(1_000);
  await time.tickAsync(1_100);
  assertEquals(socket.sent.length, before + 3);
  socket.closed(1000, "");
  await time.tickAsync(5_000);
  assertEquals(socket.sent.length, before + 3);
});
