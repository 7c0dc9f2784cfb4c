/** The rules of this project that `deno lint` does not have. */
import { everyTestRuns } from "./every_test_runs.ts";
import { layers } from "./layers.ts";
import { runtimes } from "./runtimes.ts";
import { size } from "./size.ts";

const plugin: Deno.lint.Plugin = {
  name: "sheetbend",
  rules: { "every-test-runs": everyTestRuns, layers, runtimes, size },
};

export default plugin;
