import { assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import {
  ConnectionClosedError,
  NotSentError,
  WebSocketAcceptor,
  type WebSocketConnector,
  WebSocketError,
} from "../../../mod.ts";
import { answerOf } from "../../helpers/handshake.ts";
import { ScriptedSocket } from "../../helpers/scripted_socket.ts";
import { inTime, isSettled } from "../check.ts";
import type { Remote } from "../library.ts";
import { rawClient } from "../raw.ts";
import { tcpClient, tcpServer } from "../tcp.ts";
import {
  type AnyAcceptor,
  type AnyConnector,
  calls,
  newConnector,
  openFixture,
} from "./fixture.ts";

const WIRES = ["linked", "plain"] as const;
const ANSWERS = {
  linked: answerOf({ features: ["frames", "batch"] }),
  plain: "1",
};

/** Connects over a scripted socket, whose other end the test plays. */
async function scripted(
  connector: AnyConnector,
  { wire = "plain", limits = {} }: WebSocketConnector.ConnectOptions = {},
): Promise<ScriptedSocket> {
  const socket = new ScriptedSocket();
  const connecting = connector.connect("ws://host", { socket: () => socket, wire, limits });
  socket.opens();
  socket.receives(ANSWERS[wire]);
  await connecting;
  return socket;
}

/** What a promise is rejected with. */
function errorOf(promise: Promise<unknown>): Promise<unknown> {
  return inTime(promise.then(() => "fulfilled", (error: unknown) => error), "the rejection");
}

for (const wire of WIRES) {
  Deno.test(`a ${wire} end tells in one order when it is closed`, async () => {
    const connector = newConnector();
    const socket = await scripted(connector, { wire });
    const { first, second, third } = connector.getDriver() as Remote;
    const log: unknown[] = [];
    const note = (what: string) => (error: unknown): void => {
      log.push([what, connector.state, error instanceof NotSentError]);
    };
    connector.join().then(() => note("joiner")(undefined));
    first().catch(note("first"));
    await isSettled(connector.join()); // a turn of microtasks: the first has left
    socket.readyState = 2; // the platform knows of the end, and has not told yet
    second().catch(note("second"));
    third().catch(note("third"));
    await isSettled(connector.join());
    assertEquals(log, []);
    socket.closed(1001, "going away");
    await inTime(connector.join(), "the join");
    assertEquals(log, [
      ["second", 3, true],
      ["third", 3, true],
      ["first", 3, false],
      ["joiner", 3, false],
    ]);
  });
}

Deno.test("a call has the end's error as its cause when it never left", async () => {
  const connector = newConnector();
  const socket = await scripted(connector);
  socket.readyState = 2;
  const call: Promise<unknown> = connector.getDriver().deep.f();
  socket.closed(3005, "enough");
  const error = await assertRejects(() => call, NotSentError, 'Cannot call "deep.f": ');
  assertInstanceOf(error.cause, WebSocketError);
  assertEquals([error.cause.status, error.cause.message], [3005, "enough"]);
});

Deno.test("a held call is rejected with a NotSentError when a plain client leaves", async () => {
  await using fixture = await openFixture();
  const client = await rawClient(fixture.url);
  client.send({ header: null }); // no offer of a link: a peer of another make
  const acceptor = await fixture.acceptor();
  assertEquals(await client.next(), "1");
  const call = errorOf(acceptor.getDriver().early());
  await client.close(3005, "enough");
  const error = await call;
  assertInstanceOf(error, NotSentError);
  assertInstanceOf(error.cause, WebSocketError);
  assertEquals(client.seen.some((frame) => frame.includes("early")), false);
});

for (const by of ["the client closes", "the server closes", "both close at once"] as const) {
  Deno.test(`both ends are closed, and their calls rejected, when ${by}`, async () => {
    await using fixture = await openFixture();
    const connector = newConnector();
    await connector.connect(fixture.url);
    const acceptor = await fixture.acceptor();
    const ends = [connector, acceptor];
    const joins = ends.map((end) => end.join());
    const errors = ends.map((end) => errorOf(end.getDriver().never()));
    await isSettled(joins[0]!);
    const closes: Promise<void>[] = [];
    if (by !== "the server closes") closes.push(connector.close(3005, "enough"));
    if (by !== "the client closes") closes.push(acceptor.close(3005, "enough"));
    await inTime(Promise.all([...closes, ...joins]), "the ends");
    assertEquals(ends.map(({ state }) => state), [3, 3]);
    for (const error of await Promise.all(errors)) {
      assertInstanceOf(error, WebSocketError);
      assertEquals([error.status, error.message], [3005, "enough"]);
    }
  });
}

Deno.test("close() ends the attempt when the server has not answered the upgrade", async () => {
  await using server = tcpServer();
  const connector = newConnector();
  const connecting = errorOf(connector.connect(server.url));
  const peer = await server.next();
  await peer.readHead();
  await inTime(connector.close(), "the close");
  assertInstanceOf(await connecting, ConnectionClosedError);
  assertEquals(connector.state, -1);
  peer.end();
});

Deno.test("close() takes every listener off the socket when it ends an attempt", async () => {
  const connector = newConnector();
  const socket = new ScriptedSocket();
  const connecting = errorOf(connector.connect("ws://host", { socket: () => socket }));
  socket.opens();
  await connector.close();
  assertInstanceOf(await connecting, ConnectionClosedError);
  assertEquals(socket.closes.length, 1);
  socket.receives("1"); // too late
  socket.closed(1006, "");
  assertEquals([connector.state, socket.listenerCount], [-1, 0]);
});

Deno.test("close() resolves after its grace when the server never answers it", async () => {
  await using server = tcpServer();
  const connector = newConnector();
  const connecting = connector.connect(server.url, { limits: { closeTimeout: 30 } });
  const peer = await server.next();
  await peer.upgrade();
  await peer.sendText("1");
  await inTime(connecting, "the connect");
  const call = errorOf(connector.getDriver().never());
  const closing = connector.close(3005, "enough");
  assertEquals(await isSettled(closing), false, "it waits for the server");
  await inTime(closing, "the close");
  assertEquals(connector.state, 3);
  const error = await call;
  assertInstanceOf(error, WebSocketError);
  assertEquals([error.status, error.message], [3005, "enough"]);
  peer.end(); // Deno keeps its end of the socket until then
});

Deno.test("close() of an acceptor resolves when the client never answers it", async () => {
  const { promise, resolve } = Promise.withResolvers<AnyAcceptor>();
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    (request) =>
      WebSocketAcceptor.upgrade(request, (acceptor: AnyAcceptor) => {
        void acceptor.accept(null);
        resolve(acceptor);
      }, { limits: { closeTimeout: 30 } }),
  );
  const peer = await tcpClient(`ws://127.0.0.1:${server.addr.port}/`);
  await peer.sendText('{"header":null}');
  const acceptor = await inTime(promise, "the acceptor");
  const call = errorOf(acceptor.getDriver().never());
  await inTime(acceptor.close(1001, "going away"), "the close");
  assertEquals(acceptor.state, 3);
  assertInstanceOf(await call, Error);
  peer.end();
  await server.shutdown();
});

