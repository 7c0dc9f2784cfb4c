/** The built package in each runtime: its client on Deno's server, Deno's client on its server. */
import { assertEquals, assertInstanceOf, assertMatch, assertRejects } from "@std/assert";
import {
  NotSentError,
  RemoteError,
  type SocketLike,
  structured,
  WebSocketConnector,
  WebSocketError,
  WebSocketServer,
  within,
} from "../../mod.ts";
import { protocolAt } from "../helpers/protocol.ts";
import { Child } from "./child.ts";
import {
  folderWith,
  HEADS,
  type Kind,
  KINDS,
  programOf,
  ROOT,
  run,
  type Runtime,
  RUNTIMES,
  textOf,
} from "./workshop.ts";

/** What `peers/server.js` offers. */
interface ServerSide {
  math: { plus(x: number, y: number): number };
  echo<T>(value: T): Promise<T>;
  where(): { ip: string; path: string; header: unknown; agent: string | null };
  askBack(text: string): string;
  fail(): void;
  second(): [string, number];
  upgradeAlone(): string;
  stop(): void;
}
/** What its clients offer. */
interface ClientSide {
  answer(text: string): string;
}
type Client = WebSocketConnector<{ wish: string } | null, ClientSide, ServerSide>;

const UPGRADE = "Upgrade: websocket\r\nConnection: Upgrade\r\n";
const KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
const VERSION = "Sec-WebSocket-Version: 13\r\n";

/** Requests that no server upgrades, and the status that each gets. */
const REFUSED: Readonly<Record<string, readonly [request: string, status: number]>> = {
  "a page": ["GET / HTTP/1.1\r\n", 426],
  "a form": ["POST / HTTP/1.1\r\nContent-Length: 0\r\n", 426],
  "another method": [`POST / HTTP/1.1\r\n${UPGRADE}${KEY}${VERSION}`, 405],
  "an old version": [`GET / HTTP/1.1\r\n${UPGRADE}${KEY}Sec-WebSocket-Version: 8\r\n`, 426],
  "no key": [`GET / HTTP/1.1\r\n${UPGRADE}${VERSION}`, 400],
  "no upgrade of the connection": [
    `GET / HTTP/1.1\r\nUpgrade: websocket\r\n${KEY}${VERSION}`,
    400,
  ],
};

for (const runtime of RUNTIMES) {
  for (const kind of KINDS) {
    Deno.test(`WebSocketConnector of npm talks to Deno's server when run by ${runtime} as ${kind}`, async () => {
      assertEquals(await seenBy(await commandOf("client", runtime, kind)), await seenByDeno());
    });
    Deno.test(`WebSocketServer of npm serves Deno's client when run by ${runtime} as ${kind}`, async () => {
      await using child = new Child(await commandOf("server", runtime, kind));
      const { port } = JSON.parse(await child.line());
      await checkCalls(port);
      await checkBytes(port);
      await checkRefusals(port);
      assertEquals(await protocolAt(port, "token, rpc"), "rpc");
      assertEquals(await protocolAt(port, "token, other"), undefined);
      await checkEarlyFrame(port);
      await checkEnd(port, child);
    });
  }
}

for (const runtime of RUNTIMES) {
  Deno.test(`acts that are too late end no process when nobody awaits them and it is run by ${runtime}`, async () => {
    const { code, stdout, stderr } = await run(await commandOf("late_acts", runtime, "mjs"));
    assertEquals([code, stdout, stderr], [0, "alive\n", ""]);
  });
}

async function commandOf(peer: string, runtime: Runtime, kind: Kind): Promise<string[]> {
  const folder = await folderWith({
    packages: { ws: "ws8" },
    files: { [`main.${kind}`]: HEADS[kind] + await textOf(`peers/${peer}.js`) },
  });
  return [await programOf(runtime), `${folder}/main.${kind}`];
}

let reference: Promise<unknown> | undefined;

