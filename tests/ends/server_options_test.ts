import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import {
  type ConnectionEvent,
  type Protocol,
  type SocketLike,
  WebSocketAcceptor,
  WebSocketConnector,
  WebSocketError,
} from "../../mod.ts";
import type { Acceptor } from "../helpers/ends.ts";
import { protocolAt } from "../helpers/protocol.ts";
import { connectedTo, HERE, opened, urlOf } from "../helpers/servers.ts";
import { until } from "../helpers/waiting.ts";

/** The subprotocol that a server agrees to. */
async function agreed(url: string, offered: string[]): Promise<string> {
  let made: WebSocket | undefined;
  const connector = new WebSocketConnector(null, null);
  const socket = (url: string): SocketLike => made = new WebSocket(url, offered);
  await connector.connect(url, { socket });
  await connector.close();
  return made!.protocol;
}

const picks: Protocol = (offered) => offered.find((name) => name.startsWith("v"));

Deno.test("open() agrees to a subprotocol when protocol picks it", async () => {
  for (
    const [protocol, offered, is] of [
      ["rpc", ["token.abc", "rpc"], "rpc"],
      [picks, ["token.abc", "v2", "v1"], "v2"],
    ] as const
  ) {
    await using server = await opened((acceptor) => acceptor.accept(null), { protocol });
    assertEquals(await agreed(urlOf(server), [...offered]), is);
  }
});

Deno.test("open() agrees to no subprotocol when none is picked", async () => {
  for (const protocol of [undefined, "rpc", picks]) {
    await using server = await opened((acceptor) => acceptor.accept(null), { protocol });
    assertEquals(await protocolAt(server.address!.port, "token.abc, other"), undefined);
  }
});

Deno.test("upgrade() agrees to the subprotocol that protocol picks, and to none without", async () => {
  for (const [protocol, is] of [["rpc", "rpc"], [picks, undefined], [undefined, undefined]]) {
    const server = Deno.serve(
      { ...HERE, onListen() {} },
      (request) =>
        WebSocketAcceptor.upgrade(request, (acceptor) => acceptor.accept(null), { protocol }),
    );
    assertEquals(await protocolAt(server.addr.port, "rpc, token"), is);
    await server.shutdown();
  }
});

Deno.test("open() answers 404, and tells the operator, when another path is asked for", async () => {
  for (const path of ["/rooms/7", new URLPattern({ pathname: "/rooms/:id" })]) {
    const events: ConnectionEvent[] = [];
    const paths: string[] = [];
    await using server = await opened((acceptor) => {
      paths.push(acceptor.path);
      return acceptor.accept(null);
    }, { path, onEvent: (event) => events.push(event) });
    const connector = new WebSocketConnector(null, null);
    await connector.connect(`${urlOf(server)}/rooms/7?a=b`);
    await connector.close();
    await assertRejects(() => connector.connect(`${urlOf(server)}/other`), WebSocketError);
    const page = await fetch(`http://127.0.0.1:${server.address!.port}/page`);
    assertEquals([page.status, await page.text()], [404, "No WebSocket endpoint at this path\n"]);
    assertEquals(paths, ["/rooms/7?a=b"]);
    const refused = events.flatMap((event) => event.type === "refused" ? [event] : []);
    assertEquals(refused.map(({ status, peer }) => [status, peer.path]), [
      [404, "/other"],
      [404, "/page"],
    ]);
  }
});

Deno.test("open() rejects with a TypeError when path or protocol can't be used", async () => {
  for (const options of [{ path: "rpc" }, { path: /x/ as never }, { protocol: "a b" }]) {
    await assertRejects(() => opened(() => {}, options), TypeError, "Cannot use");
  }
});

Deno.test("acceptors has those that are open, and is read anew each time", async () => {
  const all: Acceptor[] = [];
  await using server = await opened((acceptor) => {
    all.push(acceptor);
    return all.length > 2 ? undefined : acceptor.accept({});
  });
  const { acceptors } = server;
  assertEquals([...acceptors], []);
  const first = await connectedTo(server);
  const second = await connectedTo(server);
  const third = new WebSocketConnector(null, null);
  const undecided = third.connect(urlOf(server)).catch(() => {});
  await until(() => all.length === 3, "the third");
  assertEquals([...acceptors].map((one) => all.indexOf(one)), [0, 1]);
  for (const acceptor of acceptors) {
    assertStrictEquals(acceptor, all[0]);
    await acceptor.close(); // the second leaves meanwhile
    await second.close();
    await until(() => all[1]!.state === WebSocketAcceptor.State.CLOSED, "the second's end");
  }
  assertEquals([...acceptors], []);
  await all[2]!.accept({});
  await undecided;
  assertEquals([...acceptors].map((one) => all.indexOf(one)), [2]);
  for (const connector of [first, third]) await connector[Symbol.asyncDispose]();
});
