import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { WebSocketConnector, WebSocketError } from "../../mod.ts";
import { assertUsable, closeAll, closedBy, type Connector } from "../helpers/ends.ts";
import { ScriptedSocket } from "../helpers/scripted_socket.ts";
import { gate, microtasks, turn } from "../helpers/waiting.ts";

Deno.test.afterEach(closeAll);

const { State } = WebSocketConnector;

Deno.test("connect() hands on what the factory throws, also later, and is usable", async () => {
  const error = new Error("no certificate");
  for (const later of [false, true]) {
    const connector: Connector = new WebSocketConnector(null, null);
    const socket = () => {
      if (later) return turn().then(() => Promise.reject(error));
      throw error;
    };
    const thrown = await connector.connect("ws://host", { socket }).catch((reason) => reason);
    assertStrictEquals(thrown, error);
    await assertUsable(connector);
  }
});

Deno.test("connect() waits for the factory's promise, and takes a socket that is open already", async () => {
  const socket = new ScriptedSocket({ readyState: 1 });
  const dialling = gate<ScriptedSocket>();
  const connector: Connector = new WebSocketConnector(null, null);
  const connecting = connector.connect("ws://host", { socket: () => dialling.promise });
  assertEquals(connector.state, State.CONNECTING);
  dialling.open(socket);
  await microtasks();
  assertEquals(socket.sent.length, 1);
  socket.receives("1");
  await connecting;
  await closedBy(socket);
});

Deno.test("connect() rejects when the factory's socket is closing or closed already", async () => {
  for (const readyState of [2, 3]) {
    const connector: Connector = new WebSocketConnector(null, null);
    const socket = new ScriptedSocket({ readyState });
    const error = await assertRejects(
      () => connector.connect("ws://host", { socket: () => socket }),
      WebSocketError,
    );
    assertEquals(error.status, 1006);
    socket.closed(1006);
    await assertUsable(connector);
  }
});

for (const way of ["timeout", "abort", "close"] as const) {
  Deno.test(`connect() closes a socket that the factory gives after ${way}, and hears nothing of it`, async () => {
    const control = new AbortController();
    const dialling = gate<ScriptedSocket>();
    const connector: Connector = new WebSocketConnector(null, null);
    const connecting = connector.connect("ws://host", {
      socket: () => dialling.promise,
      signal: control.signal,
      ...(way === "timeout" && { timeout: 1 }),
    });
    const failed = assertRejects(() => connecting, Error);
    if (way === "abort") control.abort(new Error("no"));
    if (way === "close") await connector.close();
    await failed;
    const late = new ScriptedSocket({ readyState: 1 });
    dialling.open(late);
    await microtasks();
    assertEquals([late.closes.length, late.sent, connector.state], [1, [], State.NONE]);
    late.receives("1");
    late.closed(1005);
    assertEquals([late.listenerCount, connector.state], [0, State.NONE]);
    await assertUsable(connector);
  });
}

Deno.test("connect() lets an attempt alone when an older one's socket comes late", async () => {
  const dialling = gate<ScriptedSocket>();
  const connector: Connector = new WebSocketConnector(null, null);
  const first = connector.connect("ws://old", { socket: () => dialling.promise, timeout: 0 });
  await assertRejects(() => first, WebSocketError);
  const young = new ScriptedSocket();
  const second = connector.connect("ws://young", { socket: () => young });
  const late = new ScriptedSocket();
  dialling.open(late);
  await microtasks();
  late.opens();
  late.receives("1");
  assertEquals([connector.state, late.sent], [State.CONNECTING, []]);
  young.opens();
  young.receives("1");
  await second;
  late.closed(1005);
  assertEquals([connector.state, connector.url], [State.OPEN, "ws://young"]);
  await closedBy(young);
});

for (const [what, made] of [["nothing", undefined], ["null", null], ["no socket", {}]] as const) {
  for (const later of [false, true]) {
    const how = later ? "promises" : "gives";
    Deno.test(`connect() rejects and is usable when the factory ${how} ${what}`, async () => {
      const connector: Connector = new WebSocketConnector(null, null);
      const socket = () => (later ? Promise.resolve(made) : made) as never;
      const control = new AbortController();
      const stray = await strayRejections(async () => {
        const connecting = connector.connect("ws://host", { socket, signal: control.signal });
        const failed = assertRejects(() => connecting, TypeError);
        await turn();
        control.abort("it should have failed by now");
        await failed;
      });
      assertEquals(stray, []);
      await assertUsable(connector);
    });
  }
}

/** Rejections that nobody handles while `run` runs: each would end a program. */
async function strayRejections(run: () => Promise<void>): Promise<unknown[]> {
  const stray: unknown[] = [];
  const keep = (event: PromiseRejectionEvent): void => {
    event.preventDefault();
    stray.push(event.reason);
  };
  globalThis.addEventListener("unhandledrejection", keep);
  try {
    await run();
    await turn();
  } finally {
    globalThis.removeEventListener("unhandledrejection", keep);
  }
  return stray;
}
