import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import {
  type ConnectionEvent,
  headerOf,
  WebSocketAcceptor,
  WebSocketConnector,
  WebSocketError,
} from "../../mod.ts";
import type { Acceptor, Anything, Connector } from "../helpers/ends.ts";
import { gate } from "../helpers/waiting.ts";

/** A server of the user's own, which upgrades inside its handler. */
class OwnServer implements AsyncDisposable {
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  /** What went wrong in the user's handler. */
  readonly errors: unknown[] = [];

  constructor(
    handler: (acceptor: Acceptor) => unknown,
    options: WebSocketAcceptor.UpgradeOptions = {},
  ) {
    this.#server = Deno.serve({
      port: 0,
      hostname: "127.0.0.1",
      onListen() {},
      onError: (error) => {
        this.errors.push(error);
        return new Response(null, { status: 500 });
      },
    }, (request, { remoteAddr }) => {
      const ip = remoteAddr.hostname;
      return WebSocketAcceptor.upgrade(request, handler, { ip, ...options });
    });
  }

  get host(): string {
    return `127.0.0.1:${this.#server.addr.port}`;
  }

  /** The answer to a request of these lines. */
  async ask(...lines: string[]): Promise<string> {
    using connection = await Deno.connect({ port: this.#server.addr.port, hostname: "127.0.0.1" });
    const text = [...lines, "Connection: close", "", ""].join("\r\n");
    await connection.write(new TextEncoder().encode(text));
    return await new Response(connection.readable).text();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#server.shutdown();
  }
}

function fresh(): Connector {
  return new WebSocketConnector<unknown, object | null, Anything>(null, null);
}

Deno.test("upgrade() gives a response that upgrades when Deno.serve asks for one", async () => {
  const got: unknown[] = [];
  await using server = new OwnServer(async (acceptor) => {
    got.push(acceptor.path, acceptor.ip);
    await acceptor.accept({ f: (x: number) => x + 1 });
    // a copy: what it came from can't be read any more
    got.push(headerOf(acceptor.request, "host"), headerOf(acceptor.request, "upgrade"));
    got.push(acceptor.request.headers instanceof Headers);
  });
  await using connector = fresh();
  await connector.connect(`ws://${server.host}/a%2Fb/c?d=e&f=what?`);
  assertEquals(await connector.getDriver().f!(1), 2);
  assertEquals(got, ["/a%2Fb/c?d=e&f=what?", "127.0.0.1", server.host, "websocket", true]);
});

Deno.test("upgrade() keeps all headers for as long as the acceptor is kept, read before or not", async () => {
  const acceptors = gate<Acceptor>();
  await using server = new OwnServer(async (acceptor) => {
    await acceptor.accept(null);
    acceptors.open(acceptor);
  });
  const connector = fresh();
  const headers = { cookie: "a=1; b=2", "x-tag": "one" };
  await connector.connect(`ws://${server.host}/`, {
    socket: (url) => new WebSocket(url, { headers } as unknown as string[]),
  });
  const { request } = await acceptors.promise;
  await connector.close();
  await new Promise((resolve) => setTimeout(resolve, 20));
  assertEquals([headerOf(request, "cookie"), headerOf(request, "X-Tag")], ["a=1; b=2", "one"]);
  const names = [...(request.headers as Headers).keys()];
  for (const name of ["cookie", "host", "sec-websocket-key", "x-tag"]) assert(names.includes(name));
});

Deno.test("upgrade() answers 426 when a request is no upgrade", async () => {
  let handled = 0;
  await using server = new OwnServer(() => handled++);
  const response = await fetch(`http://${server.host}/`);
  assertEquals([response.status, response.headers.get("upgrade")], [426, "websocket"]);
  assertStringIncludes(await response.text(), "WebSocket");
  assertEquals([handled, server.errors], [0, []]);
});

const LINES = ["Host: localhost", "Upgrade: websocket", "Sec-WebSocket-Version: 13"];
const KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";

for (
  const [what, status, lines] of [
    ["is a POST", 405, ["POST / HTTP/1.1", ...LINES, KEY]],
    ["has no key", 400, ["GET / HTTP/1.1", ...LINES]],
    ["has no Connection: upgrade", 400, ["GET / HTTP/1.1", ...LINES, KEY]],
    ["is of another version", 426, [
      "GET / HTTP/1.1",
      ...LINES.slice(0, 2),
      "Sec-WebSocket-Version: 8",
      KEY,
    ]],
  ] as [string, number, string[]][]
) {
  Deno.test(`upgrade() answers ${status} when the upgrade ${what}`, async () => {
    let handled = 0;
    await using server = new OwnServer(() => handled++);
    const answer = await server.ask(...lines);
    assertEquals(answer.split("\r\n")[0]?.split(" ")[1], `${status}`);
    assertEquals([handled, server.errors], [0, []]);
  });
}

Deno.test("upgrade() answers 403, and tells an operator, when the page's origin is not among them", async () => {
  const events: ConnectionEvent[] = [];
  await using server = new OwnServer((acceptor) => acceptor.accept(null), {
    origins: "https://good.example",
    onEvent: (event) => void events.push(event),
  });
  const answer = await server.ask(
    "GET /a?b=c HTTP/1.1",
    ...LINES,
    KEY,
    "Origin: https://evil.example",
  );
  assertStringIncludes(answer, " 403 ");
  assertEquals(events, [{
    type: "refused",
    peer: { ip: "127.0.0.1", path: "/a" },
    status: 403,
    reason: "Origin not allowed",
  }]);
  await using connector = fresh();
  await connector.connect(`ws://${server.host}`);
});

Deno.test("upgrade() lets a handler reject, throw and never decide when Deno.serve upgrades", async () => {
  const answers = [
    [(acceptor: Acceptor) => acceptor.reject(3001, "no"), 3001, "no"],
    [(acceptor: Acceptor) => acceptor.reject(), 1000, ""],
    [() => Promise.reject(new Error("secret")), 1011, "Internal server error"],
    [() => {}, 1008, "The server didn't accept or reject in time"],
  ] as const;
  for (const [handler, status, message] of answers) {
    await using server = new OwnServer(handler, { limits: { decisionTimeout: 20 } });
    const error = await assertRejects(() => fresh().connect(`ws://${server.host}`), WebSocketError);
    assertEquals([error.status, error.message], [status, message]);
  }
});

Deno.test("upgrade() tells 1001 and its kin to a client when a server's end closes with them", async () => {
  for (const code of [1001, 1003, 1008, 1011, 4000]) {
    await using server = new OwnServer(async (acceptor) => {
      await acceptor.accept(null);
      await acceptor.close(code, `as ${code}`);
    });
    const connector = fresh();
    const ended = gate<unknown>();
    await connector.connect(`ws://${server.host}`, {
      onEvent: (event) => void (event.type === "close" && ended.open([event.code, event.reason])),
    });
    assertEquals(await ended.promise, [code, `as ${code}`]);
    await connector.join();
  }
});

Deno.test("upgrade() throws an error that names the second form when the runtime can't upgrade", () => {
  const kept = Deno.upgradeWebSocket;
  const request = new Request("http://localhost/", {
    headers: {
      upgrade: "websocket",
      connection: "upgrade",
      "sec-websocket-version": "13",
      "sec-websocket-key": "a",
    },
  });
  Object.assign(Deno, { upgradeWebSocket: undefined });
  try {
    const error = assertThrows(() => WebSocketAcceptor.upgrade(request, () => {}), Error);
    assertStringIncludes(error.message, "WebSocketAcceptor.upgrade(request, socket, handler)");
    assertInstanceOf(WebSocketAcceptor.upgrade(new Request("http://a/"), () => {}), Response);
  } finally {
    Object.assign(Deno, { upgradeWebSocket: kept });
  }
  assert(Deno.upgradeWebSocket === kept);
});

Deno.test("upgrade() throws before it upgrades when an option is none", () => {
  const request = new Request("http://localhost/");
  const upgrade = () => WebSocketAcceptor.upgrade(request, () => {}, { limits: { depth: -1 } });
  assertThrows(upgrade, RangeError);
});