/** What the same client sees in Deno, out of the sources. */
function seenByDeno(): Promise<unknown> {
  return reference ??= (async () => {
    const client = await textOf("peers/client.js");
    const folder = await folderWith({
      files: { "main.ts": `// @ts-nocheck\nimport * as lib from "${ROOT}/mod.ts";\n${client}` },
    });
    const map = `--import-map=${ROOT}/tools/npm_only/import_map.json`;
    return await seenBy([Deno.execPath(), "run", "-A", "--no-check", map, `${folder}/main.ts`]);
  })();
}

async function seenBy(command: readonly string[]): Promise<unknown> {
  await using server = new WebSocketServer<{ wish?: string } | null, object, ClientSide>();
  await server.open({ port: 0, hostname: "127.0.0.1" }, async (acceptor) => {
    if (acceptor.header?.wish === "reject") return await acceptor.reject(3001, "not you");
    const { ip, path, header } = acceptor;
    await acceptor.accept({
      math: { plus: (x: number, y: number) => x + y },
      echo: (value: unknown) => value,
      where: () => ({ ip, path, header }),
      askBack: async (text: string) => `${await acceptor.getDriver().answer(text)}!`,
      fail: () => {
        throw Object.assign(new TypeError("no good"), { detail: 7 });
      },
      end: () => {
        void acceptor.close(3007, "enough");
        return new Promise(() => {});
      },
    });
  });
  const { code, stdout, stderr } = await run(command, {
    env: { PORT: String(server.address!.port), CLOSED: String(closedPort()) },
  });
  assertEquals([code, stderr], [0, ""]);
  return JSON.parse(stdout);
}

/** A port at which nobody listens any more. */
function closedPort(): number {
  using listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  return listener.addr.port;
}

async function checkCalls(port: number): Promise<void> {
  await using connector: Client = new WebSocketConnector(null, { answer: (text) => `${text}?` });
  await connector.connect(`ws://127.0.0.1:${port}/a/b?c=%20d`, { socket: withAgent });
  const driver = connector.getDriver();
  assertEquals(await driver.math.plus(1, 2), 3);
  assertEquals(await driver.where(), {
    ip: "127.0.0.1",
    path: "/a/b?c=%20d",
    header: null,
    agent: "tests",
  });
  assertEquals(await driver.askBack("well"), "well?!");
  const long = "x".repeat(20 * 2 ** 20);
  assertEquals((await driver.echo(long)).length, long.length);
  const error = await assertRejects(() => driver.fail(), RemoteError, "no good");
  assertEquals([error.name, "detail" in error && error.detail], ["TypeError", 7]);
  assertEquals(await driver.second(), ["EADDRINUSE", -1]);
  assertMatch(await driver.upgradeAlone(), /Cannot upgrade the request: .+socket, handler/);
}

/** Bytes come as binary frames, which each platform has in a form of its own. */
async function checkBytes(port: number): Promise<void> {
  await using connector: Client = new WebSocketConnector(null, { answer: String });
  await connector.connect(`ws://127.0.0.1:${port}`, { use: [structured] });
  const value = { bytes: new Uint8Array(1_000).fill(7), map: new Map([["a", 1n]]) };
  assertEquals(await connector.getDriver().echo(value), value);
}

/** Deno's own socket takes headers; the types of the web's know nothing of it. */
function withAgent(url: string): SocketLike {
  const options = { headers: { "x-agent": "tests" } };
  return Reflect.construct(WebSocket, [url, options]);
}

