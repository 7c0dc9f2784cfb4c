import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { WebSocketError, WebSocketServer } from "../../mod.ts";
import type { Acceptor } from "../helpers/ends.ts";
import { connectedTo, opened, statusOf, urlOf } from "../helpers/servers.ts";
import { gate, until } from "../helpers/waiting.ts";

const GOING = [1001, "The server is closing"];

function words(error: unknown): unknown[] {
  assertInstanceOf(error, WebSocketError);
  return [error.status, error.message];
}

Deno.test("close() ends connections with 1001 and its reason, at both ends", async () => {
  const ended = gate<unknown>();
  const server = await opened(async (acceptor) => {
    await acceptor.accept({ never: () => new Promise(() => {}) });
    ended.open(await acceptor.getDriver().never!().catch((error: unknown) => error));
  });
  const connector = await connectedTo(server, {}, { never: () => new Promise(() => {}) });
  const call = connector.getDriver().never!().catch((error: unknown) => error);
  const joined = connector.join();
  await server.close();
  await joined;
  assertEquals(words(await call), GOING);
  assertEquals(words(await ended.promise), GOING);
  assertEquals(connector.state, 3);
  await assertRejects(
    () => connector.connect(urlOf({ address: { port: 1 } } as never)),
    WebSocketError,
  );
});

Deno.test("close() turns away, with 1001 and its reason, who was not decided about", async () => {
  const here = gate();
  const server = await opened(() => here.open());
  const connecting = connectedTo(server).catch((error) => error);
  await here.promise;
  await server.close();
  assertEquals(words(await connecting), GOING);
});

Deno.test("close() ends a connection whose header has not come", async () => {
  const server = await opened(() => {});
  const socket = new WebSocket(urlOf(server));
  const closed = new Promise<CloseEvent>((resolve) => socket.onclose = resolve);
  await new Promise((resolve) => socket.onopen = resolve);
  await server.close();
  const { code, reason } = await closed;
  assertEquals([code, reason], GOING);
});

Deno.test("close() is one closing when it is called twice", async () => {
  const server = await opened((acceptor) => acceptor.accept(null));
  await connectedTo(server);
  const [first, second] = [server.close(), server.close({ grace: 60_000 })];
  assertStrictEquals(first, second);
  await first;
});

Deno.test("close() waits for handlers, also for what they do after the end", async () => {
  const log: string[] = [];
  const server = await opened(async (acceptor) => {
    await acceptor.accept(null);
    await acceptor.join();
    await new Promise((resolve) => setTimeout(resolve, 20));
    log.push("handler");
  });
  await connectedTo(server);
  await connectedTo(server);
  await server.close();
  log.push("closed");
  assertEquals(log, ["handler", "handler", "closed"]);
});

Deno.test("close() gives up on a handler that holds on for ever", async () => {
  using time = new FakeTime();
  const accepted = gate();
  const server = await opened(async (acceptor) => {
    await acceptor.accept(null);
    accepted.open();
    await new Promise(() => {});
  }, { heartbeat: Infinity });
  const connector = await connectedTo(server, { heartbeat: Infinity });
  await accepted.promise;
  let isClosed = false;
  const closing = server.close().then(() => isClosed = true);
  await connector.join();
  for (let passed = 0; passed < 20; passed++) await time.tickAsync(1);
  assertEquals(isClosed, false);
  await time.tickAsync(5_000);
  await closing;
  assertEquals(server.state, WebSocketServer.State.CLOSED);
});

Deno.test("close() gives up on a client that never answers the close", async () => {
  const server = await opened((acceptor) => acceptor.accept(null), {
    limits: { closeTimeout: 50 },
  });
  using connection = await Deno.connect({ port: server.address!.port, hostname: "127.0.0.1" });
  const lines = [
    "GET / HTTP/1.1",
    "Host: localhost",
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "",
    "",
  ];
  await connection.write(new TextEncoder().encode(lines.join("\r\n")));
  await connection.read(new Uint8Array(1_000));
  const start = performance.now();
  await server.close();
  const took = performance.now() - start;
  assert(took >= 45 && took < 3_000, `${took} ms`);
});

Deno.test("close() ends a hundred connections", async () => {
  const server = await opened((acceptor) => acceptor.accept(null));
  const connectors = await Promise.all(Array.from({ length: 100 }, () => connectedTo(server)));
  const joined = connectors.map((connector) => connector.join());
  await server.close();
  await Promise.all(joined);
  assertEquals(connectors.map(({ state }) => state), Array(100).fill(3));
});

/** A server that offers a slow function, and what a test opens to let it end. */
async function slowServer(): Promise<{
  readonly server: Awaited<ReturnType<typeof opened>>;
  readonly end: ReturnType<typeof gate<string>>;
  readonly begun: ReturnType<typeof gate>;
}> {
  const end = gate<string>();
  const begun = gate();
  const provider = { slow: () => (begun.open(), end.promise), quick: () => "quick" };
  const server = await opened((acceptor: Acceptor) => acceptor.accept(provider));
  return { server, end, begun };
}

Deno.test("close() lets running calls end within its grace, and ends then", async () => {
  const { server, end, begun } = await slowServer();
  const connector = await connectedTo(server);
  const call = connector.getDriver().slow!();
  await begun.promise;
  const closing = server.close({ grace: 60_000 });
  assertEquals(server.state, WebSocketServer.State.CLOSING);
  assertEquals(await connector.getDriver().quick!(), "quick");
  const refused = await assertRejects(() => connectedTo(server), WebSocketError);
  assertEquals(refused.status, 1006);
  assertEquals(await statusOf(server), 503);
  end.open("in time");
  assertEquals(await call, "in time");
  const start = performance.now();
  await closing;
  assert(performance.now() - start < 3_000);
  await until(() => connector.state === 3, "the client is closed");
});

Deno.test("close() ends calls that outlast its grace", async () => {
  const { server, begun } = await slowServer();
  const connector = await connectedTo(server);
  const call = connector.getDriver().slow!().catch((error: unknown) => error);
  await begun.promise;
  const start = performance.now();
  await server.close({ grace: 50 });
  const took = performance.now() - start;
  assert(took >= 45 && took < 3_000, `${took} ms`);
  assertEquals(words(await call), GOING);
});

for (const grace of [0, -1, NaN, undefined]) {
  Deno.test(`close() waits for no call when its grace is ${grace}`, async () => {
    const { server, begun } = await slowServer();
    const connector = await connectedTo(server);
    const call = connector.getDriver().slow!().catch((error: unknown) => error);
    await begun.promise;
    await server.close({ grace });
    assertEquals(words(await call), GOING);
  });
}

Deno.test("close() is done at once when it has a grace and nobody is there", async () => {
  const server = await opened(() => {});
  const start = performance.now();
  await server.close({ grace: 60_000 });
  assert(performance.now() - start < 3_000);
});
