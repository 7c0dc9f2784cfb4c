/** Writes how many streams are left of 200 that were received and dropped. */
import { streams, structured } from "../../mod.ts";
import { Streaming } from "../../src/features/streams/streaming.ts";
import { stateOf } from "../../src/session/feature.ts";
import { featurePair } from "./feature_pair.ts";

const MANY = 200;
const { gc } = globalThis as unknown as { gc(): void };

let produced = 0;
let finished = 0;
const there = {
  async *count() {
    try {
      for (;;) yield produced++;
    } finally {
      finished++;
    }
  },
};
const use = [structured, streams({ items: 1 })];
await using pair = await featurePair({ use, there });

function sizes(): readonly [consumers: number, producers: number] {
  const { consumers } = stateOf(pair.here[0]!, Streaming);
  return [consumers.size, stateOf(pair.there[0]!, Streaming).producers.size];
}

let lists: AsyncIterator<number>[] = [];
for (let i = 0; i < MANY; i++) lists.push(await pair.client.getDriver().count!());
const before = sizes();
const read = lists[0]!;
await read.next();
lists = [];
for (let look = 0; look < 400 && sizes()[1] > 1; look++) {
  gc();
  await new Promise((resolve) => setTimeout(resolve, 10));
}
const line = JSON.stringify({ before, after: sizes(), produced, finished });
await read.return!();
console.log(line);
Deno.exit();
