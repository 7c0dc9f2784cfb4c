/** The tables of the page. */
import type { Results } from "./all.ts";
import { BATCHES, FLOOR, GREETED_FLOOR, isOurs, TGRID_FLOOR } from "./floors.ts";
import { MEMORY_FLAGS } from "./memory.ts";
import type { Size } from "./sizes.ts";
import type { Pair, Speed } from "./speed.ts";
import { table } from "./table.ts";
import { type WorkloadName, WORKLOADS } from "./workloads.ts";

/** Subjects that are there for a comparison of their own. */
const ASIDE: ReadonlySet<string> = new Set([TGRID_FLOOR, GREETED_FLOOR]);

/** The medians of each workload: this library, TGrid, and the best of the others. */
export function summaryTable(speeds: readonly Speed[]): string {
  const rows = [...Map.groupBy(speeds, ({ workload }) => workload)].flatMap(([workload, group]) => {
    const of = (subject: string): string => {
      const found = group.find((one) => one.subject === subject);
      return found === undefined ? "—" : digits(found.ratio.median);
    };
    if (of(LINKED) === "—") return [];
    const [best] = group.filter(({ subject }) => isLibrary(subject) && subject !== "tgrid")
      .sort((a, b) => b.ratio.median - a.ratio.median);
    const other = best === undefined ? "—" : `${digits(best.ratio.median)} (${best.subject})`;
    return [[WORKLOADS[workload].title, of(LINKED), of("Sheetbend, plain"), of("tgrid"), other]];
  });
  return table(["", LINKED, "Sheetbend, plain", "tgrid", "Best other library"], rows);
}

function isLibrary(subject: string): boolean {
  return !isOurs(subject) && !ASIDE.has(subject) && subject !== FLOOR && subject !== BATCHES;
}

/** A table a workload. */
export function speedTables(speeds: readonly Speed[]): string[] {
  return [...Map.groupBy(speeds, ({ workload }) => workload)].map(([workload, group]) => {
    const rows = group
      .filter(({ subject }) => !ASIDE.has(subject) || workload === "connect")
      .sort((a, b) => b.ratio.median - a.ratio.median)
      .map(({ subject, ratio, perSecond, floor }) => [
        isOurs(subject) ? `**${subject}**` : subject,
        ratioText(ratio),
        Math.round(perSecond).toLocaleString("en"),
        floor === subject ? "itself" : floor,
      ]);
    const head = ["", "Ratio", workload === "connect" ? "Per second" : "Calls/s", "Baseline"];
    return `### ${titleOf(workload)}\n\n${table(head, rows)}`;
  });
}

const LINKED = "Sheetbend, linked";
const NO_BATCHES = "Sheetbend, linked, no batches";
const COLUMNS = [LINKED, NO_BATCHES, "Sheetbend, plain", "Sheetbend, structured"];

/** One pair of runtimes: this library against the echo, and what batches do. */
export function pairTable({ pair, speeds }: Results["others"][number]): string {
  const of = (workload: WorkloadName, subject: string): Speed | undefined =>
    speeds.find((one) => one.workload === workload && one.subject === subject);
  const workloads = [...new Set(speeds.map(({ workload }) => workload))];
  const rows = workloads.map((workload) => {
    const [linked, single] = [of(workload, LINKED), of(workload, NO_BATCHES)];
    const gain = linked && single ? (linked.perSecond / single.perSecond).toFixed(2) : "—";
    const cells = COLUMNS.map((subject) => of(workload, subject))
      .map((speed) => speed === undefined ? "—" : ratioText(speed.ratio));
    return [WORKLOADS[workload].title, ...cells, gain];
  });
  const head = ["", ...COLUMNS, "linked / no batches"];
  return `### ${pairName(pair)}\n\n${table(head, rows)}`;
}

/** Of connections that do nothing, and of many calls over one. */
export function memoryTables({ idle, kept }: Results): string[] {
  const floor = idle.find(({ subject }) => subject === FLOOR);
  const kB = (bytes: number): string => (bytes / 1_000).toFixed(1);
  const MB = (bytes: number): string => (bytes / 1_000_000).toFixed(1);
  return [
    "These processes run with " +
    `\`${
      MEMORY_FLAGS.join(" ")
    }\`, so that V8's young generation has its full size from the start. ` +
    "Otherwise it grows in steps, at times that differ from run to run.",
    "This is the memory that a server needs for each idle connection. 2,000 connections are opened " +
    "first, so that all code is loaded. The figures are for 2,000 more:",
    table(
      ["", "Heap, kB", "RSS, kB", "RSS relative to the echo"],
      idle.map(({ subject, heap, rss }) => [
        subject,
        kB(heap),
        kB(rss),
        floor === undefined ? "—" : (rss / floor.rss).toFixed(2),
      ]),
    ),
    "This is the memory of both processes, in MB, after a number of calls over one connection, 64 at " +
    "a time:",
    table(
      ["", "Calls", "Client heap", "Client RSS", "Server heap", "Server RSS"],
      kept.map(({ subject, calls, client, server }) => [
        subject,
        calls.toLocaleString("en"),
        MB(client.heap),
        MB(client.rss),
        MB(server.heap),
        MB(server.rss),
      ]),
    ),
  ];
}

/** Bundles. */
export function sizeTable(sizes: readonly Size[]): string {
  const kB = (bytes: number): string => (bytes / 1_000).toFixed(1);
  const rows = sizes.map(({ what, minified, gzipped }) => [what, kB(minified), kB(gzipped)]);
  return table(["", "Minified, kB", "Gzipped, kB"], rows);
}

function ratioText({ median, least, most }: Speed["ratio"]): string {
  return `${digits(median)} (${digits(least)} to ${digits(most)})`;
}

function digits(ratio: number): string {
  return ratio.toFixed(ratio < 9.995 ? 2 : 1);
}

function titleOf(workload: WorkloadName): string {
  const { title } = WORKLOADS[workload];
  return `${title[0]!.toUpperCase()}${title.slice(1)}`;
}

function pairName({ client, server }: Pair): string {
  const name = { deno: "Deno", node: "Node" };
  return `Client in ${name[client]}, server in ${name[server]}`;
}
