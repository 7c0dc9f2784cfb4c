import type { Callback } from "../../mod.ts";

/** Calls functions, and returns streams: for a port, and for a worker. */
export const provider = {
  async each(count: number, f: Callback<(i: number) => number>): Promise<number> {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += await f(i);
    return sum;
  },
  async *chunks(count: number): AsyncGenerator<Uint8Array> {
    for (let i = 0; i < count; i++) yield new Uint8Array(100_000).fill(i);
  },
};
