/** The package inside a server of the user's own, with sockets of either `ws`. */
import { assertEquals, assertRejects } from "@std/assert";
import { WebSocketConnector, WebSocketError } from "../../mod.ts";
import { Child } from "./child.ts";
import { folderWith, HEADS, KINDS, programOf, textOf } from "./workshop.ts";

interface ServerSide {
  where(): [string, string, boolean];
  hangUp(): void;
}

for (const ws of ["ws7", "ws8"]) {
  for (const kind of KINDS) {
    Deno.test(`WebSocketAcceptor.upgrade() of npm takes a socket of ${ws} when run by Node as ${kind}`, async () => {
      const program = HEADS[kind] + await textOf("peers/own_server.js");
      const folder = await folderWith({
        packages: { ws },
        files: { [`main.${kind}`]: program },
      });
      await using child = new Child([await programOf("node20"), `${folder}/main.${kind}`]);
      const { port } = JSON.parse(await child.line());
      const page = await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: "close" } });
      assertEquals(await page.text(), "a page");
      const connector = new WebSocketConnector<null, null, ServerSide>(null, null);
      await connector.connect(`ws://127.0.0.1:${port}/x?y=%20z`);
      const driver = connector.getDriver();
      assertEquals(await driver.where(), ["127.0.0.1", "/x?y=%20z", true]);
      const error = await assertRejects(() => driver.hangUp(), WebSocketError, "by its owner");
      assertEquals(error.status, 3009);
      const { code, lines, errors } = await child.rest();
      assertEquals([lines, code, errors], [['{"state":3}'], 0, ""]);
    });
  }
}
