import { assert, assertEquals, assertInstanceOf, assertMatch, assertRejects } from "@std/assert";
import { WebSocketConnector, WebSocketError, WebSocketServer } from "../../mod.ts";
import type { Anything, Connector } from "../helpers/ends.ts";
import { type Speech, TcpServer } from "../helpers/tcp_server.ts";

const HERE = { port: 0, hostname: "127.0.0.1" };

/** A server of this library that offers `f`, and turns away the header `"no"`. */
async function server(): Promise<WebSocketServer<unknown, object, null> & { url: string }> {
  const made = new WebSocketServer<unknown, object, null>();
  await made.open(HERE, async (acceptor) => {
    if (acceptor.header === "no") return await acceptor.reject(3001, "wrong token");
    await acceptor.accept({ f: (x: number) => x + 1, header: () => acceptor.header });
  });
  return Object.assign(made, { url: `ws://127.0.0.1:${made.address!.port}` });
}

function fresh(...[header]: [unknown?]): Connector {
  return new WebSocketConnector<unknown, object | null, Anything>(header, null);
}

/** The connector is usable: it connects to a real server, calls, and closes. */
async function assertConnects(connector: Connector, url: string): Promise<void> {
  assertEquals(connector.state, WebSocketConnector.State.NONE);
  await connector.connect(url);
  assertEquals(await connector.getDriver().f!(1), 2);
  await connector.close();
  assertEquals(connector.state, WebSocketConnector.State.CLOSED);
}

for (const scheme of ["ws", "http"]) {
  Deno.test(`connect() connects, calls and closes, again and again, when the address is ${scheme}:`, async () => {
    await using real = await server();
    const connector = fresh();
    for (let round = 0; round < 3; round++) {
      await connector.connect(real.url.replace(/^ws/, scheme));
      assertEquals(await connector.getDriver().f!(round), round + 1);
      const joined = connector.join();
      await connector.close(3001, "enough");
      await joined;
    }
  });
}

for (const header of [undefined, null, "", 0, false, [1], { token: "ä€😀" }]) {
  Deno.test(`header arrives as it was when it is ${JSON.stringify(header)}`, async () => {
    await using real = await server();
    await using connector = fresh(header);
    await connector.connect(real.url);
    assertEquals(await connector.getDriver().header!(), header);
  });
}

Deno.test("connect() rejects with the server's words, and is usable, when it is turned away", async () => {
  await using real = await server();
  const connector = fresh("no");
  for (let round = 0; round < 2; round++) {
    const error = await assertRejects(() => connector.connect(real.url), WebSocketError);
    assertEquals([error.status, error.message], [3001, "wrong token"]);
    assertEquals(connector.state, WebSocketConnector.State.NONE);
  }
});

Deno.test("connect() rejects with 1006, and is usable, when nobody listens", async () => {
  await using real = await server();
  const listener = Deno.listen(HERE);
  const { port } = listener.addr;
  listener.close();
  const connector = fresh();
  const error = await assertRejects(
    () => connector.connect(`ws://127.0.0.1:${port}`),
    WebSocketError,
  );
  assertEquals(error.status, 1006);
  assertMatch(error.message, new RegExp(`^Cannot connect to "ws://127.0.0.1:${port}": .`));
  await assertConnects(connector, real.url);
});

for (const [when, speech] of [["before", "nothing"], ["after", "upgrade"]] as [string, Speech][]) {
  Deno.test(`connect() rejects in time, and is usable, when a server is silent ${when} the upgrade`, async () => {
    await using real = await server();
    await using silent = new TcpServer(speech);
    const connector = fresh();
    const start = performance.now();
    const error = await assertRejects(
      () => connector.connect(silent.url, { timeout: 50 }),
      WebSocketError,
    );
    assertEquals([error.status, connector.state], [1008, WebSocketConnector.State.NONE]);
    assert(performance.now() - start < 1_550);
    await assertConnects(connector, real.url);
  });

  Deno.test(`connect() rejects with the signal's reason when a server is silent ${when} the upgrade`, async () => {
    await using silent = new TcpServer(speech);
    const connector = fresh();
    const control = new AbortController();
    const connecting = connector.connect(silent.url, { signal: control.signal });
    setTimeout(() => control.abort(new RangeError("changed my mind")), 20);
    await assertRejects(() => connecting, RangeError, "changed my mind");
    assertEquals(connector.state, WebSocketConnector.State.NONE);
  });
}

for (
  const [what, speech] of [
    ["answers 200", { text: "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok" }],
    ["answers 403", { text: "HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n" }],
    ["speaks no HTTP", { text: "220 mail.example.com ready\r\n" }],
  ] as const
) {
  Deno.test(`connect() rejects with 1006, and is usable, when the server ${what}`, async () => {
    await using real = await server();
    await using other = new TcpServer(speech);
    const connector = fresh();
    const error = await assertRejects(
      () => connector.connect(other.url, { timeout: 2_000 }),
      WebSocketError,
    );
    assertEquals(error.status, 1006);
    await assertConnects(connector, real.url);
  });
}

Deno.test("connect() rejects with 1006 when the link breaks between upgrade and acceptance", async () => {
  await using silent = new TcpServer("upgrade");
  const connector = fresh();
  const connecting = connector.connect(silent.url, { timeout: 2_000 });
  const failed = assertRejects(() => connecting, WebSocketError);
  while (!silent.heard[0]?.includes("\r\n\r\n")) await new Promise((go) => setTimeout(go, 2));
  await new Promise((resolve) => setTimeout(resolve, 20));
  silent.hangUp();
  const error = await failed;
  assertEquals(error.status, 1006);
  assertMatch(error.message, /^Cannot connect to "ws:/);
});

Deno.test("close() resolves after its grace when the server never answers the close", async () => {
  await using silent = new TcpServer("upgrade");
  const connector = fresh();
  // plays the acceptor by hand: an upgrade, and later the frame "1"
  const socket = new WebSocket(silent.url);
  const connecting = connector.connect(silent.url, {
    socket: () => socket,
    limits: { closeTimeout: 50 },
    timeout: 2_000,
  });
  socket.addEventListener("open", () => {
    socket.dispatchEvent(new MessageEvent("message", { data: "1" }));
  }, { once: true });
  await connecting;
  const call = connector.getDriver().f!().catch((error: unknown) => error);
  const start = performance.now();
  await connector.close(3001, "enough");
  assert(performance.now() - start < 1_500);
  assertEquals(connector.state, WebSocketConnector.State.CLOSED);
  const error = await call;
  assertInstanceOf(error, WebSocketError);
  assertEquals([error.status, error.message], [3001, "enough"]);
});

Deno.test("asyncDispose closes what a program leaves open when its block ends", async () => {
  await using real = await server();
  let state: number;
  const connector = fresh();
  {
    await using open = connector;
    await open.connect(real.url);
    state = open.state;
  }
  assertEquals([state, connector.state], [1, 3]);
});

Deno.test("getDriver() keeps order and loses nothing when a thousand calls are under way", async () => {
  const order: number[] = [];
  await using counting = new WebSocketServer<null, object, null>();
  await counting.open(
    HERE,
    (acceptor) => acceptor.accept({ f: (x: number) => (order.push(x), x) }),
  );
  await using connector = fresh();
  await connector.connect(`ws://127.0.0.1:${counting.address!.port}`);
  const numbers = Array.from({ length: 1_000 }, (_, index) => index);
  assertEquals(await Promise.all(numbers.map((x) => connector.getDriver().f!(x))), numbers);
  assertEquals(order, numbers);
});
