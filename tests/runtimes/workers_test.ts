import { assertEquals, assertInstanceOf } from "@std/assert";
import { WebSocketAcceptor } from "../../mod.ts";
import { refusalOf, refusedForm } from "../../src/runtimes/refusal.ts";
import * as forBrowsers from "../../src/runtimes/upgrade_browser.ts";
import { isWorkers, upgradeInWorkers, WorkersSocket } from "../../src/runtimes/workers.ts";
import { HEADER } from "../helpers/ends.ts";
import { ScriptedSocket } from "../helpers/scripted_socket.ts";
import { Timers } from "../helpers/timers.ts";

/** A server's socket, as in Workers: it must be accepted, and may have to answer a close. */
class RawSocket extends ScriptedSocket {
  accepted = 0;
  binaryType = "blob";
  readonly #closed: ((event: Record<string, unknown>) => void)[] = [];

  constructor() {
    super({ readyState: 1, isServer: true });
  }

  accept(): void {
    this.accepted++;
  }

  override addEventListener(
    ...[type, listener]: Parameters<ScriptedSocket["addEventListener"]>
  ): void {
    super.addEventListener(type, listener);
    if (type === "close") this.#closed.push(listener);
  }

  /** The peer has closed. */
  left(code: number, reason: string, readyState: number): void {
    this.readyState = readyState;
    for (const listener of this.#closed) listener({ code, reason });
  }
}

/** The globals of Workers, for as long as the test runs. */
function workers(): Disposable & { readonly pairs: RawSocket[][]; readonly inits: object[] } {
  const pairs: RawSocket[][] = [];
  const inits: object[] = [];
  const before = { WebSocket, Response };
  const globals = {
    WebSocketPair: class {
      readonly 0 = new RawSocket();
      readonly 1 = new RawSocket();
      constructor() {
        pairs.push([this[0], this[1]]);
      }
    },
    WebSocket: RawSocket,
    Response: class {
      constructor(_body: null, init: object) {
        inits.push(init); // Deno's refuses the status 101
      }
    },
  };
  Object.assign(globalThis, globals);
  const restore = (): void => {
    Object.assign(globalThis, before);
    Reflect.deleteProperty(globalThis, "WebSocketPair");
  };
  return { pairs, inits, [Symbol.dispose]: restore };
}

const REQUEST = new Request("http://localhost/rpc", { headers: { upgrade: "websocket" } });

Deno.test("upgradeInWorkers() accepts one socket and responds with the other", () => {
  assertEquals(isWorkers(), false);
  using platform = workers();
  assertEquals(isWorkers(), true);
  const { socket, request } = upgradeInWorkers(REQUEST, "calls");
  const [client, server] = platform.pairs[0]!;
  assertEquals(socket === server, true);
  assertEquals([client!.accepted, server!.accepted], [0, 1]);
  assertEquals(platform.inits, [
    { status: 101, headers: { "sec-websocket-protocol": "calls" }, webSocket: client },
  ]);
  assertEquals([request.method, request.url], ["GET", "http://localhost/rpc"]);
  upgradeInWorkers(REQUEST);
  assertEquals((platform.inits[1] as { headers: unknown }).headers, {});
});

Deno.test("upgrade_browser.ts upgrades in Workers alone", () => {
  using platform = workers();
  const { socket } = forBrowsers.upgrade(REQUEST)!;
  assertInstanceOf(forBrowsers.served(socket), WorkersSocket);
  assertEquals(platform.pairs.length, 1);
  const other = new ScriptedSocket();
  assertEquals(forBrowsers.served(other), other);
});

Deno.test("a request of another Worker is an upgrade without the headers of the handshake", () => {
  assertEquals(refusalOf(REQUEST)?.status, 426);
  assertEquals(refusedForm(REQUEST)?.status, 400);
  using _ = workers();
  assertEquals([refusalOf(REQUEST), refusedForm(REQUEST)], [undefined, undefined]);
  assertEquals(refusalOf(new Request("http://localhost/"))?.status, 426);
});

Deno.test("WorkersSocket answers a close with its code, unless the platform has", () => {
  for (
    const [code, reason, readyState, closes] of [
      [3001, "bye", 2, [[3001, "bye"]]],
      [1005, "", 2, [[undefined, undefined]]],
      [3001, "bye", 3, []],
      [1006, "", 1, []],
    ] as const
  ) {
    const raw = new RawSocket();
    const socket = new WorkersSocket(raw);
    const states: number[] = [];
    socket.addEventListener("close", () => states.push(socket.readyState));
    raw.left(code, reason, readyState);
    assertEquals([raw.closes, states], [closes as unknown, [3]]);
  }
});

Deno.test("WorkersSocket keeps its state and the type of bytes", () => {
  const raw = new RawSocket();
  const socket = new WorkersSocket(raw);
  assertEquals([socket.readyState, raw.binaryType], [1, "arraybuffer"]);
  Object.defineProperty(raw, "readyState", {
    get: () => {
      throw new Error("Cannot perform I/O on behalf of a different request");
    },
  });
  assertEquals(socket.readyState, 1);
  const listener = (): void => {};
  socket.addEventListener("open", listener);
  assertEquals(raw.listenerCount, 2);
  socket.removeEventListener("open", listener);
  assertEquals(raw.listenerCount, 1);
  socket.binaryType = "blob";
  assertEquals(raw.binaryType, "blob");
});

Deno.test("WorkersSocket is closing from close() on", () => {
  const raw = new RawSocket();
  const socket = new WorkersSocket(raw);
  socket.send("text");
  socket.close(3001, "bye");
  socket.close();
  assertEquals([raw.sent, raw.closes], [["text"], [[3001, "bye"], [undefined, undefined]]]);
  assertEquals(socket.readyState, 2);
  raw.left(3001, "bye", 3);
  socket.close();
  assertEquals(socket.readyState, 3);
});

Deno.test("upgrade() shares no timer between sockets with their own timers", () => {
  for (const ownTimers of [false, true]) {
    using timers = new Timers();
    const sockets = [1, 2, 3].map(() =>
      Object.assign(new ScriptedSocket({ readyState: 1, isServer: true }), { ownTimers })
    );
    for (const socket of sockets) {
      WebSocketAcceptor.upgrade({ url: "/", headers: {} }, socket, (one) => one.accept(null));
      socket.receives(HEADER);
    }
    assertEquals(timers.count, ownTimers ? 3 : 1); // the heartbeats
    for (const socket of sockets) socket.closed(1000, "");
    assertEquals(timers.count, 0);
  }
});
