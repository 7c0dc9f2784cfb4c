/** Passes 1,000,000 functions that are dropped, and writes what is left of them. */
import { callbacks, structured } from "../../mod.ts";
import { References } from "../../src/features/callbacks/references.ts";
import { stateOf } from "../../src/session/feature.ts";
import { featurePair } from "./feature_pair.ts";

const COUNT = 1_000_000;
/** So many are passed in one turn. */
const AT_ONCE = 500;
/** After so many, and at the end, the memory is measured. */
const EARLY = 100_000;
/** Long before the limit of references, everything that was dropped is collected. */
const EVERY = 10_000;
const { gc } = globalThis as unknown as { gc(): void };

let passed = 0;
const there = { take: (_f: () => number) => void passed++ };
await using pair = await featurePair({ use: [structured, callbacks], there });
const { take } = pair.client.getDriver();

function left(): { readonly lent: number; readonly borrowed: number } {
  const { lent } = stateOf(pair.here[0]!, References);
  return { lent: lent.size, borrowed: stateOf(pair.there[0]!, References).borrowed.size };
}

async function collect(): Promise<number> {
  for (let look = 0; look < 400 && left().lent > 0; look++) {
    gc();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  gc();
  return Deno.memoryUsage().heapUsed;
}

let early = 0;
for (let at = 0; at < COUNT; at += AT_ONCE) {
  await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => take!(() => at + i)));
  if (at % EVERY === 0) await collect();
  if (at === EARLY) early = await collect();
}
const late = await collect();
console.log(JSON.stringify({ passed, early, late, left: left() }));
Deno.exit();
