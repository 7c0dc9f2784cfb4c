/** What showed on Node and Bun: listeners that freeze, fake timers, shared signals, two copies. */
import { assertEquals } from "@std/assert";
import { folderWith, HEADS, programOf, run, RUNTIMES, textOf } from "./workshop.ts";

for (const runtime of RUNTIMES) {
  Deno.test(`the package keeps its calls from listeners, fake timers and its other form when run by ${runtime}`, async () => {
    const folder = await folderWith({
      packages: { ws: "ws8" },
      files: { "main.mjs": HEADS.mjs + await textOf("peers/faults.js") },
    });
    const { code, stdout, stderr } = await run([await programOf(runtime), `${folder}/main.mjs`]);
    assertEquals([code, stderr], [0, ""]);
    assertEquals(JSON.parse(stdout), {
      frozen: Array(11).fill("x"),
      absent: "RefusedError",
      method: ["method"],
      late: [true, true],
      aborted: Array(11).fill("enough"),
      faked: ["y", "y"],
    });
  });
}
