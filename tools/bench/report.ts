/** Tells of a run: on the console, and as a page with charts. */
import type { Results } from "./all.ts";
import { chart } from "./chart.ts";
import type { BenchOptions } from "./options.ts";
import { packageVersions } from "./peers.ts";
import { run } from "./processes.ts";
import type { Machine } from "./machine.ts";
import {
  costIdleTable,
  costTable,
  type ReconnectionCost,
  reconnectionSection,
} from "./reconnection.ts";
import type { Pair, Speed } from "./speed.ts";
import { sectionIn, withSection } from "../section.ts";
import { table } from "./table.ts";
import { memoryTables, pairTable, sizeTable, speedTables, summaryTable } from "./tables.ts";

const BOTH_DENO: Pair = { client: "deno", server: "deno" };
const DOCS = new URL("../../docs/", import.meta.url);

/** One line a subject. */
export function printSpeeds(speeds: readonly Speed[]): void {
  let last = "";
  for (const { workload, subject, ratio, perSecond } of speeds) {
    if (workload !== last) console.log(last = workload);
    const { median, least, most } = ratio;
    console.log(
      `  ${subject.padEnd(30)} ${median.toFixed(2).padStart(6)} ` +
        `(${least.toFixed(2)} to ${most.toFixed(2)})  ${Math.round(perSecond)}/s`,
    );
  }
}

/** Writes `docs/BENCHMARKS.md` and its charts. */
export async function writeReport(results: Results, options: BenchOptions): Promise<void> {
  await Deno.mkdir(DOCS, { recursive: true });
  const page = new URL("BENCHMARKS.md", DOCS);
  const before = await Deno.readTextFile(page).catch(() => "");
  const date = new Date();
  const { machine, reconnection } = results;
  const own = reconnectionSection(reconnection, { machine, options, date });
  const sections = {
    workers: sectionIn(before, "workers"),
    reconnection: own,
    streams: sectionIn(before, "streams"),
    groups: sectionIn(before, "groups"),
  };
  let whole = pageOf(results, options, date);
  for (const [name, section] of Object.entries(sections)) whole = withSection(whole, name, section);
  await Deno.writeTextFile(page, whole);
  const paths = [page.pathname];
  for (const theme of ["light", "dark"] as const) {
    const file = new URL(`benchmarks_${theme}.svg`, DOCS);
    await Deno.writeTextFile(file, chart(results.speeds, theme));
    paths.push(file.pathname);
  }
  await run(Deno.execPath(), "fmt", "-q", ...paths);
}

/** Prints what reconnection costs, and replaces its section of the page. */
export async function reportReconnection(
  cost: ReconnectionCost,
  machine: Machine,
  options: BenchOptions,
): Promise<void> {
  console.log(costTable(cost.speeds));
  if (cost.idle === undefined) return;
  console.log(`\n${costIdleTable(cost.idle)}`);
  const page = new URL("BENCHMARKS.md", DOCS);
  const section = reconnectionSection(cost, { machine, options, date: new Date() });
  await Deno.writeTextFile(
    page,
    withSection(await Deno.readTextFile(page), "reconnection", section),
  );
  await run(Deno.execPath(), "fmt", "-q", page.pathname);
}

/** The page, before `deno fmt` has aligned its tables. */
export function pageOf(results: Results, options: BenchOptions, date: Date): string {
  return [
    INTRODUCTION,
    "## Results",
    RESULTS,
    summaryTable(results.speeds),
    CHART,
    "## How it is measured",
    METHOD,
    runTable(results, options, date),
    "## Every workload, Deno on both ends",
    WORKLOADS_IN_DENO,
    ...speedTables(results.speeds),
    "## Deno and Node",
    PAIRS,
    ...[{ pair: BOTH_DENO, speeds: results.speeds }, ...results.others].map(pairTable),
    "## Memory",
    ...memoryTables(results),
    "## Bundle size",
    SIZE,
    sizeTable(results.sizes),
  ].join("\n\n") + "\n";
}

