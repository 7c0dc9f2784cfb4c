/** The section of docs/BENCHMARKS.md about streams. */
import type { Machine } from "../machine.ts";
import { packageVersions } from "../peers.ts";
import { run, type Runtime } from "../processes.ts";
import { withSection } from "../../section.ts";
import { type Spread, spreadOf } from "../statistics.ts";
import type { StreamWindow } from "../streams_client.ts";
import { table } from "../table.ts";
import { STREAM_SUBJECTS, type StreamSubjectName } from "./subjects.ts";
import { STREAM_WORKLOADS, type StreamWorkloadName } from "./workloads.ts";

const PAGE = new URL("../../../docs/BENCHMARKS.md", import.meta.url);
const TITLES: Readonly<Record<StreamSubjectName, string>> = {
  byHand: "hand-written",
  ours: "Sheetbend",
  capnweb: "capnweb",
  kkrpc: "kkrpc",
};

/** Our windows as shares of the subject's of the same round. `undefined` if it has none. */
export function shareOf(
  windows: readonly StreamWindow[],
  workload: StreamWorkloadName,
  subject: StreamSubjectName,
): Spread | undefined {
  const of = (name: StreamSubjectName): Map<number, number> =>
    new Map(
      windows.filter((one) => one.workload === workload && one.subject === name)
        .map(({ round, value }) => [round, value]),
    );
  const others = of(subject);
  if (others.size === 0) return undefined;
  return spreadOf([...of("ours")].map(([round, value]) => value / others.get(round)!));
}

/** A row for each workload. */
export function streamTable(windows: readonly StreamWindow[]): string {
  const names = Object.keys(STREAM_SUBJECTS) as StreamSubjectName[];
  const others = names.filter((name) => name !== "ours");
  const share = (workload: StreamWorkloadName, name: StreamSubjectName): string => {
    const spread = shareOf(windows, workload, name);
    if (spread === undefined) return "—";
    const [median, least, most] = [spread.median, spread.least, spread.most].map((one) =>
      one.toFixed(one < 100 ? 2 : 0)
    );
    return `${median} (${least} to ${most})`;
  };
  const medianOf = (workload: StreamWorkloadName, name: StreamSubjectName): string => {
    const values = windows.filter((one) => one.workload === workload && one.subject === name);
    if (values.length === 0) return "—";
    const { median } = spreadOf(values.map(({ value }) => value));
    return median < 10 ? median.toFixed(2) : Math.round(median).toLocaleString("en-US");
  };
  const workloads = [...new Set(windows.map(({ workload }) => workload))];
  return table(
    ["", ...others.map((name) => `Sheetbend : ${TITLES[name]}`), ...names.map((n) => TITLES[n])],
    workloads.map((workload) => [
      `${STREAM_WORKLOADS[workload].title}, ${STREAM_WORKLOADS[workload].unit}`,
      ...others.map((name) => share(workload, name)),
      ...names.map((name) => medianOf(workload, name)),
    ]),
  );
}

/** How it was measured. */
export interface StreamRun {
  readonly machine: Machine;
  readonly rounds: number;
  readonly windowMs: number;
}

interface Result {
  readonly runtime: Runtime;
  readonly windows: readonly StreamWindow[];
}

function sectionOf(results: readonly Result[], { machine, rounds, windowMs }: StreamRun): string {
  const { cpu, cores, versions, load } = machine;
  const { capnweb, kkrpc } = packageVersions();
  const runtimes = { deno: "Deno on both ends:", node: "Node on both ends:" };
  return [
    "<!-- streams: made by tools/bench/streams.ts -->\n## Streams and callbacks",
    INTRODUCTION,
    ...results.flatMap(({ runtime, windows }) => [runtimes[runtime], streamTable(windows)]),
    `Measured on ${new Date().toISOString().slice(0, 10)}: ${cpu}, ${cores} cores, ${versions},
capnweb ${capnweb}, kkrpc ${kkrpc}, ${rounds} rounds of ${windowMs} ms, load average before the run
${load.toFixed(2)}.`,
    "<!-- /streams -->",
  ].join("\n\n");
}

/** Replaces the section in `docs/BENCHMARKS.md`. */
export async function streamsPage(results: readonly Result[], how: StreamRun): Promise<void> {
  const page = await Deno.readTextFile(PAGE);
  await Deno.writeTextFile(PAGE, withSection(page, "streams", sectionOf(results, how)));
  await run(Deno.execPath(), "fmt", "-q", PAGE.pathname);
}

const INTRODUCTION =
  `Streams and callbacks, compared with capnweb, kkrpc and a minimal hand-written program.
\`deno task bench:streams\` measures them in turns of one run, and writes this section. The first
columns are the medians of the ratios to the window of the same round, with the minimum and maximum in
parentheses. Above 1.00, Sheetbend is faster, except in the last row, which is a time. The other columns
are medians of what each reached by itself.

- The hand-written program sends one binary frame per chunk, which starts with the number of its
  stream, and one text frame per object. It uses the same windows as the defaults of \`streams\`.
- capnweb streams with a \`ReadableStream\`. It sends bytes as base64.
- kkrpc has no streams. Here, the server calls a callback for each item, and the client returns credit
  by calls. Its callbacks return nothing, so it does less work than the others in that row. It sends
  bytes as lists of numbers.
- For the last row, one call is made after the other while ten streams of chunks run at full speed. A
  window's value is the median duration of its calls.

All servers run in one process, and all clients in another. The speed of large chunks differs from
window to window, because it depends on how soon the memory of earlier chunks is used again.

In Deno, some frames of the others wait up to 40 ms in [Deno's client](STALL.md). The ratios include
this delay. Node doesn't delay them.`;
