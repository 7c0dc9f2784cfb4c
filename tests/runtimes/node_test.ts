import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { listenInNode } from "../../src/runtimes/node.ts";
import { refusal, refusalOf } from "../../src/runtimes/refusal.ts";
import type { Hooks, Listening, ListenOptions } from "../../src/runtimes/types.ts";
import { moduleOf, standIn } from "../helpers/module_hook.ts";
import { told } from "../helpers/hooks.ts";
import { soon, until } from "../helpers/waiting.ts";

const HERE = { port: 0, hostname: "127.0.0.1" };
const LINES = [
  "GET /a?b=c HTTP/1.1",
  "Host: localhost",
  "Upgrade: websocket",
  "Connection: Upgrade",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
];

async function opened(hooks: Hooks, options: ListenOptions = HERE): Promise<Listening> {
  using _ws = standIn({ ws: "npm:ws@8" });
  return await listenInNode(options, hooks);
}

/** Says these lines to a server, and gives its answer, whose text ends in a new line. */
async function ask({ address }: Listening, lines: string[]): Promise<string> {
  using connection = await Deno.connect({ port: address.port, hostname: "127.0.0.1" });
  await connection.write(new TextEncoder().encode([...lines, "", ""].join("\r\n")));
  const bytes = new Uint8Array(4_096);
  let text = "";
  while (!/\r\n\r\n[^]*\n/.test(text)) {
    const count = await connection.read(bytes);
    if (count === null) break;
    text += new TextDecoder().decode(bytes.subarray(0, count));
  }
  return text;
}

async function connected({ address }: Listening): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${address.port}/a?b=c`);
  await new Promise((resolve) => socket.onopen = resolve);
  return socket;
}

function closed(socket: WebSocket): Promise<CloseEvent> {
  return new Promise((resolve) => socket.onclose = resolve);
}

Deno.test("listenInNode() hands over the socket with its request and address", async () => {
  const { hooks, sockets, requests, ips } = told(refusalOf);
  const listening = await opened(hooks);
  const client = await connected(listening);
  assertEquals([requests[0]?.url, ips], ["/a?b=c", ["127.0.0.1"]]);
  const end = closed(client);
  sockets[0]!.close(1001, "going");
  const { code, reason } = await end;
  assertEquals([code, reason], [1001, "going"]);
  await listening.shutdown(1_000);
});

Deno.test("listenInNode() answers a request that is no upgrade as the hooks say", async () => {
  const { hooks } = told(refusalOf);
  const listening = await opened(hooks);
  const plain = await ask(listening, ["GET / HTTP/1.1", "Host: localhost", "Connection: close"]);
  assertStringIncludes(plain, "HTTP/1.1 426");
  assertStringIncludes(plain, "This endpoint only accepts WebSocket upgrades");
  const half = await ask(listening, [
    ...LINES.filter((line) => line !== LINES[3]),
    "Connection: close",
  ]);
  assertStringIncludes(half, "HTTP/1.1 400");
  await listening.shutdown(1_000);
});

Deno.test("listenInNode() answers an upgrade that the hooks refuse, and asks them with the address", async () => {
  const asked: string[] = [];
  const { hooks, sockets } = told((_request, ip) => {
    asked.push(ip);
    return refusal(503, "Die Tür ist zu", { "retry-after": "5" });
  });
  const listening = await opened(hooks);
  const answer = await ask(listening, LINES);
  assertStringIncludes(answer, "HTTP/1.1 503");
  assertStringIncludes(answer, "retry-after: 5\r\n");
  assertStringIncludes(answer, "\r\n\r\nDie Tür ist zu\n");
  assertEquals([asked, sockets], [["127.0.0.1"], []]);
  await listening.shutdown(1_000);
});

Deno.test("listenInNode() answers 400 when an upgrade's key is none", async () => {
  const { hooks, sockets } = told(refusalOf);
  const listening = await opened(hooks);
  const answer = await ask(listening, [...LINES.slice(0, 5), "Sec-WebSocket-Key: short"]);
  assertStringIncludes(answer, "HTTP/1.1 400");
  assertEquals(sockets, []);
  await listening.shutdown(1_000);
});

Deno.test("listenInNode() promises no protocol when a client asks for one", async () => {
  const { hooks } = told(refusalOf);
  const listening = await opened(hooks);
  using connection = await Deno.connect({ port: listening.address.port, hostname: "127.0.0.1" });
  const lines = [...LINES, "Sec-WebSocket-Protocol: a, b", "", ""];
  await connection.write(new TextEncoder().encode(lines.join("\r\n")));
  const bytes = new Uint8Array(1_000);
  const count = await connection.read(bytes);
  const answer = new TextDecoder().decode(bytes.subarray(0, count ?? 0));
  assertStringIncludes(answer, "HTTP/1.1 101");
  assertEquals(/sec-websocket-protocol/i.test(answer), false);
  await listening.shutdown(1_000);
});

Deno.test("listenInNode() rejects when the port is in use", async () => {
  const { hooks } = told(refusalOf);
  const listening = await opened(hooks);
  const { port } = listening.address;
  const error = await assertRejects(() => opened(hooks, { ...HERE, port }), Error);
  assertEquals((error as { code?: string }).code, "EADDRINUSE");
  await listening.shutdown(1_000);
});

Deno.test("listenInNode() speaks TLS when it has key and certificate", async () => {
  const [key, cert] = await Promise.all(
    ["key", "cert"].map((name) =>
      Deno.readTextFile(new URL(`../helpers/tls/${name}.pem`, import.meta.url))
    ),
  );
  const { hooks, sockets } = told(refusalOf);
  const listening = await opened(hooks, { ...HERE, key: key!, cert: cert! });
  using client = Deno.createHttpClient({ caCerts: [cert!] });
  const socket = new WebSocket(`wss://127.0.0.1:${listening.address.port}`, { client });
  await new Promise((resolve) => socket.onopen = resolve);
  await until(() => sockets.length === 1, "the socket was handed over");
  const end = closed(socket);
  socket.close();
  await end;
  await listening.shutdown(1_000);
});