async function checkRefusals(port: number): Promise<void> {
  await using ours = new WebSocketServer<null, null, null>();
  await ours.open({ port: 0, hostname: "127.0.0.1" }, (acceptor) => acceptor.accept(null));
  for (const [name, [request, status]] of Object.entries(REFUSED)) {
    const answer = await ask(port, request);
    assertEquals([name, answer.status], [name, status]);
    assertEquals([name, answer], [name, await ask(ours.address!.port, request)]);
  }
  const rejected = async (wish: string) => {
    const client: Client = new WebSocketConnector({ wish }, { answer: String });
    const error = await assertRejects(
      () => client.connect(`ws://127.0.0.1:${port}`),
      WebSocketError,
    );
    return [error.status, error.message];
  };
  assertEquals(await rejected("reject"), [3001, "not you"]);
  assertEquals(await rejected("throw"), [1011, "Internal server error"]);
  assertEquals(await codeAfter(port, "x".repeat(64 * 2 ** 20 + 1)), 1009);
}

/** One request over a connection of its own, as it stands. */
async function ask(port: number, request: string): Promise<{ status: number; body: string }> {
  using connection = await Deno.connect({ port, hostname: "127.0.0.1" });
  await connection.write(new TextEncoder().encode(`${request}Host: 127.0.0.1\r\n\r\n`));
  let text = "";
  const bytes = new Uint8Array(4_096);
  for (let reads = 0; reads < 100; reads++) {
    const count = await connection.read(bytes);
    text += new TextDecoder().decode(bytes.subarray(0, count ?? 0));
    const [, status, head = "", body = ""] = text.match(ANSWER) ?? [];
    const length = head.match(/^content-length: (\d+)/im)?.[1];
    if (count === null || body.length === Number(length)) return { status: Number(status), body };
  }
  throw new Error(`Cannot read the answer to "${request}": it has no end`);
}

const ANSWER = /^HTTP\/1\.1 (\d+)(.*?)\r\n\r\n(.*)$/s;

/** A header that comes in the same read as the request for the upgrade is not lost. */
async function checkEarlyFrame(port: number): Promise<void> {
  using connection = await Deno.connect({ port, hostname: "127.0.0.1" });
  const encoder = new TextEncoder();
  const header = encoder.encode('{"header":null}');
  const request = `GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n${UPGRADE}${KEY}${VERSION}\r\n`;
  const frame = [0x81, 0x80 | header.length, 0, 0, 0, 0, ...header]; // masked, by zeros
  await connection.write(new Uint8Array([...encoder.encode(request), ...frame]));
  let text = "";
  const bytes = new Uint8Array(4_096);
  for (let reads = 0; reads < 10 && !text.endsWith("\u0081\u00011"); reads++) {
    const count = await within(connection.read(bytes), 60_000, "the acceptance");
    text += String.fromCharCode(...bytes.subarray(0, count ?? 0));
  }
  assertMatch(text, /^HTTP\/1\.1 101 /);
  assertEquals(text.split("\r\n\r\n")[1], "\u0081\u00011");
}

/** The code with which the server ends the connection on that frame. */
async function codeAfter(port: number, frame: string): Promise<number> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}`);
  const closed = new Promise<number>((resolve) => {
    socket.onopen = () => {
      socket.send("{}");
      socket.send(frame);
    };
    socket.onclose = ({ code }) => resolve(code);
  });
  return await within(closed, 60_000, "the end of the connection");
}

async function checkEnd(port: number, child: Child): Promise<void> {
  const connector: Client = new WebSocketConnector(null, { answer: (text) => text });
  await connector.connect(`ws://[::1]:${port}`);
  const driver = connector.getDriver();
  await driver.stop();
  assertEquals(await connector.join(60_000), true);
  const error = await assertRejects(() => driver.echo("too late"), NotSentError);
  assertInstanceOf(error.cause, WebSocketError);
  assertEquals([error.cause.status, error.cause.message], [1001, "The server is closing"]);
  const { code, lines, errors } = await child.rest();
  assertEquals(lines, ['{"closed":3,"quick":true}', '{"reopened":3}']);
  const printed = 'sheetbend: Error: a secret (handle errors with the option "onEvent")\n';
  assertEquals([code, errors], [0, printed]); // the handler that threw
}
