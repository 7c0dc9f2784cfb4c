import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { type ConnectionEvent, StateError, WebSocketError, WebSocketServer } from "../../mod.ts";
import { connectedTo, HERE, opened, type Server, statusOf, urlOf } from "../helpers/servers.ts";
import { gate, until } from "../helpers/waiting.ts";

const { State } = WebSocketServer;

function fresh(): Server {
  return new WebSocketServer();
}

Deno.test("State has TGrid's values, can't be changed, and is what state gives", async () => {
  const values = { NONE: -1, OPENING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 };
  assertEquals(State, values as typeof State);
  assertThrows(() => Object.assign(State, { OPEN: 7 }), TypeError);
  const server = fresh();
  assertEquals([server.state, server.address], [State.NONE, undefined]);
  const opening = server.open(HERE, () => {});
  assertEquals(server.state, State.OPENING);
  await opening;
  assertEquals(server.state, State.OPEN);
  assert(server.address!.port > 0);
  assertEquals(server.address!.hostname, "127.0.0.1");
  const closing = server.close();
  assertEquals(server.state, State.CLOSING);
  await closing;
  assertEquals([server.state, server.address], [State.CLOSED, undefined]);
});

Deno.test("open() rejects with a StateError when it is opening, open and closing", async () => {
  const server = fresh();
  const open = () => server.open(HERE, () => {});
  const text = (failed: () => Promise<void>) =>
    assertRejects(failed, StateError).then(({ message }) => message);
  await server.close(); // there is nothing to close
  const opening = open();
  const refused = await Promise.all([text(() => server.close()), text(open)]);
  const state = "the server is still opening. Await open() first.";
  assertEquals(refused, [`Cannot close: ${state}`, `Cannot open: ${state}`]);
  await opening;
  assertEquals(await text(open), "Cannot open: the server is already open. Call close() first.");
  const closing = server.close();
  assertEquals(await text(open), "Cannot open: the server is closing. Await close() first.");
  await closing;
  await server.close();
  assertEquals(server.state, State.CLOSED);
});

Deno.test("open() rejects with the runtime's own error, and changes nothing, when the port is in use", async () => {
  await using other = await opened((acceptor) => acceptor.accept(null));
  const { port } = other.address!;
  const server = fresh();
  await assertRejects(() => server.open({ ...HERE, port }, () => {}), Deno.errors.AddrInUse);
  assertEquals([server.state, server.address], [State.NONE, undefined]);
  await server.open(HERE, () => {});
  await server.close();
  await assertRejects(() => server.open({ ...HERE, port }, () => {}), Deno.errors.AddrInUse);
  assertEquals(server.state, State.CLOSED);
  await (await connectedTo(other)).close();
});

Deno.test("open() opens on the same port, with connections open, five times", async () => {
  const server = fresh();
  let port = 0;
  for (let round = 0; round < 5; round++) {
    const handler = (acceptor: { accept(provider: object): unknown }) =>
      acceptor.accept({ round: () => round });
    await server.open({ ...HERE, port }, handler);
    port = server.address!.port;
    const connector = await connectedTo(server);
    assertEquals(await connector.getDriver().round!(), round);
    const joined = connector.join();
    await server.close();
    await joined;
  }
  assertEquals(server.state, State.CLOSED);
});

for (
  const [what, options] of [
    ["a limit", { limits: { depth: -1 } }],
    ["the heartbeat", { heartbeat: 0 }],
  ] as const
) {
  Deno.test(`open() rejects, and changes nothing, when ${what} is none`, async () => {
    const server = fresh();
    await assertRejects(() => server.open({ ...HERE, ...options }, () => {}), RangeError);
    assertEquals(server.state, State.NONE);
  });
}

Deno.test("open() rejects with the signal's reason when it is aborted already", async () => {
  const server = fresh();
  const reason = new Error("no");
  const signal = AbortSignal.abort(reason);
  const thrown = await server.open({ ...HERE, signal }, () => {}).catch((error) => error);
  assertStrictEquals(thrown, reason);
  assertEquals([server.state, server.address], [State.NONE, undefined]);
});

Deno.test("signal closes the server, and its connections, when it is aborted", async () => {
  const control = new AbortController();
  const server = await opened((acceptor) => acceptor.accept(null), { signal: control.signal });
  const connector = await connectedTo(server);
  control.abort();
  assertEquals(server.state, State.CLOSING);
  await connector.join();
  await server.close();
  assertEquals(server.state, State.CLOSED);
});

Deno.test("signal closes the server when it is aborted while it opens", async () => {
  const control = new AbortController();
  const server = fresh();
  const opening = server.open({ ...HERE, signal: control.signal }, () => {});
  control.abort();
  await opening.catch(() => {});
  await until(() => server.state === State.CLOSED || server.state === State.NONE, "it is closed");
  assertEquals(server.address, undefined);
});

