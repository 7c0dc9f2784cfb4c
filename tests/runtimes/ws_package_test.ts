import { assertEquals, assertRejects } from "@std/assert";
import { load, loadWs } from "../../src/runtimes/ws_package.ts";
import { moduleOf, standIn } from "../helpers/module_hook.ts";

Deno.test("load() gives a module by its name", async () => {
  const { join } = await load("node:path") as { join(...parts: string[]): string };
  assertEquals(join("a", "b"), "a/b");
});

for (const [version, text] of [["ws 7", "7"], ["ws 8", "8"]]) {
  Deno.test(`loadWs() finds socket and server when the package is ${version}`, async () => {
    using _ws = standIn({ ws: `npm:ws@${text}` });
    const { dial, WebSocketServer } = await loadWs("connect");
    assertEquals(WebSocketServer.name, "WebSocketServer");
    const socket = dial("ws://127.0.0.1:1");
    assertEquals([socket.constructor.name, socket.readyState], ["WebSocket", 0]);
    await new Promise<void>((resolve) => {
      socket.addEventListener("error", () => {}); // nobody listens there
      socket.addEventListener("close", () => resolve());
    });
  });
}

for (
  const [what, text, message] of [
    [
      "is too old",
      "export default Object.assign(() => {}, { Server: () => {} });",
      'Cannot connect: the "ws" package is too old. Install version 7.1 or later.',
    ],
    [
      "is a stub for browsers",
      "export default () => {};",
      'Cannot connect: the "ws" package is a stub for browsers. Bundle the program for Node.',
    ],
    [
      "has nothing at all",
      "export {};",
      'Cannot connect: the "ws" package is a stub for browsers. Bundle the program for Node.',
    ],
    [
      "was left out",
      'throw Object.assign(new Error("gone"), { code: "ERR_MODULE_NOT_FOUND" });',
      'Cannot connect: the "ws" package is missing. Run "npm install ws" where the program runs. Bundles don\'t include it.',
    ],
    [
      "fails otherwise",
      'throw new Error("gone");',
      "Cannot connect: this runtime has no WebSocket",
    ],
  ]
) {
  Deno.test(`loadWs() says what to do when the package ${what}`, async () => {
    using _ws = standIn({ ws: moduleOf(`${text} // ${what}`) });
    const error = await assertRejects(() => loadWs("connect"), Error);
    assertEquals(error.message, message);
    if (text!.startsWith("throw")) assertEquals((error.cause as Error).message, "gone");
  });
}
