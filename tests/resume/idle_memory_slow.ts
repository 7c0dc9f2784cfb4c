import { assertLess } from "@std/assert";
import { type IdleEnds, measureIdleEnds, MEMORY_FLAGS } from "../../tools/bench/memory.ts";
import { Bench } from "../../tools/bench/processes.ts";
import { heapOf } from "../../tools/bench/reconnection.ts";

async function idle(...subject: Parameters<typeof measureIdleEnds>[1]): Promise<IdleEnds> {
  await using bench = new Bench(MEMORY_FLAGS);
  return await measureIdleEnds(bench, subject);
}

Deno.test("an idle connection takes little more memory at both ends when it can be resumed", async () => {
  const off = heapOf(await idle("reconnectionOff", "off"));
  const on = heapOf(await idle("reconnectionOn", "on"));
  console.log(
    `with reconnection, the heaps take ${(on / off).toFixed(2)} of what they take without`,
  );
  assertLess(on / off, 1.25);
});
