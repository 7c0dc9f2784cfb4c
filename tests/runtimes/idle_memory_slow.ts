import { assertLess } from "@std/assert";
import { type Idle, measureIdle, MEMORY_FLAGS } from "../../tools/bench/memory.ts";
import { Bench } from "../../tools/bench/processes.ts";

async function idle(...subject: Parameters<typeof measureIdle>[1]): Promise<Idle> {
  await using bench = new Bench(MEMORY_FLAGS);
  return await measureIdle(bench, subject);
}

Deno.test("a connection holds little more than a bare socket does when it is idle", async () => {
  const echo = await idle("echo", "hand-written JSON echo");
  const ours = await idle("ours", "Sheetbend, linked");
  const ratios = { heap: ours.heap / echo.heap, rss: ours.rss / echo.rss };
  console.log(`of the echo's: heap ${ratios.heap.toFixed(2)}, RSS ${ratios.rss.toFixed(2)}`);
  assertLess(ratios.heap, 1.4);
  assertLess(ratios.rss, 1.3);
});
