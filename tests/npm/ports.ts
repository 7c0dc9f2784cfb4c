/** Ports of worker threads, on every runtime: over a channel, and over the worker itself. */
import { assertEquals } from "@std/assert";
import { folderWith, programOf, RUNTIMES, succeed, textOf } from "./workshop.ts";

for (const runtime of RUNTIMES) {
  Deno.test(`PortCommunicator calls worker threads when it runs in ${runtime}`, async () => {
    const folder = await folderWith({
      files: { "threads.mjs": await textOf("programs/ports/threads.mjs") },
    });
    const printed = await succeed([await programOf(runtime), `${folder}/threads.mjs`]);
    const [gone, closed] = ["WebSocketError 1006", "ConnectionClosedError undefined"];
    assertEquals(
      printed.trim().split("\n"),
      [gone, closed, gone, closed].map((how) => `2 3,2,1 0 ${how}`),
    );
  });
}
