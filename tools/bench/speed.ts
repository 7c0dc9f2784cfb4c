/** Runs the windows of one pair of runtimes, and sets them against the floor's of their round. */
import type { Plan, Window } from "./client.ts";
import { floorOf } from "./floors.ts";
import { type Bench, CLIENT_CORE, linesOf, type Runtime } from "./processes.ts";
import { type Spread, spreadOf } from "./statistics.ts";
import { type SubjectName, SUBJECTS } from "./subjects/mod.ts";
import type { WorkloadName } from "./workloads.ts";

/** Which runtimes talk. */
export interface Pair {
  readonly client: Runtime;
  readonly server: Runtime;
}

/** What is measured. */
export interface SpeedOptions {
  readonly pair: Pair;
  readonly rounds: number;
  readonly windowMs: number;
  readonly servers: readonly SubjectName[];
  readonly workloads: readonly WorkloadName[];
}

/** What one subject did in one workload. */
export interface Speed {
  readonly workload: WorkloadName;
  readonly subject: string;
  /** The subject's windows as a share of the floor's of the same rounds. */
  readonly ratio: Spread;
  readonly floor: string;
  /** Calls, or connections, in a second: the median. */
  readonly perSecond: number;
}

/** Runs all windows of one pair, and sets them against the floor's. */
export async function measureSpeed(bench: Bench, options: SpeedOptions): Promise<Speed[]> {
  return collect(await measureWindows(bench, options));
}

/** Runs all windows of one pair. */
export async function measureWindows(bench: Bench, options: SpeedOptions): Promise<Window[]> {
  const { pair, servers, rounds, windowMs, workloads } = options;
  const subjects: { name: string; server: SubjectName; port: number }[] = [];
  for (const server of servers) {
    const { port } = await bench.serve(server, pair.server);
    for (const name of Object.keys(SUBJECTS[server].clients)) {
      subjects.push({ name, server, port });
    }
  }
  const plan: Plan = { rounds, windowMs, subjects, workloads };
  const where = { runtime: pair.client, core: CLIENT_CORE };
  const client = await bench.start("client.ts", [JSON.stringify(plan)], where);
  const windows: Window[] = [];
  for await (const line of linesOf(client)) {
    if (!line.startsWith("{")) continue;
    const window: Window = JSON.parse(line);
    if (window.workload !== windows.at(-1)?.workload) console.error(`  ${window.workload}`);
    windows.push(window);
  }
  const { code } = await client.status;
  await client.stdin.close().catch(() => {}); // it has ended by itself
  if (code !== 0) throw new Error(`Cannot measure: the client ended with ${code}`);
  return windows;
}

function collect(windows: readonly Window[]): Speed[] {
  const rounds = new Map<string, number>();
  for (const { workload, round, subject, perSecond } of windows) {
    rounds.set(`${workload} ${round} ${subject}`, perSecond);
  }
  const groups = Map.groupBy(windows, ({ workload, subject }) => `${workload} ${subject}`);
  return [...groups.values()].map((group) => {
    const { workload, subject } = group[0]!;
    const floor = floorOf(subject, workload);
    const ratios = group.map(({ round, perSecond }) =>
      perSecond / rounds.get(`${workload} ${round} ${floor}`)!
    );
    const perSecond = spreadOf(group.map((window) => window.perSecond)).median;
    return { workload, subject, floor, ratio: spreadOf(ratios), perSecond };
  });
}
