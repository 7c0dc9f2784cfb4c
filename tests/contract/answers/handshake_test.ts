import { assertEquals, assertInstanceOf, assertNotEquals, assertRejects } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { type WebSocketAcceptor, WebSocketError, WebSocketServer } from "../../../mod.ts";
import { accepted } from "../../helpers/ends.ts";
import { until } from "../../helpers/waiting.ts";
import { inTime, pause } from "../check.ts";
import type { Remote } from "../library.ts";
import { rawClient, rawServer } from "../raw.ts";
import { type AnyAcceptor, calls, newConnector, openFixture } from "../states/fixture.ts";
import { tcpClient, TcpPeer, tcpServer } from "../tcp.ts";
import { NO_ANSWERS, NO_HEADERS, plus, three } from "./frames.ts";

const HEADER = { header: "h", link: { version: 1, features: [], values: ["json"] } };

const UPGRADE = {
  upgrade: "websocket",
  connection: "Upgrade",
  "sec-websocket-version": "13",
  "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==",
};

async function openServer(
  limits: WebSocketServer.OpenOptions["limits"],
  handler: (acceptor: AnyAcceptor) => unknown = () => {},
): Promise<{ server: WebSocketServer<unknown, object | null, Remote>; url: string }> {
  const server = new WebSocketServer<unknown, object | null, Remote>();
  await server.open({ port: 0, hostname: "127.0.0.1", limits }, handler);
  return { server, url: `ws://127.0.0.1:${server.address!.port}` };
}

for (const [what, frame] of NO_HEADERS) {
  Deno.test(`the acceptor turns a client away when its first frame is ${what}`, async () => {
    await using fixture = await openFixture();
    const honest = newConnector();
    await honest.connect(fixture.url);
    const client = await rawClient(fixture.url);
    client.send(frame);
    const { code } = await client.untilClosed();
    // a nesting that deep is not even parsed
    assertEquals(code, what.startsWith("a mebibyte") ? 1008 : 1002);
    assertEquals(client.seen, [], "nothing is answered");
    await calls(honest);
    await honest.close();
  });
}

Deno.test("the acceptor turns a client away when its header is too long", async () => {
  const { server, url } = await openServer({ headerBytes: 100 });
  const client = await rawClient(url);
  client.send({ header: "h".repeat(100) });
  assertEquals((await client.untilClosed()).code, 1009);
  assertEquals(client.seen, []);
  await server.close();
});

for (
  const [what, frame, header] of [
    ["has no header", {}, undefined],
    ["has fields beside the header", { header: 1, more: [2], uid: 3 }, 1],
    ["has a link of another version", { header: 1, link: { version: 2 } }, 1],
    ["has a link that is null", { header: 1, link: null }, 1],
    ["has a link of wrong types", { header: 1, link: { version: 1, features: 7, values: {} } }, 1],
    ["has __proto__ beside the header", '{"header":1,"__proto__":{"link":{"version":1}}}', 1],
  ] as const
) {
  Deno.test(`the acceptor answers 1, and speaks plain, when the first frame ${what}`, async () => {
    const { promise, resolve } = Promise.withResolvers<unknown>();
    const { server, url } = await openServer({}, (acceptor) => {
      resolve(acceptor.header);
      return acceptor.accept({ plus: (x: number, y: number) => x + y });
    });
    const client = await rawClient(url);
    client.send(frame);
    assertEquals(await client.next(), "1");
    client.send(plus(1));
    assertEquals(await client.nextJson(), three(1));
    assertEquals(await promise, header);
    await client.close();
    await server.close();
  });
}

Deno.test("the acceptor drops calls when they come before the decision", async () => {
  const { promise, resolve } = Promise.withResolvers<AnyAcceptor>();
  const { server, url } = await openServer({}, resolve);
  const client = await rawClient(url);
  client.send(HEADER, plus(1), HEADER, "1", plus(2));
  const acceptor = await inTime(promise, "the acceptor");
  await pause(100); // Deno's client may keep the frames after the header back for 44 ms
  await acceptor.accept({ plus: (x: number, y: number) => x + y });
  client.send(plus(3));
  assertEquals(await client.next(), "1");
  assertEquals(await client.nextJson(), three(3));
  await client.close();
  await server.close();
});

