/** A benchmark of `@nestia/benchmark`: a master, and two servants in processes of their own. */
import { assert, assertEquals } from "@std/assert";
import { Child } from "../npm/child.ts";
import { start } from "./example.ts";

interface Counts {
  readonly count: number;
  readonly success: number;
}

/** What the program prints. */
interface Outcome {
  readonly report: {
    readonly count: number;
    readonly threads: number;
    readonly simultaneous: number;
    readonly statistics: Counts;
    readonly endpoints: readonly (Counts & { readonly method: string; readonly path: string })[];
  };
  readonly served: { readonly health: number; readonly refused: number; readonly plus: number };
  readonly asked: readonly string[];
  readonly progress: readonly number[];
}

/** Runs the compiled benchmark of a project, and compares its report with what the server saw. */
export async function tryBenchmark(folder: string): Promise<void> {
  const { report, served, asked, progress } = await outcomeOf(folder);
  assertEquals([report.count, report.threads, report.simultaneous], [200, 2, 8]);

  const total = served.health + served.refused;
  assert(total >= 200 && total < 208, `${total} requests`); // those that run at the end are too many
  assertEquals(countsOf(report.statistics), { count: total, success: served.health });
  assertEquals(
    Object.fromEntries(report.endpoints.map((end) => [`${end.method} ${end.path}`, countsOf(end)])),
    {
      "GET /calculate/health/:id": { count: served.health, success: served.health },
      "GET /calculate/refused": { count: served.refused, success: 0 },
    },
  );
  assert(served.plus > 0 && served.plus <= served.health, `${served.plus} calls of plus`);

  const names = ["filtered", "health", "plus", "refused"].map((name) => `benchmark_${name}`);
  assertEquals(asked, names.flatMap((name) => [name, name])); // once by each servant
  assertEquals(progress.slice(-2), [total, 200]); // the last is the master's own
}

async function outcomeOf(folder: string): Promise<Outcome> {
  await using server = await start(["node", "bin/src/main.js"], { cwd: folder });
  const env = { HOST: server.url };
  await using master = new Child(["node", "bin/src/benchmark/master.js"], { cwd: folder, env });
  const { lines, errors, code } = await master.rest(); // servants that outlive it would keep this
  assertEquals([lines.length, errors, code], [1, "", 0]);
  return JSON.parse(lines[0]!);
}

function countsOf({ count, success }: Counts): Counts {
  return { count, success };
}
