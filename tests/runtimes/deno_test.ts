import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { isDeno, listenInDeno } from "../../src/runtimes/deno.ts";
import { refusal } from "../../src/runtimes/refusal.ts";
import type { Listening, ListenOptions } from "../../src/runtimes/types.ts";
import { told } from "../helpers/hooks.ts";
import { gate, soon, until } from "../helpers/waiting.ts";

const HERE = { port: 0, hostname: "127.0.0.1" };

/** Says these lines to a server, and gives its answer. */
async function ask({ address }: Listening, ...lines: string[]): Promise<string> {
  using connection = await Deno.connect({ port: address.port, hostname: "127.0.0.1" });
  const text = [...lines, "Connection: close", "", ""].join("\r\n");
  await connection.write(new TextEncoder().encode(text));
  return await new Response(connection.readable).text();
}

/** A client's socket, when it is open. */
async function opened(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = () => reject(new Error("Cannot connect"));
  });
  return socket;
}

function closed(socket: WebSocket): Promise<CloseEvent> {
  return new Promise((resolve) => socket.onclose = resolve);
}

/** Runs with a member of `Deno` changed. */
async function withDeno(members: Record<string, unknown>, run: () => unknown): Promise<void> {
  const kept = Object.keys(members).map((name) =>
    [name, Object.getOwnPropertyDescriptor(Deno, name)!] as const
  );
  for (const [name, value] of Object.entries(members)) {
    Object.defineProperty(Deno, name, { value, configurable: true, writable: true });
  }
  try {
    await run();
  } finally {
    for (const [name, descriptor] of kept) Object.defineProperty(Deno, name, descriptor);
  }
}

Deno.test("isDeno() holds when Deno can upgrade, and not when it can't", async () => {
  assert(isDeno());
  await withDeno({ upgradeWebSocket: undefined }, () => assertEquals(isDeno(), false));
});

Deno.test("listenInDeno() hands over the socket with a request that keeps working", async () => {
  const { hooks, sockets, requests, ips } = told();
  const listening = listenInDeno(HERE, hooks);
  const { address } = listening;
  assert(address.port > 0);
  assertEquals(address.hostname, "127.0.0.1");
  const client = await opened(`ws://127.0.0.1:${address.port}/a?b=c`);
  assertEquals([sockets.length, ips], [1, ["127.0.0.1"]]);
  const request = requests[0] as Request;
  assertEquals(request.url, `http://127.0.0.1:${address.port}/a?b=c`);
  assertEquals(request.headers.get("upgrade"), "websocket");
  const end = closed(client);
  sockets[0]!.close(1001, "going");
  const { code, reason } = await end;
  assertEquals([code, reason], [1001, "going"]);
  await listening.shutdown(1_000);
});

Deno.test("listenInDeno() answers what the hooks refuse, and asks them with the address", async () => {
  const asked: string[] = [];
  const { hooks, sockets } = told((_request, ip) => {
    asked.push(ip);
    return refusal(503, "This server is closing");
  });
  const listening = listenInDeno(HERE, hooks);
  const answer = await ask(listening, "GET / HTTP/1.1", "Host: localhost");
  assertStringIncludes(answer, "503");
  assertStringIncludes(answer, "This server is closing\n");
  assertEquals([asked, sockets], [["127.0.0.1"], []]);
  await listening.shutdown(1_000);
});

for (
  const [what, lines] of [
    ["is no upgrade", ["GET / HTTP/1.1", "Host: localhost"]],
    ["has no Connection: upgrade", [
      "GET / HTTP/1.1",
      "Host: localhost",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ]],
  ] as const
) {
  Deno.test(`listenInDeno() answers 400, and lives, when what the hooks let in ${what}`, async () => {
    const { hooks, sockets } = told();
    const listening = listenInDeno(HERE, hooks);
    assertStringIncludes(await ask(listening, ...lines), "HTTP/1.1 400");
    assertEquals(sockets, []);
    const client = await opened(`ws://127.0.0.1:${listening.address.port}`);
    const end = closed(client);
    client.close();
    await end;
    await listening.shutdown(1_000);
  });
}

