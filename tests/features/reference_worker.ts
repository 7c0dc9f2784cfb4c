/** The worker of a test: it calls functions, and returns streams. */
import { type Callback, callbacks, streams, structured, WorkerServer } from "../../mod.ts";

const provider = {
  async each(count: number, f: Callback<(i: number) => number>): Promise<number> {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += await f(i);
    return sum;
  },
  async *chunks(count: number): AsyncGenerator<Uint8Array> {
    for (let i = 0; i < count; i++) yield new Uint8Array(100_000).fill(i);
  },
};
const server = new WorkerServer<null, typeof provider, null>();
await server.open(provider, { use: [structured, callbacks, streams] });