Deno.test("the acceptor takes a call for an undefined header when it comes first", async () => {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const { server, url } = await openServer({}, (acceptor) => {
    resolve(acceptor.header);
    return acceptor.accept({ plus: (x: number, y: number) => x + y });
  });
  const client = await rawClient(url);
  client.send(plus(1));
  assertEquals(await client.next(), "1");
  client.send(HEADER, plus(2)); // a header is of no use any more
  assertEquals(await client.nextJson(), three(2));
  assertEquals(await promise, undefined);
  await client.close();
  await server.close();
});

Deno.test("the acceptor closes with 1008 when no header comes in time", async () => {
  const { server, url } = await openServer({ headerTimeout: 20 });
  const client = await rawClient(url);
  const { code, reason } = await client.untilClosed();
  assertEquals([code, reason], [1008, "No header arrived in time"]);
  await server.close();
});

Deno.test("the acceptor closes with 1008 when nobody decides in time", async () => {
  const { promise, resolve } = Promise.withResolvers<AnyAcceptor>();
  const { server, url } = await openServer({ decisionTimeout: 20 }, resolve);
  const client = await rawClient(url);
  client.send(HEADER);
  const { code, reason } = await client.untilClosed();
  assertEquals([code, reason], [1008, "The server didn't accept or reject in time"]);
  const acceptor = await promise;
  await assertRejects(() => acceptor.accept(null), Error, "Cannot accept: ");
  await server.close();
});

Deno.test("the acceptor waits no longer for a decision when it is made", async () => {
  using time = new FakeTime();
  const limits = { decisionTimeout: 15, headerTimeout: 15 };
  const provider = { plus: (x: number, y: number) => x + y };
  const { socket, acceptor } = await accepted({ limits }, { provider });
  await time.tickAsync(1_000);
  assertEquals([socket.closes, acceptor.state], [[], 1]);
  socket.receives(plus(1));
  assertEquals(socket.messages, [three(1)]);
  socket.closed(1000, "");
});

Deno.test("the acceptor closes with 1011, and tells no more, when its handler throws", async () => {
  const { server, url } = await openServer({}, () => {
    throw new Error("a secret");
  });
  const client = await rawClient(url);
  client.send(HEADER);
  const { code, reason } = await client.untilClosed();
  assertEquals([code, reason], [1011, "Internal server error"]);
  await server.close();
});

for (
  const [status, method, headers] of [
    [426, "GET", {}],
    [426, "POST", {}],
    [405, "POST", UPGRADE],
    [426, "GET", { ...UPGRADE, "sec-websocket-version": "8" }],
    [400, "GET", { ...UPGRADE, "sec-websocket-key": "" }],
  ] as const
) {
  const what = `${method} ${JSON.stringify(headers)}`;
  Deno.test(`the server answers ${status} when a request is no upgrade: ${what}`, async () => {
    const { server, url } = await openServer({});
    const { hostname, port } = new URL(url);
    const peer = new TcpPeer(await Deno.connect({ hostname, port: Number(port) }), true);
    const lines = Object.entries({ host: hostname, ...headers })
      .filter(([, value]) => value !== "")
      .map(([name, value]) => `${name}: ${value}\r\n`);
    await peer.write(`${method} / HTTP/1.1\r\n${lines.join("")}\r\n`);
    assertEquals((await peer.readHead()).slice(0, 12), `HTTP/1.1 ${status}`);
    peer.end();
    await server.close();
  });
}

