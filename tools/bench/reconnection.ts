/** What reconnection costs while no connection is lost: connections with it beside those without. */
import type { Machine } from "./machine.ts";
import { type IdleEnds, measureIdleEnds } from "./memory.ts";
import type { BenchOptions } from "./options.ts";
import type { Bench } from "./processes.ts";
import { measureWindows, type SpeedOptions } from "./speed.ts";
import type { Window } from "./client.ts";
import { spreadOf } from "./statistics.ts";
import type { SubjectName } from "./subjects/mod.ts";
import { table } from "./table.ts";
import { type WorkloadName, WORKLOADS } from "./workloads.ts";

/** Servers with the feature and without it. The latter has two clients: they show the noise. */
export const RECONNECTION: readonly SubjectName[] = ["reconnectionOn", "reconnectionOff"];

/** What it costs. */
export interface ReconnectionCost {
  readonly speeds: readonly CostInSpeed[];
  /** `undefined` if it wasn't measured. */
  readonly idle: CostInMemory | undefined;
}

/** What an idle connection holds. */
export type CostInMemory = Readonly<Record<"on" | "off", IdleEnds>>;

/** Windows with reconnection as shares of those without, of the same rounds. */
export interface CostInSpeed {
  readonly workload: WorkloadName;
  /** Of the calls per second. */
  readonly speed: Quarters;
  /** Of the client's work on a core for a call, the other way around: below 1 is more of it. */
  readonly cpu: Quarters;
  /** The calls per second of a second connection without it: what is no difference at all. */
  readonly noise: Quarters;
  /** Without it: the median. */
  readonly perSecond: number;
}

/** The median, and the middle half, because some windows meet other work on the machine. */
export interface Quarters {
  readonly median: number;
  readonly lower: number;
  readonly upper: number;
}

const PAIR = { client: "deno", server: "deno" } as const;
/** For one round of the others, which differ by far more. */
const ROUNDS = 20;
/** Short windows, so that both of a round meet the same machine. */
const WINDOW_MS = 40;

/** How it is measured: in more rounds than the other libraries, and shorter windows. */
export function windowsFor({ rounds, workloads }: BenchOptions): SpeedOptions {
  const measured: WorkloadName[] = ["sequential", "burst1000", "callers64"];
  return {
    pair: PAIR,
    servers: RECONNECTION,
    rounds: rounds * ROUNDS,
    windowMs: WINDOW_MS,
    workloads: measured.filter((name) => workloads.includes(name)),
  };
}

/** Measures the speed of calls, and what idle connections hold at both ends. */
export async function measureCosts(
  bench: Bench,
  options: BenchOptions,
): Promise<CostInSpeed[]> {
  return costsOf(await measureWindows(bench, windowsFor(options)));
}

/** Of idle connections. */
export async function measureCostIdle(bench: Bench): Promise<CostInMemory> {
  return {
    off: await measureIdleEnds(bench, ["reconnectionOff", "off"]),
    on: await measureIdleEnds(bench, ["reconnectionOn", "on"]),
  };
}

/** Sets each window against those of its round. */
export function costsOf(windows: readonly Window[]): CostInSpeed[] {
  return [...Map.groupBy(windows, ({ workload }) => workload)].map(([workload, group]) => {
    const of = (subject: string, what: "perSecond" | "cpu"): number[] =>
      group.filter((one) => one.subject === subject).map((one) => one[what]);
    const shares = (subject: string, base: string, what: "perSecond" | "cpu"): number[] => {
      const others = of(base, what);
      return of(subject, what).map((value, round) => value / others[round]!);
    };
    // pairs, because the mean of two windows is above their median where a machine is busy
    const [off, again] = ["off", "off again"] as const;
    return {
      workload,
      speed: quartersOf([
        ...shares("on", off, "perSecond"),
        ...shares("on", again, "perSecond"),
      ]),
      cpu: quartersOf([...shares(off, "on", "cpu"), ...shares(again, "on", "cpu")]),
      noise: quartersOf(shares(again, off, "perSecond")),
      perSecond: spreadOf(of("off", "perSecond")).median,
    };
  });
}

function quartersOf(values: readonly number[]): Quarters {
  const sorted = [...values].sort((a, b) => a - b);
  return {
    median: spreadOf(values).median,
    lower: sorted[sorted.length >> 2]!,
    upper: sorted[sorted.length * 3 >> 2]!,
  };
}

/** The ratios of all workloads. */
export function costTable(speeds: readonly CostInSpeed[]): string {
  const text = ({ median, lower, upper }: Quarters): string =>
    `${median.toFixed(2)} (${lower.toFixed(2)} to ${upper.toFixed(2)})`;
  return table(
    ["", "Calls/s, on : off", "Client's CPU per call, off : on", "off : off", "Calls/s, off"],
    speeds.map(({ workload, speed, cpu, noise, perSecond }) => [
      WORKLOADS[workload].title,
      text(speed),
      text(cpu),
      text(noise),
      Math.round(perSecond).toLocaleString("en"),
    ]),
  );
}

/** The memory of an idle connection. */
export function costIdleTable({ on, off }: CostInMemory): string {
  const row = (title: string, of: (ends: IdleEnds) => number): string[] => [
    title,
    (of(on) / 1_000).toFixed(1),
    (of(off) / 1_000).toFixed(1),
    (of(on) / of(off)).toFixed(2),
  ];
  return table(["Heap", "On, kB", "Off, kB", "On : off"], [
    row("client", ({ client }) => client.heap),
    row("server", ({ server }) => server.heap),
    row("both", heapOf),
  ]);
}

/** What an idle connection holds on both heaps. */
export function heapOf({ client, server }: IdleEnds): number {
  return client.heap + server.heap;
}

/** The section of the page, with comments around it so that it can be replaced alone. */
export function reconnectionSection(
  { speeds, idle }: ReconnectionCost,
  { machine, options, date }: {
    readonly machine: Machine;
    readonly options: BenchOptions;
    readonly date: Date;
  },
): string {
  const { cpu, cores, versions, load } = machine;
  const { rounds, windowMs } = windowsFor(options);
  return [
    "<!-- reconnection: made by tools/bench/reconnection.ts -->\n## Reconnection",
    `What the feature \`reconnection()\` costs while no connection is lost. Both sides use it ("on"), or
neither does ("off"). \`deno task bench --reconnection\` measures only this, and writes this section.
Each figure is the median of the ratios to the windows without it in the same round, with the middle
half of them in parentheses. "off : off" compares two connections without it: this is how far ratios
vary without a cause. A ratio above 1.00 means that "on" was faster.`,
    costTable(speeds),
    "Memory of an idle connection, of 2,000 that have each made one call:",
    idle === undefined ? "" : costIdleTable(idle),
    `Measured on ${date.toISOString().slice(0, 10)}: ${cpu}, ${cores} cores, ${versions},
${rounds} rounds of ${windowMs} ms, load average before the run ${load.toFixed(2)}.`,
    "<!-- /reconnection -->",
  ].join("\n\n");
}
