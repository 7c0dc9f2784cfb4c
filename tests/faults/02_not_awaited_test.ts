import { assertEquals, assertRejects } from "@std/assert";
import { StateError, WebSocketConnector, WebSocketError } from "../../mod.ts";
import { upgraded } from "../helpers/ends.ts";
import { TcpServer } from "../helpers/tcp_server.ts";
import { outputOf } from "./run.ts";

Deno.test("no process ends when accept(), reject(), close(), join(), open() or ping() come too late and nobody awaits them", async () => {
  const text = await Deno.readTextFile(new URL("../npm/peers/late_acts.js", import.meta.url));
  const program = await Deno.makeTempFile({ suffix: ".ts" });
  const mod = import.meta.resolve("../../mod.ts");
  await Deno.writeTextFile(program, `import * as lib from "${mod}";\n${text}`);
  try {
    assertEquals(await outputOf(program), "alive");
  } finally {
    await Deno.remove(program);
  }
});

Deno.test("close() hides no error when it stands in a finally and connect() has failed", async () => {
  await using server = new TcpServer({ text: "HTTP/1.1 404 Not Found\r\n\r\n" });
  await assertRejects(async () => {
    const connector = new WebSocketConnector(null, null);
    try {
      await connector.connect(server.url);
    } finally {
      await connector.close();
    }
  }, WebSocketError);
});

Deno.test("accept() and reject() still reject when they come too late and are awaited", async () => {
  const { acceptor, socket } = await upgraded();
  socket.closed(1000);
  await assertRejects(() => acceptor.accept(null), StateError);
  await assertRejects(() => acceptor.reject(), StateError);
});
