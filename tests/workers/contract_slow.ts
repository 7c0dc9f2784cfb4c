/** The contract over workers of Deno's own. Those of other runtimes are in `tests/matrix/`. */
import { assertEquals, assertGreater, assertNotEquals } from "@std/assert";
import * as ours from "../../mod.ts";
import { CONTRACT } from "../contract/cases/mod.ts";
import type { Result } from "../contract/suite.ts";
import { MODE_NAMES } from "../matrix/modes.ts";
import { isAmong, LEFT_OUT, pairingOf, workerCases } from "./contract/cases.ts";
import { runOverWorkers, type WorkerLibrary } from "./contract/client.ts";
import { stepEach } from "./contract/steps.ts";
import { urlOf } from "./worker_pair.ts";

const lib = ours as unknown as WorkerLibrary;

for (const mode of MODE_NAMES) {
  Deno.test(`the contract holds when a worker serves it, ${mode}`, async (t) => {
    const results: Result[] = [];
    const report = (result: Result): void => void results.push(result);
    await runOverWorkers({ lib, mode, kind: "worker", file: urlOf("contract.ts"), report });
    await stepEach(t, [{ name: "Deno", pairing: pairingOf(mode), results }], workerCases(mode));
  });
}

Deno.test("LEFT_OUT names cases of the contract, each for one reason", () => {
  const reasons = Object.entries(LEFT_OUT);
  for (const [why, names] of reasons) {
    assertNotEquals(why, "");
    for (const one of names) {
      assertGreater(CONTRACT.filter(({ name }) => isAmong([one], name)).length, 0, String(one));
    }
  }
  for (const { name } of CONTRACT) {
    const found = reasons.filter(([, names]) => isAmong(names, name)).map(([why]) => why);
    assertEquals(found, found.slice(0, 1), name);
  }
});
