import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  headerOf,
  type UpgradeRequest,
  WebSocketAcceptor,
  WebSocketConnector,
  WebSocketError,
} from "../../mod.ts";
import type { Acceptor, Anything, Connector } from "../helpers/ends.ts";
import { gate, turn, until } from "../helpers/waiting.ts";
import { NodeServer, VERSIONS, type WsSocket } from "../helpers/ws.ts";

const EVENTS = ["open", "message", "close", "error"];

function fresh(header: unknown = null, provider: object | null = null): Connector {
  return new WebSocketConnector<unknown, object | null, Anything>(header, provider);
}

for (const [name, ws] of VERSIONS) {
  /** A server of ours over this `ws`, and its acceptors. */
  const serve = async (handler: (acceptor: Acceptor) => unknown): Promise<NodeServer> =>
    await NodeServer.open(ws, (request, socket) => {
      WebSocketAcceptor.upgrade(request as UpgradeRequest, socket, handler);
    });

  Deno.test(`upgrade() carries calls both ways when the socket is of ${name}`, async () => {
    const got: unknown[] = [];
    await using server = await serve(async (acceptor) => {
      got.push(acceptor.path, acceptor.ip, acceptor.header);
      got.push(headerOf(acceptor.request, "X-Tag"), headerOf(acceptor.request, "Host"));
      await acceptor.accept({ plus: (x: number, y: number) => x + y });
      got.push(await acceptor.getDriver().name!());
    });
    await using connector = fresh({ token: "ä€😀" }, { name: () => "Ada" });
    const url = `${server.url}/a/b?c=d&e=what?`;
    await connector.connect(url, {
      socket: (to) => new ws.Client(to, { headers: { "x-tag": "a" } }),
    });
    assertEquals(await connector.getDriver().plus!(1, 2), 3);
    assertEquals(await connector.getDriver().plus!("x".repeat(100_000), ""), "x".repeat(100_000));
    await until(() => got.length === 6, "the client has told its name");
    const host = server.url.slice("ws://".length);
    const header = { token: "ä€😀" };
    assertEquals(got, ["/a/b?c=d&e=what?", "127.0.0.1", header, "a", host, "Ada"]);
  });

  Deno.test(`upgrade() tells code and reason, word for word, when a ${name} socket is rejected`, async () => {
    await using server = await serve((acceptor) => acceptor.reject(1008, `no: ${"€".repeat(99)}`));
    const error = await assertRejects(() => fresh().connect(server.url), WebSocketError);
    assertEquals([error.status, error.message], [1008, `no: ${"€".repeat(39)}`]);
  });

  for (const code of [404, 5000, NaN]) {
    Deno.test(`upgrade() leaves no client waiting when ${name} would not send ${code}`, async () => {
      const failed = gate<unknown>();
      await using server = await serve((acceptor) =>
        acceptor.reject(code, "no").catch(failed.open)
      );
      const error = await assertRejects(() => fresh().connect(server.url), WebSocketError);
      assertEquals([error.status, error.message], [1008, "no"]);
      assert(await failed.promise instanceof RangeError);
    });
  }

  Deno.test(`close() ends a ${name} socket with the given code, and both ends hear of it`, async () => {
    const accepted = gate<Acceptor>();
    await using server = await serve(async (acceptor) => {
      await acceptor.accept(null);
      accepted.open(acceptor);
    });
    const connector = fresh(null, { never: () => new Promise(() => {}) });
    await connector.connect(server.url);
    const acceptor = await accepted.promise;
    const call = acceptor.getDriver().never!().catch((error: unknown) => error);
    const joined = connector.join();
    await acceptor.close(3005, "enough");
    await joined;
    const error = await call as WebSocketError;
    assertEquals([error.status, error.message], [3005, "enough"]);
    assertEquals([acceptor.state, connector.state], [3, 3]);
  });

  Deno.test(`upgrade() follows a ${name} socket when its owner closes it, and listens to it no more`, async () => {
    const accepted = gate<Acceptor>();
    await using server = await serve(async (acceptor) => {
      await acceptor.accept(null);
      accepted.open(acceptor);
    });
    const connector = fresh();
    await connector.connect(server.url);
    const acceptor = await accepted.promise;
    const joined = [acceptor.join(), connector.join()];
    const [socket] = server.sockets;
    const listeners = countOf(socket!);
    socket!.close(3007, "owner");
    await Promise.all(joined);
    assertEquals([acceptor.state, connector.state], [3, 3]);
    assertEquals([listeners > 0, countOf(socket!)], [true, 0]);
  });

  Deno.test(`upgrade() ends with 1006 when a ${name} socket is cut, and the process lives`, async () => {
    const ended = gate<number>();
    await using server = await serve(async (acceptor) => {
      await acceptor.accept({ never: () => new Promise(() => {}) });
      await acceptor.join();
      ended.open(acceptor.state);
    });
    const connector = fresh();
    await connector.connect(server.url);
    const call = assertRejects(() => connector.getDriver().never!(), WebSocketError);
    server.sockets[0]!.terminate();
    assertEquals([await ended.promise, (await call).status], [3, 1006]);
  });

  Deno.test(`upgrade() calls no handler when a ${name} socket is closing already`, async () => {
    let handled = 0;
    await using server = await NodeServer.open(ws, (request, socket) => {
      socket.close(3001, "full");
      WebSocketAcceptor.upgrade(request as UpgradeRequest, socket, () => handled++);
    });
    const error = await assertRejects(() => fresh().connect(server.url), WebSocketError);
    assertEquals([error.status, error.message, handled], [3001, "full", 0]);
    await turn();
    assertEquals(countOf(server.sockets[0]!), 0);
  });

  Deno.test(`upgrade() ends with 1011 when the handler throws over ${name}`, async () => {
    await using server = await serve(() => Promise.reject(new Error("the password is 1234")));
    const error = await assertRejects(() => fresh().connect(server.url), WebSocketError);
    assertEquals([error.status, error.message], [1011, "Internal server error"]);
  });

  Deno.test(`connect() goes through a ${name} client that the factory makes, and rejects when it fails`, async () => {
    await using server = await serve((acceptor) => acceptor.accept({ f: () => 1 }));
    const socket = (url: string) => new ws.Client(url);
    const connector = fresh();
    await connector.connect(server.url, { socket });
    assertEquals(await connector.getDriver().f!(), 1);
    await connector.close(1008, "as ws lets a client say");
    const { url } = server;
    await server[Symbol.asyncDispose]();
    const error = await assertRejects(() => connector.connect(url, { socket }), WebSocketError);
    assertEquals([error.status, connector.state], [1006, -1]);
    const control = new AbortController();
    const aborted = connector.connect(url, { socket, signal: control.signal });
    control.abort(new RangeError("no"));
    await assertRejects(() => aborted, RangeError);
    await turn();
  });
}

/** The listeners that this library may have set. */
function countOf(socket: WsSocket): number {
  return EVENTS.reduce((sum, event) => sum + socket.listenerCount(event), 0);
}
