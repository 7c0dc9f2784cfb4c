import { assertEquals } from "@std/assert";
import type { Ran } from "../contract/pairings.ts";
import { pairingOf } from "./contract/cases.ts";
import { stepEach } from "./contract/steps.ts";

/** The steps that fail when two runtimes ran these cases; those in capitals did not hold there. */
async function failing(...runs: readonly string[]): Promise<string[]> {
  const failed: string[] = [];
  const context = {
    async step(name: string, run: () => void | Promise<void>): Promise<boolean> {
      try {
        await run();
        return true;
      } catch {
        failed.push(name);
        return false;
      }
    },
  } as unknown as Deno.TestContext;
  const cases = [..."abc"].map((name) => ({ name, run: () => Promise.resolve() }));
  const ran = runs.map((names, index): Ran => ({
    name: String(index),
    pairing: pairingOf("linked"),
    results: [...names].map((one) => ({ case: one.toLowerCase(), ok: one > "Z", error: "no" })),
  }));
  await stepEach(context, ran, cases);
  return failed;
}

const LAST = "faultsOf() finds none when all have run";

Deno.test("stepEach() fails the step of a case that did not hold or run somewhere", async () => {
  assertEquals(await failing("abc", "cab"), []);
  assertEquals(await failing("abc", "aBc"), ["b"]);
  assertEquals(await failing("ac", "abc"), ["b", LAST]);
  assertEquals(await failing("abc", "abcd"), [LAST]);
  assertEquals(await failing(), ["a", "b", "c", LAST]);
});