Deno.test("shutdown() ends who is still connected, and requests that are half sent", async () => {
  const { hooks, sockets } = told(refusalOf);
  const listening = await opened(hooks);
  const client = await connected(listening);
  using half = await Deno.connect({ port: listening.address.port, hostname: "127.0.0.1" });
  await half.write(new TextEncoder().encode("GET / HTTP/1.1\r\nHost: loc"));
  await until(() => sockets.length === 1, "the socket was handed over");
  const end = closed(client);
  await soon(listening.shutdown(50), "it is shut down");
  await soon(end, "the client is told");
  assertEquals(await half.read(new Uint8Array(1)).catch(() => null), null);
});

/** A stand-in for `node:http` whose servers listen nowhere: `::` fails with this code. */
function fakeHttp(code: string): string {
  return `
export const tried = [];
export function createServer() {
  const listeners = new Map();
  return {
    on: (event, listener) => listeners.set(event, listener),
    listen({ host }, then) {
      tried.push(host);
      if (host !== "::" || "${code}" === "") return queueMicrotask(then);
      const error = Object.assign(new Error("no"), { code: "${code}" });
      queueMicrotask(() => listeners.get("error")(error));
    },
    address: () => ({ address: tried.at(-1), port: 7 }),
    close: (then) => queueMicrotask(then),
    closeIdleConnections() {},
  };
}`;
}

for (
  const [what, code, hosts] of [
    ["all is well", "", ["::"]],
    ["the machine has no IPv6", "EAFNOSUPPORT", ["::", "0.0.0.0"]],
    ["the machine has no such address", "EADDRNOTAVAIL", ["::", "0.0.0.0"]],
    ["the port is in use", "EADDRINUSE", ["::"]],
  ] as const
) {
  Deno.test(`listenInNode() tries ${hosts.join(", then ")} without a hostname when ${what}`, async () => {
    const url = moduleOf(fakeHttp(code));
    using _http = standIn({ "node:http": url, ws: "npm:ws@8" });
    const listening = listenInNode({ port: 0 }, told(refusalOf).hooks);
    if (code === "EADDRINUSE") await assertRejects(() => listening, Error, "no");
    else {
      const { address, shutdown } = await listening;
      assertEquals(address, { hostname: hosts.at(-1)!, port: 7 });
      await shutdown(1_000);
    }
    assertEquals((await import(url)).tried, [...hosts]);
  });
}
