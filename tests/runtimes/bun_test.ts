import { assertEquals, assertThrows } from "@std/assert";
import type { SocketLike } from "../../mod.ts";
import { listenInBun } from "../../src/runtimes/bun.ts";
import { refusal } from "../../src/runtimes/refusal.ts";
import { FakeBun } from "../helpers/fake_bun.ts";
import { told } from "../helpers/hooks.ts";
import { microtasks } from "../helpers/waiting.ts";

const HERE = { port: 7, hostname: "127.0.0.1" };

/** A request for an upgrade. */
function upgrade(url = "http://localhost/", headers: Record<string, string> = {}): Request {
  return new Request(url, { headers: { connection: "keep-alive, Upgrade", ...headers } });
}

/** A socket that Bun has upgraded and not opened yet, and what it says. */
function upgraded(bun: FakeBun): { socket: SocketLike; log: unknown[][] } {
  const { hooks, sockets } = told();
  listenInBun(HERE, hooks);
  bun.ask(upgrade());
  const [socket] = sockets;
  const log: unknown[][] = [];
  for (const type of ["open", "message", "close"]) {
    socket!.addEventListener(
      type,
      ({ data, code, reason }) => log.push([type, data ?? code, reason]),
    );
  }
  return { socket: socket!, log };
}

Deno.test("listenInBun() hands over a socket with a copy of the request, and its address", () => {
  using bun = new FakeBun();
  const { hooks, sockets, requests, ips } = told();
  const { address } = listenInBun(HERE, hooks);
  assertEquals(address, { hostname: "127.0.0.1", port: 7 });
  const request = upgrade("http://localhost/a?b=c", { "x-tag": "a" });
  assertEquals(bun.ask(request), undefined);
  const copy = requests[0] as Request;
  assertEquals([copy === request, copy.url, copy.headers.get("x-tag")], [false, request.url, "a"]);
  assertEquals([sockets[0]!.readyState, ips], [0, ["::ffff:10.0.0.1"]]);
});

Deno.test("listenInBun() answers what the hooks refuse, and 400 where Bun upgrades nothing", async () => {
  using bun = new FakeBun();
  const { hooks, sockets } = told(({ method }) =>
    method === "POST" ? refusal(405, "no") : undefined
  );
  listenInBun(HERE, hooks);
  const refused = bun.ask(new Request("http://localhost/", { method: "POST" }));
  assertEquals([refused?.status, await refused?.text()], [405, "no\n"]);
  bun.upgrades = false;
  assertEquals(bun.ask(upgrade())?.status, 400);
  assertEquals([sockets, bun.opened[0]?.error().status], [[], 500]);
});

Deno.test("listenInBun() makes a socket of the web's make of Bun's", async () => {
  using bun = new FakeBun();
  const { socket, log } = upgraded(bun);
  const [raw] = bun.sockets;
  const { websocket } = bun.opened[0]!;
  assertEquals([socket.readyState, socket.bufferedAmount], [0, 0]);
  websocket.open(raw!);
  raw!.buffered = 5;
  assertEquals([socket.readyState, socket.bufferedAmount], [1, 5]);
  socket.send("a");
  websocket.message(raw!, "b");
  socket.close(3001, "enough");
  assertEquals(socket.readyState, 2);
  websocket.close(raw!, 3001, "enough");
  assertEquals([socket.readyState, log.length], [3, 2]);
  await microtasks();
  assertEquals(log, [["open", undefined, undefined], ["message", "b", undefined], [
    "close",
    3001,
    "enough",
  ]]);
  assertEquals(raw!.log, [["send", "a"], ["close", 3001, "enough"]]);
});

Deno.test("close() sends a frame without a code when it is given none", () => {
  using bun = new FakeBun();
  const { socket } = upgraded(bun);
  bun.opened[0]!.websocket.open(bun.sockets[0]!);
  socket.close();
  assertEquals(bun.sockets[0]!.log, [["close", 1005, undefined]]);
});

Deno.test("send() throws when Bun drops the frame", () => {
  using bun = new FakeBun();
  const { socket } = upgraded(bun);
  const [raw] = bun.sockets;
  bun.opened[0]!.websocket.open(raw!);
  raw!.sends = -1; // it waits
  socket.send("a");
  raw!.sends = 0;
  assertThrows(() => socket.send("b"), Error, "Cannot send: Bun dropped the frame");
});

Deno.test("removeEventListener() takes a listener off, and is no fault for a stranger", () => {
  using bun = new FakeBun();
  const { socket } = upgraded(bun);
  let told = 0;
  const listener = () => told++;
  socket.removeEventListener("message", listener);
  socket.removeEventListener("error", listener);
  socket.addEventListener("message", listener);
  bun.opened[0]!.websocket.message(bun.sockets[0]!, "a");
  socket.removeEventListener("message", listener);
  bun.opened[0]!.websocket.message(bun.sockets[0]!, "b");
  assertEquals(told, 1);
});

for (
  const [what, code, hosts] of [
    ["all is well", undefined, ["::"]],
    ["the machine has no IPv6", "EAFNOSUPPORT", ["::", "0.0.0.0"]],
    ["the port is in use", "EADDRINUSE", ["::"]],
  ] as const
) {
  Deno.test(`listenInBun() tries ${hosts.join(", then ")} without a hostname when ${what}`, () => {
    using bun = new FakeBun();
    bun.refuses = ({ hostname }) =>
      code !== undefined && hostname === "::"
        ? Object.assign(new Error("no"), { code })
        : undefined;
    const listens = () => listenInBun({ port: 0 }, told().hooks);
    if (code === "EADDRINUSE") assertThrows(listens, Error, "no");
    else listens();
    assertEquals(bun.opened.map(({ hostname }) => hostname), [...hosts]);
  });
}

Deno.test("listenInBun() gives key and certificate on, and nothing where there are none", () => {
  using bun = new FakeBun();
  listenInBun({ ...HERE, key: "k", cert: "c" }, told().hooks);
  listenInBun(HERE, told().hooks);
  assertEquals(bun.opened.map(({ tls }) => tls), [{ key: "k", cert: "c" }, undefined]);
});

Deno.test("shutdown() stops gently, and abruptly where that takes too long", async () => {
  using bun = new FakeBun();
  await listenInBun(HERE, told().hooks).shutdown(1_000);
  assertEquals(bun.stops, [false]);
  bun.stopsGently = false;
  await listenInBun(HERE, told().hooks).shutdown(1_000);
  assertEquals(bun.stops, [false, false, true]);
});

Deno.test("listenInBun() tells Bun to agree to what the hooks pick, and to nothing otherwise", () => {
  using bun = new FakeBun();
  const { hooks } = told();
  listenInBun(HERE, {
    ...hooks,
    protocol: (request) => request.url?.endsWith("/b") === true ? "b" : undefined,
  });
  bun.ask(upgrade());
  bun.ask(upgrade("http://localhost/b"));
  assertEquals(bun.protocols, ["", "b"]);
});