Deno.test("reject() waits for nobody when the client never answers it", async () => {
  await using fixture = await openFixture();
  const peer = await tcpClient(`${fixture.url}/never`);
  await peer.sendText('{"header":null}');
  const acceptor = await fixture.acceptor();
  const rejecting = acceptor.reject(3001, "no");
  assertEquals(acceptor.state, -2);
  assertEquals(await isSettled(rejecting), true);
  assertEquals(acceptor.state, 3);
  peer.end();
});

Deno.test("close() gives up after 5 s when nothing else was asked for", async () => {
  using time = new FakeTime();
  const connector = newConnector();
  const socket = await scripted(connector);
  const closing = connector.close();
  await time.tickAsync(4_999);
  assertEquals([await isSettled(closing), connector.state], [false, 2]);
  await time.tickAsync(101);
  assertEquals([await isSettled(closing), connector.state], [true, 3]);
  socket.closed(1000, ""); // too late
  assertEquals([connector.state, socket.listenerCount], [3, 0]);
});

Deno.test("a connection goes on when the grace of the last one would have passed", async () => {
  using time = new FakeTime();
  const connector = newConnector();
  const old = await scripted(connector);
  const closing = connector.close();
  await time.tickAsync(10);
  old.closed(1000, "");
  await closing;
  const young = await scripted(connector);
  await time.tickAsync(6_000);
  old.closed(3005, "of long ago");
  assertEquals(connector.state, 1);
  young.closed(1000, "");
});

Deno.test("both ends are closed with 1006 when TCP ends without a close", async () => {
  await using server = tcpServer();
  const connector = newConnector();
  const connecting = connector.connect(server.url);
  const peer = await server.next();
  await peer.upgrade();
  await peer.sendText("1");
  await inTime(connecting, "the connect");
  const call = errorOf(connector.getDriver().never());
  const join = connector.join();
  peer.end();
  await inTime(join, "the join");
  const error = await call;
  assertInstanceOf(error, WebSocketError);
  assertEquals([error.status, connector.state], [1006, 3]);

  await using fixture = await openFixture();
  const client = await tcpClient(`${fixture.url}/`);
  await client.sendText('{"header":null}');
  const acceptor = await fixture.acceptor();
  const joined = acceptor.join();
  client.end();
  await inTime(joined, "the acceptor's join");
  assertEquals(acceptor.state, 3);
});

Deno.test("a connector connects again when its last connection ended in any way", async () => {
  await using fixture = await openFixture();
  const connector = newConnector();
  for (const [code, reason] of [[1000, ""], [3005, "enough"], [1006, ""], [0, ""]] as const) {
    const socket = await scripted(connector);
    socket.closed(code, reason);
    assertEquals(connector.state, 3);
  }
  await connector.connect(fixture.url);
  await calls(connector);
  await connector.close();
});