Deno.test("signal means nothing to a later opening when the server was closed before", async () => {
  const control = new AbortController();
  const server = await opened(() => {}, { signal: control.signal });
  await server.close();
  await server.open(HERE, () => {});
  control.abort();
  assertEquals(server.state, State.OPEN);
  await server.close();
});

Deno.test("open() gives its handler each connection, with path, address and header", async () => {
  const got: unknown[] = [];
  await using server = await opened(async (acceptor) => {
    got.push([acceptor.path, acceptor.ip, acceptor.header, acceptor.state]);
    await acceptor.accept(null);
  });
  const connector = await connectedTo(server);
  await connector.close();
  await connector.connect(`${urlOf(server)}/a%20b?c=d`);
  await connector.close();
  assertEquals(got, [["/", "127.0.0.1", null, -1], ["/a%20b?c=d", "127.0.0.1", null, -1]]);
});

Deno.test("open() goes on when handlers throw, and when peers speak nonsense", async () => {
  let count = 0;
  await using server = await opened(async (acceptor) => {
    if (++count === 1) throw new Error("secret");
    await acceptor.accept({ f: () => 1 });
  });
  const error = await assertRejects(() => connectedTo(server), WebSocketError);
  assertEquals([error.status, error.message], [1011, "Internal server error"]);
  const rude = new WebSocket(urlOf(server));
  rude.onopen = () => rude.send("{");
  const { code } = await new Promise<CloseEvent>((resolve) => rude.onclose = resolve);
  assertEquals(code, 1002);
  const connector = await connectedTo(server);
  assertEquals(await connector.getDriver().f!(), 1);
  await connector.close();
});

Deno.test("open() answers plain HTTP with 426, and tells an operator", async () => {
  const events: ConnectionEvent[] = [];
  await using server = await opened(() => {}, { onEvent: (event) => void events.push(event) });
  const response = await fetch(`${urlOf(server).replace("ws", "http")}/a?token=secret`);
  assertEquals(response.status, 426);
  assertMatch(await response.text(), /WebSocket/);
  const reason = "This endpoint only accepts WebSocket upgrades";
  const peer = { ip: "127.0.0.1", path: "/a" };
  assertEquals(events, [{ type: "refused", peer, status: 426, reason }]);
});

Deno.test("open() answers 403 to a page whose origin is not among those it names", async () => {
  await using server = await opened(() => {}, { origins: ["https://good.example"] });
  assertEquals(await statusOf(server, "https://evil.example"), 403);
  assertEquals(await statusOf(server, "https://good.example"), 101);
  assertEquals(await statusOf(server), 101);
});

Deno.test("open() answers 503 when there are as many connections as may be", async () => {
  const limits = { connections: 1 };
  await using server = await opened((acceptor) => acceptor.accept(null), { limits });
  const first = await connectedTo(server);
  assertEquals(await statusOf(server), 503);
  await first.close();
  const second = await connectedTo(server);
  await second.close();
});

Deno.test("open() answers 503 when too many connections are undecided, until one is decided", async () => {
  const decide = gate();
  const limits = { undecided: 1 };
  await using server = await opened(async (acceptor) => {
    await decide.promise;
    await acceptor.accept(null);
  }, { limits });
  const first = connectedTo(server);
  await until(() => server.state === State.OPEN, "it is open");
  await new Promise((resolve) => setTimeout(resolve, 20));
  assertEquals(await statusOf(server), 503);
  decide.open();
  await (await first).close();
  await (await connectedTo(server)).close();
});

Deno.test("asyncDispose does nothing when the server was never opened, or is closed", async () => {
  const server = fresh();
  await server[Symbol.asyncDispose]();
  assertEquals(server.state, State.NONE);
  await server.open(HERE, () => {});
  await server.close();
  await server[Symbol.asyncDispose]();
  assertEquals(server.state, State.CLOSED);
});

Deno.test("asyncDispose waits for the opening, then closes", async () => {
  const server = fresh();
  const opening = server.open(HERE, () => {});
  await server[Symbol.asyncDispose]();
  await opening;
  assertEquals(server.state, State.CLOSED);
});

Deno.test("asyncDispose is quiet when the opening failed, and shares a closing", async () => {
  await using other = await opened(() => {});
  const server = fresh();
  const failed = server.open({ ...HERE, port: other.address!.port }, () => {});
  await server[Symbol.asyncDispose]();
  await assertRejects(() => failed, Deno.errors.AddrInUse);
  await server.open(HERE, () => {});
  const closing = server.close();
  await server[Symbol.asyncDispose]();
  assertEquals(server.state, State.CLOSED);
  await closing;
});
