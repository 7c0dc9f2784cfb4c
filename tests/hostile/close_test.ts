import { PATIENCE } from "./patience.ts";
import { assertEquals } from "@std/assert";
import { Child } from "./child.ts";
import type { RawPeer } from "./wire/peer.ts";
import { dialRaw, upgradeRequest } from "./wire/tcp.ts";

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What peers do before the server is closed; the process must live to tell that it is. */
const LEAVERS: Readonly<Record<string, (peer: RawPeer) => Promise<void>>> = {
  "have reset TCP right behind their request": async (peer) => {
    peer.write(upgradeRequest("/"));
    peer.reset();
    await pause(50);
  },
  "have ended TCP right behind their request": async (peer) => {
    peer.write(upgradeRequest("/"));
    peer.finish();
    await pause(50);
  },
  "have sent half a request": async (peer) => {
    peer.write(upgradeRequest("/").slice(0, 50));
    await pause(50);
  },
  "have sent nothing": () => pause(50),
  "have sent no header": async (peer) => {
    peer.write(upgradeRequest("/"));
    await pause(50);
  },
  "do not answer the close": async (peer) => {
    peer.write(upgradeRequest("/"));
    await peer.until(({ isUpgraded }) => isUpgraded, PATIENCE);
    peer.text('{"header":null}');
    await pause(50);
  },
};

for (const [what, leaves] of Object.entries(LEAVERS)) {
  Deno.test(`WebSocketServer.close() resolves when peers ${what}`, async () => {
    await using child = new Child("victims/closing.ts");
    const port = await child.firstLine<number>();
    const peers = await Promise.all([dialRaw(port), dialRaw(port), dialRaw(port)]);
    for (const peer of peers) await leaves(peer);
    assertEquals(await child.end(), "closed\n");
    for (const peer of peers) peer.destroy();
  });
}
