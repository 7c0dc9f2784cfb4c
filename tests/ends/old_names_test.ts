import { assertEquals } from "@std/assert";
import rpc, * as named from "../../mod.ts";
import type { WebAcceptor, WebServer } from "../../mod.ts";

Deno.test("the names of TGrid 0.x are those of the classes when they are imported by either way", () => {
  for (const lib of [named, rpc]) {
    assertEquals(lib.WebConnector, named.WebSocketConnector);
    assertEquals(lib.WebAcceptor, named.WebSocketAcceptor);
    assertEquals(lib.WebServer, named.WebSocketServer);
    assertEquals(lib.WebError, named.WebSocketError);
  }
});

Deno.test("programs can call and extend when they use the names of TGrid 0.x", async () => {
  class Server extends named.WebServer<string, { plus(x: number, y: number): number }, null> {}
  await using server = new Server();
  const typed: WebServer<string, { plus(x: number, y: number): number }, null> = server;
  const serve = async (
    acceptor: WebAcceptor<string, { plus(x: number, y: number): number }, null>,
  ) => {
    if (acceptor.header === "key") await acceptor.accept({ plus: (x, y) => x + y });
    else await acceptor.reject(3001, "no key");
  };
  await typed.open({ port: 0, hostname: "127.0.0.1" }, serve);
  const url = `ws://127.0.0.1:${server.address!.port}`;

  interface Calculator {
    plus(x: number, y: number): number;
  }
  await using connector = new named.WebConnector<string, null, Calculator>("key", null);
  await connector.connect(url);
  assertEquals(await connector.getDriver().plus(2, 3), 5);

  const refused = new named.WebConnector<string, null, Calculator>("", null);
  const error: unknown = await refused.connect(url).catch((reason) => reason);
  assertEquals([error instanceof named.WebError, (error as named.WebError).status], [true, 3001]);
});
