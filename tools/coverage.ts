/**
 * Runs the tests and fails where too little of `src/` ran. Its arguments are flags for Deno.
 *
 *     deno run -A tools/coverage.ts $(deno run -q -A tools/std_flags.ts)
 */
import { coverageFaults, coverageTable, type FileCoverage, parseLcov } from "./lcov.ts";
import { filesIn, linesOfCode } from "./source.ts";

const RAW = "coverage/raw";
const REPORT = "coverage/lcov.info";

/** With coverage, a worker of Deno's starts a second later; this file starts many, for no line more. */
const MANY_WORKERS = "tests/workers/contract_slow.ts";

/** What the tasks "test" and "test:all" run. */
const SUITES: readonly (readonly string[])[] = [
  ["--parallel"],
  [`--ignore=${MANY_WORKERS}`, "tests/**/*_slow.ts"],
];

/** How many files the table shows. */
const ROWS = 12;

/** Runs Deno in the open; whether it succeeded. */
async function deno(args: readonly string[]): Promise<boolean> {
  const command = new Deno.Command(Deno.execPath(), { args: [...args] });
  return (await command.spawn().status).success;
}

/** The files that no test loaded, none of which has run; what holds types alone never runs. */
async function unloaded(
  loaded: readonly FileCoverage[],
  flags: readonly string[],
): Promise<FileCoverage[]> {
  const known = new Set(loaded.map(({ path }) => path));
  const rest = (await filesIn("src", /\.ts$/)).filter((path) => !known.has(path));
  if (rest.length === 0) return [];
  // A file of types alone exports no value, which only loading it shows.
  const script = `const counts = [];
    for (const path of ${JSON.stringify(rest)}) {
      const values = Object.values(await import("./" + path));
      counts.push([path, values.length, values.filter((one) => typeof one === "function").length]);
    }
    console.log(JSON.stringify(counts));`;
  const command = new Deno.Command(Deno.execPath(), { args: ["eval", ...flags, script] });
  const { success, stdout, stderr } = await command.output();
  if (!success) {
    console.log(new TextDecoder().decode(stderr));
    throw new Error(`Cannot count the files that no test loaded: ${rest.join(", ")}`);
  }
  const counts: [path: string, values: number, functions: number][] = JSON.parse(
    new TextDecoder().decode(stdout),
  );
  return await Promise.all(
    counts.filter(([, values]) => values > 0).map(async ([path, , functions]) => ({
      path,
      lines: { found: linesOfCode(await Deno.readTextFile(path)), hit: 0 },
      functions: { found: functions, hit: 0 },
    })),
  );
}

/** Runs the tests and reports on `src/` alone. */
async function measure(flags: readonly string[]): Promise<FileCoverage[]> {
  await Deno.remove(RAW, { recursive: true }).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
  const collect = [`--coverage=${RAW}`, "--coverage-raw-data-only"];
  for (const suite of SUITES) {
    if (!await deno(["test", "-A", ...flags, ...collect, ...suite])) {
      throw new Error("Cannot judge the coverage: the tests failed");
    }
  }
  const src = new URL("../src/", import.meta.url).href.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  if (!await deno(["coverage", "--lcov", `--include=^${src}`, `--output=${REPORT}`, RAW])) {
    throw new Error(`Cannot judge the coverage: "${REPORT}" was not written`);
  }
  const loaded = parseLcov(await Deno.readTextFile(REPORT), Deno.cwd());
  return [...loaded, ...await unloaded(loaded, flags)];
}

async function main(flags: readonly string[]): Promise<void> {
  const files = await measure(flags);
  const faults = coverageFaults(files);
  console.log(`\n${coverageTable(files, ROWS)}\n`);
  for (const fault of faults) console.log(fault);
  console.log(`${2 - faults.length} passed, ${faults.length} failed`);
  if (faults.length > 0) Deno.exitCode = 1;
}

if (import.meta.main) {
  try {
    await main(Deno.args);
  } catch (error) {
    console.log(`${error instanceof Error ? error.message : error}\n0 passed, 1 failed`);
    Deno.exitCode = 1;
  }
}
