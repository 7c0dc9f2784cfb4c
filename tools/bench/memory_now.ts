import process from "node:process";

/** What a process holds, in bytes. */
export interface Memory {
  readonly heap: number;
  readonly rss: number;
}

/** Collects, as far as it is allowed to (`--expose-gc`), and measures. */
export async function memoryNow(): Promise<Memory> {
  const { gc } = globalThis as { gc?: () => void };
  for (let i = 0; i < 4; i++) {
    gc?.();
    await new Promise((resolve) => setTimeout(resolve, 20)); // finalizers run between two passes
  }
  const { heapUsed, rss } = process.memoryUsage();
  return { heap: heapUsed, rss };
}
