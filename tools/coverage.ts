/**
 * Runs the tests and fails where too little of `src/` ran. Its arguments are flags for Deno.
 *
 *     deno run -A tools/coverage.ts $(deno run -q -A tools/std_flags.ts)
 */
import { coverageFaults, coverageTable, type FileCoverage, parseLcov } from "./lcov.ts";
import { filesIn, linesOfCode } from "./source.ts";

const RAW = "coverage/raw";
const REPORT = "coverage/lcov.info";

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
    const cause = new TextDecoder().decode(stderr);
    throw new Error(`Cannot count the files that no test loaded: ${rest.join(", ")}`, { cause });
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

async function main(flags: readonly string[]): Promise<void> {
  await Deno.remove(RAW, { recursive: true }).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
  const passed = await deno([
    "test",
    "-A",
    ...flags,
    `--coverage=${RAW}`,
    "--coverage-raw-data-only",
    "tests/",
  ]);
  const src = new URL("../src/", import.meta.url).href.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  if (!await deno(["coverage", "--lcov", `--include=^${src}`, `--output=${REPORT}`, RAW])) {
    throw new Error(`Cannot write "${REPORT}": see above`);
  }
  const loaded = parseLcov(await Deno.readTextFile(REPORT), Deno.cwd());
  const files = [...loaded, ...await unloaded(loaded, flags)];
  const faults = coverageFaults(files);
  if (!passed) faults.push("The tests failed: see above");
  console.log(`\n${coverageTable(files, ROWS)}\n`);
  for (const fault of faults) console.log(fault);
  console.log(`${3 - faults.length} passed, ${faults.length} failed`);
  if (faults.length > 0) Deno.exitCode = 1;
}

if (import.meta.main) await main(Deno.args);