for (const [what, frame] of NO_ANSWERS) {
  Deno.test(`connect() is rejected with 1008 when the answer is ${what}`, async () => {
    await using server = rawServer();
    await using fixture = await openFixture();
    const connector = newConnector();
    const connecting = connector.connect(server.url).catch((error: unknown) => error);
    const peer = await server.next();
    await peer.next();
    peer.send(frame);
    const error = await inTime(connecting, "the rejection");
    assertInstanceOf(error, WebSocketError);
    assertEquals([error.status, connector.state], [1008, -1]);
    assertNotEquals(error.message, "");
    await peer.untilClosed();
    await connector.connect(fixture.url);
    await calls(connector);
    await connector.close();
  });
}

for (
  const [code, reason] of [[1000, ""], [1001, "away"], [1013, "busy"], [4001, "ü 👋"]] as const
) {
  Deno.test(`connect() is rejected alike when the server closes with ${code}`, async () => {
    await using server = rawServer();
    const connector = newConnector();
    const connecting = connector.connect(server.url).catch((error: unknown) => error);
    const peer = await server.next();
    await peer.close(code, reason);
    const error = await inTime(connecting, "the rejection");
    assertInstanceOf(error, WebSocketError);
    assertEquals([error.status, error.message, connector.state], [code, reason, -1]);
  });
}

for (
  const [what, status, answer] of [
    ["nothing", 1008, ""],
    ["another protocol", 1006, "SSH-2.0-OpenSSH_9.6\r\n\r\n"],
    ["plain HTTP", 1006, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"],
    ["a redirect", 1006, "HTTP/1.1 302 Found\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n"],
    [
      "an upgrade with a wrong key", // Deno takes it, and nothing follows
      1008,
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
      "Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n",
    ],
  ] as const
) {
  Deno.test(`connect() is rejected in time when a server answers ${what}`, async () => {
    await using server = tcpServer();
    await using fixture = await openFixture();
    const connector = newConnector();
    const connecting = connector.connect(server.url, { timeout: 60 }).catch((error) => error);
    const peer = await server.next();
    await peer.readHead();
    await peer.write(answer);
    const error = await inTime(connecting, "the rejection");
    assertInstanceOf(error, WebSocketError);
    assertEquals([error.status, connector.state], [status, -1]);
    peer.end();
    await connector.connect(fixture.url);
    await calls(connector);
    await connector.close();
  });
}

Deno.test("connect() is rejected with 1008 when the upgraded server is silent", async () => {
  await using server = tcpServer();
  const connector = newConnector();
  const connecting = connector.connect(server.url, { timeout: 40 }).catch((error) => error);
  const peer = await server.next();
  await peer.upgrade();
  const error = await inTime(connecting, "the rejection");
  assertInstanceOf(error, WebSocketError);
  assertEquals([error.status, connector.state], [1008, -1]);
  peer.end();
});

Deno.test("connect() waits before and after the upgrade when it has no timeout", async () => {
  await using server = tcpServer();
  const connector = newConnector();
  const connecting = connector.connect(server.url);
  const peer = await server.next();
  await pause(30);
  assertEquals(connector.state, 0);
  await peer.upgrade();
  await pause(30);
  assertEquals(connector.state, 0);
  await peer.sendText("1");
  await inTime(connecting, "the connect");
  assertEquals(connector.state, 1);
  const closing = connector.close();
  peer.end();
  await inTime(closing, "the close");
});

Deno.test("the acceptor is closed when its client leaves before the decision", async () => {
  const { promise, resolve } = Promise.withResolvers<WebSocketAcceptor<unknown, null, Remote>>();
  const { server, url } = await openServer({}, async (acceptor) => {
    resolve(acceptor as WebSocketAcceptor<unknown, null, Remote>);
    await pause(30);
    await acceptor.accept(null); // too late: its error ends nothing, and nobody else is told
  });
  const client = await tcpClient(`${url}/`);
  await client.sendText('{"header":null}');
  const acceptor = await inTime(promise, "the acceptor");
  client.end();
  await until(() => acceptor.state === 3, "the acceptor is closed");
  await pause(40); // its handler has tried in vain
  assertEquals(acceptor.state, 3);
  await server.close();
});
