/** Writes how many references are left of 2,000 functions that were passed and dropped. */
import { callbacks, proxy, structured } from "../../mod.ts";
import { References } from "../../src/features/callbacks/references.ts";
import { stateOf } from "../../src/session/feature.ts";
import { featurePair } from "./feature_pair.ts";

const MANY = 2_000;
const { gc } = globalThis as unknown as { gc(): void };

let held: (() => Promise<string>) | undefined;
let taken: unknown[] = [];
const there = {
  take: (list: readonly unknown[]) => void taken.push(list),
  hold: (object: { name(): Promise<string> }) => void (held = object.name),
};
await using pair = await featurePair({ use: [structured, callbacks], there });

function sizes(): { readonly lent: number; readonly borrowed: number } {
  const { lent } = stateOf(pair.here[0]!, References);
  return { lent: lent.size, borrowed: stateOf(pair.there[0]!, References).borrowed.size };
}

const { take, hold } = pair.client.getDriver();
await hold!(proxy({ name: () => "held" }));
for (let i = 0; i < MANY; i += 2) await take!([() => i, () => i + 1]);
const before = sizes();
taken = [];
for (let look = 0; look < 400 && sizes().lent > 1; look++) {
  gc();
  await new Promise((resolve) => setTimeout(resolve, 10));
}
console.log(JSON.stringify({ before, after: { ...sizes(), called: await held!() } }));
Deno.exit();
