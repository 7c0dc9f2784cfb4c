import { turn } from "./waiting.ts";

/** Runs a collection. Deno has it with the flag `--expose-gc`. */
const { gc } = globalThis as unknown as { gc(): void };

/** Bytes on the heap that something still holds. */
export async function heap(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    gc();
    await turn();
  }
  return Deno.memoryUsage().heapUsed;
}
