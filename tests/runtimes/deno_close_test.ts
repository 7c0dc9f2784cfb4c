import { assertEquals } from "@std/assert";
import { WebSocketAcceptor } from "../../mod.ts";
import { floods } from "../hostile/row.ts";
import { dialRaw, upgradeRequest } from "../hostile/wire/tcp.ts";

const CODE = 3005;

/** The code that a peer is told which speaks on while the server closes; `undefined` for none. */
async function toldBy(answer: (request: Request) => Response): Promise<number | undefined> {
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, answer);
  const peer = await dialRaw(server.addr.port);
  peer.write(upgradeRequest("/"));
  await peer.until(({ isUpgraded }) => isUpgraded, 10_000);
  await floods(50, { payload: '{"header":null}' })(peer);
  await peer.until(({ close }) => close !== undefined, 10_000);
  peer.destroy();
  return peer.reader.close?.code;
}

// when this fails, Deno has mended it, and `deno_socket.ts` has done its work
Deno.test("Deno itself loses the close of a server's socket when its peer is just speaking", async () => {
  const code = await toldBy((request) => {
    const { socket, response } = Deno.upgradeWebSocket(request, { idleTimeout: 0 });
    socket.onmessage = () => socket.close(CODE, "enough");
    return response;
  });
  assertEquals(code, undefined);
});

Deno.test("reject() reaches a peer that is just speaking", async () => {
  const code = await toldBy((request) =>
    WebSocketAcceptor.upgrade(request, (acceptor) => acceptor.reject(CODE, "enough"))
  );
  assertEquals(code, CODE);
});

Deno.test("close() reaches a peer that is just speaking", async () => {
  const code = await toldBy((request) =>
    WebSocketAcceptor.upgrade(request, async (acceptor) => {
      await acceptor.accept(null);
      await acceptor.close(CODE, "enough");
    })
  );
  assertEquals(code, CODE);
});
