import type { BenchOptions } from "./options.ts";
import { Bench } from "./processes.ts";
import { measureSpeed, type Speed } from "./speed.ts";

export interface Results {
  readonly speeds: readonly Speed[];
}
export async function measureAll(options: BenchOptions): Promise<Results> {
  await using bench = new Bench();
  return {
    speeds: await measureSpeed(bench, { ...options, pair: { client: "deno", server: "deno" } }),
  };
}