function runTable(
  { machine }: Results,
  { rounds, windowMs, command }: BenchOptions,
  date: Date,
): string {
  const { cpu, cores, memoryGB, system, versions, isPinned, load } = machine;
  const packages = Object.entries(packageVersions()).map(([name, version]) => `${name} ${version}`);
  return table(["", ""], [
    ["Command", `\`${command}\``],
    ["Date", date.toISOString().slice(0, 10)],
    ["Machine", `${cpu}, ${cores} cores, ${memoryGB} GB, ${system}`],
    ["Load average before the run", load.toFixed(2)],
    ["Versions", versions],
    ["Packages", packages.join(", ")],
    ["Windows", `${windowMs} ms, ${rounds} rounds after a warm-up round`],
    ["Cores", isPinned ? "all servers on core 0, the client on core 1" : "not pinned"],
  ]);
}

const INTRODUCTION = `# Benchmarks

How fast calls over Sheetbend are, compared with a hand-written JSON echo and eight other
libraries.

Each figure is a ratio: the calls per second of a library divided by those of the echo. 1.00 is as
fast as the echo, and 2.00 is twice as fast. The echo does the least that a remote call over a
WebSocket needs. It calls \`JSON.stringify\`, \`send\` and \`JSON.parse\` once per message, and keeps
pending calls in a \`Map\`.

Sheetbend can be faster than the echo because it does two things that the echo does not:

- It sends calls that are made in the same turn of the event loop in one frame.
- It avoids a delay of 40 ms in Deno's client; see [STALL.md](STALL.md).

The second point explains the very large ratios in the tables: the echo waits 40 ms in those
workloads. Such a ratio shows the cost of the delay, not the speed of a library.`;

const RESULTS =
  `These are median ratios with Deno on both ends. Higher is better. "Linked" is the wire format between
two Sheetbend peers, and "plain" is TGrid's: see [Wire formats](TRANSPORTS.md#wire-formats).

A small call adds two numbers. Calls "at once" are made in the same turn of the event loop. A "caller"
is a loop that awaits each call before it makes the next one.`;

const CHART = `<picture>
  <source media="(prefers-color-scheme: dark)" srcset="benchmarks_dark.svg">
  <img alt="Bar chart: calls per second relative to a hand-written JSON echo" src="benchmarks_light.svg">
</picture>`;

const METHOD = `\`deno task bench\` runs the benchmark and writes this page. The code is in
\`tools/bench/\`.

- Each server runs in its own process, and all servers run at the same time.
- One client process measures all libraries in turn, in short windows of time, for many rounds. Every
  other round runs in reverse order, so that garbage left by one library isn't always collected during
  the same library's window.
- Each window is compared with the echo's window in the same round, because the speed of a machine
  drifts over time.
- Each library is set up as its documentation describes, over WebSocket only and without
  compression. Libraries that don't include a WebSocket server use Deno's, and the others use the
  \`ws\` package.`;

const WORKLOADS_IN_DENO =
  `The ratio is the median, with the minimum and maximum in parentheses. "Baseline" is what the row is
compared with. Besides the libraries, the tables have these rows:

- "Structured" is the linked format with the feature [\`structured\`](SERIALIZATION.md) in use.
- "No batches" is the linked format with each message in a frame of its own.
- "Hand-written batched echo" is the echo with all messages of a turn in one frame. It shows what
  batching alone gains on this machine.
- "Sheetbend client → tgrid" is Sheetbend's client with TGrid's server. It is compared with a minimal
  hand-written client for the same server.
- "Echo with a handshake" is the baseline for connecting. It exchanges one message in each direction
  before the first call.

For "1 MB of bytes", the echo sends the bytes as they are, in a binary frame.

Some libraries send several frames per call. Deno's client then [delays](STALL.md) the second frame by
up to 40 ms, until the first one is acknowledged. The figures include this delay.`;

const PAIRS =
  `The baseline is the same echo on the same two runtimes. The last column shows what batches gain: it
divides the calls per second of the linked format by those without batches.`;

const SIZE =
  `These are the sizes of a browser client that connects and calls, bundled and minified by
\`deno bundle\`. birpc doesn't include a connection, so a program must open one itself.
[Bundle sizes](SIZES.md) has slightly different figures, because it bundles the built npm package with
esbuild.`;
