import { assert, assertEquals } from "@std/assert";
import { faultsOf, type Ran } from "../../contract/pairings.ts";
import type { Case } from "../../contract/world.ts";

/** A step for each case: it ran, and held, in every run. The last step: no run had other cases. */
export async function stepEach(
  t: Deno.TestContext,
  runs: readonly Ran[],
  cases: readonly Case[],
): Promise<void> {
  for (const { name } of cases) {
    await t.step(name, () => {
      assert(runs.length > 0, "it ran nowhere");
      const faults = runs.flatMap((run) => faultIn(run, name));
      assert(faults.length === 0, faults.join("\n"));
    });
  }
  await t.step("faultsOf() finds none when all have run", () => {
    assertEquals(faultsOf(runs, cases), []);
  });
}

function faultIn(run: Ran, name: string): string[] {
  const result = run.results.find((one) => one.case === name);
  if (result?.ok) return [];
  return [`${run.name}: ${result === undefined ? "it did not run" : result.error}`];
}
