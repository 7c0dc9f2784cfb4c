/** The tables of the page. */
import type { Results } from "./all.ts";
import { FLOOR, GREETED_FLOOR, TGRID_FLOOR } from "./floors.ts";
import { MEMORY_FLAGS } from "./memory.ts";
import type { Size } from "./sizes.ts";
import type { Pair, Speed } from "./speed.ts";
import { table } from "./table.ts";
import { type WorkloadName, WORKLOADS } from "./workloads.ts";

/** Subjects that are there for a comparison of their own. */
const ASIDE: ReadonlySet<string> = new Set([TGRID_FLOOR, GREETED_FLOOR]);

/** A table a workload. */
export function speedTables(speeds: readonly Speed[]): string[] {
  return [...Map.groupBy(speeds, ({ workload }) => workload)].map(([workload, group]) => {
    const rows = group
      .filter(({ subject }) => !ASIDE.has(subject) || workload === "connect")
      .sort((a, b) => b.ratio.median - a.ratio.median)
      .map(({ subject, ratio, perSecond, floor }) => [
        subject.startsWith("ours") ? `**${subject}**` : subject,
        ratioText(ratio),
        Math.round(perSecond).toLocaleString("en"),
        floor === subject ? "itself" : floor,
      ]);
    const head = ["", "Ratio", workload === "connect" ? "In a second" : "Calls/s", "Against"];
    return `### ${titleOf(workload)}\n\n${table(head, rows)}`;
  });
}

const LINKED = "ours, linked";
const NO_BATCHES = "ours, linked, no batches";
const COLUMNS = [LINKED, NO_BATCHES, "ours, plain", "ours, structured"];

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
  const head = ["", ...COLUMNS, "with batches, against without"];
  return `### ${pairName(pair)}\n\n${table(head, rows)}`;
}

/** Of connections that do nothing, and of many calls over one. */
export function memoryTables({ idle, kept }: Results): string[] {
  const floor = idle.find(({ subject }) => subject === FLOOR);
  const kB = (bytes: number): string => (bytes / 1_000).toFixed(1);
  const MB = (bytes: number): string => (bytes / 1_000_000).toFixed(1);
  return [
    "V8's young generation has its full size from the start in these (" +
    `\`${MEMORY_FLAGS.join(" ")}\`): by itself it grows in steps, at times of its own.`,
    "What a server holds for one connection that does nothing, of 2,000 that came after as many " +
    "others, with which code is loaded:",
    table(
      ["", "Heap, kB", "RSS, kB", "RSS, against the echo's"],
      idle.map(({ subject, heap, rss }) => [
        subject,
        kB(heap),
        kB(rss),
        floor === undefined ? "—" : (rss / floor.rss).toFixed(2),
      ]),
    ),
    "Both ends after so many calls over one connection, 64 at a time:",
    table(
      ["", "Calls", "Client's heap, MB", "Client's RSS", "Server's heap", "Server's RSS"],
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
  return table(["", "Minified, kB", "And gzip, kB"], rows);
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
