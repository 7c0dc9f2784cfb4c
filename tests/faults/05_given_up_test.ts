import { assertEquals, assertRejects } from "@std/assert";
import { WebSocketConnector, WebSocketError } from "../../mod.ts";
import { PLAIN_HEADER } from "../hostile/attack_server.ts";
import type { RawPeer } from "../hostile/wire/peer.ts";
import { dialRaw, listenRaw, upgradeAnswer, upgradeRequest } from "../hostile/wire/tcp.ts";
import { opened } from "../helpers/servers.ts";
import { gate, PATIENCE } from "../helpers/waiting.ts";

Deno.test("a client that was frozen reads why when the server gave it up meanwhile", async () => {
  await using server = await opened((acceptor) => acceptor.accept(null), { heartbeat: 40 });
  const peer = await dialRaw(server.address!.port);
  peer.write(upgradeRequest("/"));
  await peer.until(({ isUpgraded }) => isUpgraded, PATIENCE);
  peer.text(PLAIN_HEADER);
  await peer.until(({ close }) => close !== undefined, PATIENCE);
  const { close } = peer.reader;
  assertEquals(close, { code: 1013, reason: "The heartbeat wasn't answered in time" });
  peer.destroy();
});

/** What a server that never decides reads of a client that gives up. */
async function readOf(connect: (url: string) => Promise<void>): Promise<unknown> {
  const came = gate<RawPeer>();
  const server = await listenRaw((peer) => void came.open(peer));
  const connecting = connect(`ws://127.0.0.1:${server.port}`);
  const peer = await came.promise;
  await peer.until(({ head }) => head !== undefined, PATIENCE);
  peer.write(upgradeAnswer(peer.reader.head!.headers.get("sec-websocket-key")!));
  await peer.until(({ close }) => close !== undefined, PATIENCE);
  const { close } = peer.reader;
  peer.destroy();
  await connecting;
  await server.close();
  return close;
}

Deno.test("a server reads why when a client's attempt is over, whatever ended it", async () => {
  const late = await readOf(async (url) => {
    const connector = new WebSocketConnector(null, null);
    await assertRejects(() => connector.connect(url, { timeout: 500 }), WebSocketError);
  });
  assertEquals(late, { code: 3008, reason: "not accepted within 500 ms" });
  const aborted = await readOf(async (url) => {
    const connector = new WebSocketConnector(null, null);
    const signal = AbortSignal.timeout(500);
    await assertRejects(() => connector.connect(url, { signal }), DOMException);
  });
  assertEquals(aborted, { code: 1000, reason: "The client canceled connect()" });
});
