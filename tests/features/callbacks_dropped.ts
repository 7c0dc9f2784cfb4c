/**
 * Passes functions that are dropped, and one that is kept, and writes how many were passed when the
 * first call failed, and whether the one that is kept still works. Nothing forces a collection.
 */
import { type Callback, callbacks, structured } from "../../mod.ts";
import { featurePair } from "./feature_pair.ts";

/** Several times the limit of references. */
const COUNT = 100_000;
const AT_ONCE = 20;

let kept: Callback<() => string> | undefined;
const there = {
  keep: (f: Callback<() => string>) => void (kept = f),
  take: (_f: () => number) => true,
};
await using pair = await featurePair({ use: [structured, callbacks], there });
const { keep, take } = pair.client.getDriver();
await keep!(() => "kept");

let passed = 0;
let failure: string | undefined;
async function pass(): Promise<void> {
  for (let i = 0; i < COUNT / AT_ONCE && failure === undefined; i++) {
    try {
      await take!(() => i);
      passed++;
    } catch (error) {
      failure = String(error);
    }
  }
}
await Promise.all(Array.from({ length: AT_ONCE }, pass));
console.log(JSON.stringify({ passed, failure, kept: await kept!() }));
Deno.exit();