Deno.test("listenInDeno() answers 500, without the error's text, when a hook throws", async () => {
  const { hooks } = told(() => {
    throw new Error("the password is 1234");
  });
  const listening = listenInDeno(HERE, hooks);
  const answer = await ask(listening, "GET / HTTP/1.1", "Host: localhost");
  assertStringIncludes(answer, "HTTP/1.1 500");
  assertEquals(answer.includes("1234"), false);
  await listening.shutdown(1_000);
});

Deno.test("listenInDeno() throws AddrInUse when the port is in use", async () => {
  const { hooks } = told();
  const listening = listenInDeno(HERE, hooks);
  const { port } = listening.address;
  assertThrows(() => listenInDeno({ ...HERE, port }, hooks), Deno.errors.AddrInUse);
  await listening.shutdown(1_000);
});

Deno.test("shutdown() waits no longer than it may for a request that is half sent", async () => {
  const { hooks } = told();
  const listening = listenInDeno(HERE, hooks);
  using half = await Deno.connect({ port: listening.address.port, hostname: "127.0.0.1" });
  await half.write(new TextEncoder().encode("GET / HTTP/1.1\r\nHost: loc"));
  const isGone = half.read(new Uint8Array(1)).then((read) => read === null, () => true);
  await soon(listening.shutdown(50), "it is shut down");
  assert(await soon(isGone, "the half request is given up"));
});

for (
  const [what, stand, hosts] of [
    ["the machine has no IPv6", { os: "linux", refuses: TypeError }, ["::", "0.0.0.0"]],
    ["the system is Windows", { os: "windows", refuses: undefined }, ["0.0.0.0"]],
    ["all is well", { os: "linux", refuses: undefined }, ["::"]],
  ] as const
) {
  Deno.test(`listenInDeno() listens on ${hosts.at(-1)} without a hostname when ${what}`, async () => {
    const tried = await triedHosts({ port: 0 }, stand.os, stand.refuses);
    assertEquals(tried, [...hosts]);
  });
}

Deno.test("listenInDeno() tries no other address when the port is in use", async () => {
  const inUse = Deno.errors.AddrInUse;
  assertEquals(await triedHosts({ port: 1 }, "linux", inUse), ["::", "AddrInUse"]);
});

/** The addresses that are tried, on a stand-in for `Deno.serve`; and the error, if there is one. */
async function triedHosts(
  options: ListenOptions,
  os: string,
  refuses: (new (text: string) => Error) | undefined,
): Promise<string[]> {
  const tried: string[] = [];
  const serve = ({ hostname }: { hostname: string }) => {
    tried.push(hostname);
    if (refuses !== undefined && hostname === "::") throw new refuses("no");
    return { addr: { hostname, port: 1 }, finished: Promise.resolve(), shutdown: async () => {} };
  };
  await withDeno({ serve, build: { ...Deno.build, os } }, () => {
    try {
      listenInDeno(options, told().hooks);
    } catch (error) {
      tried.push((error as Error).name);
    }
  });
  return tried;
}

Deno.test("listenInDeno() speaks TLS when it has key and certificate", async () => {
  const [key, cert] = await Promise.all(
    ["key", "cert"].map((name) =>
      Deno.readTextFile(new URL(`../helpers/tls/${name}.pem`, import.meta.url))
    ),
  );
  const { hooks, sockets } = told();
  const listening = listenInDeno({ ...HERE, key: key!, cert: cert! }, hooks);
  using client = Deno.createHttpClient({ caCerts: [cert!] });
  const socket = new WebSocket(`wss://127.0.0.1:${listening.address.port}`, { client });
  const got = gate<unknown>();
  socket.onmessage = ({ data }) => got.open(data);
  await until(() => sockets[0]?.readyState === 1, "the socket is open");
  sockets[0]!.send("hello");
  assertEquals(await got.promise, "hello");
  const end = closed(socket);
  socket.close();
  await end;
  await listening.shutdown(1_000);
});
