/** Tells of a run: on the console, and as a page with charts. */
import type { Results } from "./all.ts";
import { chart } from "./chart.ts";
import type { BenchOptions } from "./options.ts";
import { packageVersions } from "./peers.ts";
import { run } from "./processes.ts";
import type { Pair, Speed } from "./speed.ts";
import { table } from "./table.ts";
import { memoryTables, pairTable, sizeTable, speedTables } from "./tables.ts";

const BOTH_DENO: Pair = { client: "deno", server: "deno" };
const DOCS = new URL("../../docs/", import.meta.url);

/** One line a subject. */
export function printSpeeds(speeds: readonly Speed[]): void {
  let last = "";
  for (const { workload, subject, ratio, perSecond } of speeds) {
    if (workload !== last) console.log(last = workload);
    const { median, least, most } = ratio;
    console.log(
      `  ${subject.padEnd(26)} ${median.toFixed(2).padStart(6)} ` +
        `(${least.toFixed(2)} to ${most.toFixed(2)})  ${Math.round(perSecond)}/s`,
    );
  }
}

/** Writes `docs/BENCHMARKS.md` and its charts. */
export async function writeReport(results: Results, options: BenchOptions): Promise<void> {
  await Deno.mkdir(DOCS, { recursive: true });
  const page = new URL("BENCHMARKS.md", DOCS);
  await Deno.writeTextFile(page, pageOf(results, options));
  const paths = [page.pathname];
  for (const theme of ["light", "dark"] as const) {
    const file = new URL(`benchmarks_${theme}.svg`, DOCS);
    await Deno.writeTextFile(file, chart(results.speeds, theme));
    paths.push(file.pathname);
  }
  await run(Deno.execPath(), "fmt", "-q", ...paths);
}

function pageOf(results: Results, options: BenchOptions): string {
  return [
    INTRODUCTION,
    "## The run",
    runTable(results, options),
    "## Deno on both ends",
    CHART,
    ...speedTables(results.speeds),
    "## Pairs of runtimes",
    PAIRS,
    ...[{ pair: BOTH_DENO, speeds: results.speeds }, ...results.others].map(pairTable),
    "## Memory",
    ...memoryTables(results),
    "## Size",
    SIZE,
    sizeTable(results.sizes),
  ].join("\n\n") + "\n";
}

function runTable({ machine }: Results, { rounds, windowMs, command }: BenchOptions): string {
  const { cpu, cores, memoryGB, system, versions, isPinned, load } = machine;
  const packages = Object.entries(packageVersions()).map(([name, version]) => `${name} ${version}`);
  return table(["", ""], [
    ["Command", `\`${command}\``],
    ["Date", new Date().toISOString().slice(0, 10)],
    ["Machine", `${cpu}, ${cores} cores, ${memoryGB} GB, ${system}`],
    ["Load before the run", load.toFixed(2)],
    ["Versions", versions],
    ["Packages", packages.join(", ")],
    ["Windows", `${windowMs} ms, ${rounds} rounds after one that warms up`],
    ["Cores", isPinned ? "all servers on core 0, the client on core 1" : "not pinned"],
  ]);
}

const INTRODUCTION = `# Benchmarks

What a call costs, as a share of what a hand-written JSON echo does: one \`stringify\`, one
\`send\`, one \`parse\` and a \`Map\` of waiting promises at the caller. 1.00 is as fast as that,
2.00 twice as fast. \`deno task bench\` measures it and writes this page; \`tools/bench/\` has the
code.

Each subject's server is a process of its own, and all are up at the same time. One client process
turns from subject to subject, a short window each, round after round, there and back: the garbage
of one subject is collected in the window of the next. A ratio is that of a window
to the floor's window of the same round, because a machine drifts more from minute to minute than
subjects differ. Tables give the median of all rounds, and the least and the most in brackets.`;

const CHART = `<picture>
  <source media="(prefers-color-scheme: dark)" srcset="benchmarks_dark.svg">
  <img alt="Bars: calls as a share of the echo's" src="benchmarks_light.svg">
</picture>

"Hand-written batches" is the echo with the messages of a turn in one frame, and nothing else: what
batches can bring on this machine.

Every package is used as its own guide says, over WebSocket alone and without compression; those
that bring no server of sockets use Deno's own, the others the \`ws\` package. Where a package's
client writes several frames a call, Deno's client holds the second back until the first is
acknowledged, up to 40 ms: that is Deno's doing, and shows in these figures.`;

const PAIRS = `The floor is the same hand-written echo on the same two runtimes. "No batches" is the
same wire with each message in a frame of its own.`;

const SIZE =
  `A client for browsers that connects and calls, bundled and minified by \`deno bundle\`.
birpc brings no connection of its own: opening it and the handshake are the program's.`;
