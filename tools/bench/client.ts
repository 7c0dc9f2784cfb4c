/**
 * The one client process: turns from subject to subject in windows, and prints what each had.
 * Runs in Deno, and in Node when it is bundled.
 */
import process from "node:process";
import { takesPart } from "./floors.ts";
import type { Client } from "./subject.ts";
import { type SubjectName, SUBJECTS } from "./subjects/mod.ts";
import { type Workload, type WorkloadName, WORKLOADS } from "./workloads.ts";

/** What it is asked for. */
export interface Plan {
  readonly rounds: number;
  /** How long a window is, in ms. */
  readonly windowMs: number;
  readonly subjects: readonly { name: string; server: SubjectName; port: number }[];
  readonly workloads: readonly WorkloadName[];
}

/** What it prints, a line each. */
export interface Window {
  readonly workload: WorkloadName;
  readonly round: number;
  readonly subject: string;
  /** Calls, or connections, in a second. */
  readonly perSecond: number;
  /** Of the client's own work on a core, in µs a call: other processes lengthen it less. */
  readonly cpu: number;
}

interface Open {
  readonly name: string;
  readonly client: Client;
  connect(): Promise<Client>;
}

async function main(plan: Plan): Promise<void> {
  const all: Open[] = [];
  for (const { name, server, port } of plan.subjects) {
    const clients: Record<string, (port: number) => Promise<Client>> = SUBJECTS[server].clients;
    const connect = () => clients[name]!(port);
    all.push({ name, connect, client: await connect() });
  }
  for (const workload of plan.workloads) await measure(workload, all, plan);
  await Promise.all(all.map(({ client }) => client.close()));
}

async function measure(name: WorkloadName, all: readonly Open[], plan: Plan): Promise<void> {
  const workload: Workload = WORKLOADS[name];
  const able = all
    .filter((open) => takesPart(open.name, name))
    .filter(({ client }) => workload.fits?.(client) ?? true);
  for (let round = 0; round <= plan.rounds; round++) { // the first warms up, and is not told of
    // the garbage of one is collected in the next one's window: not always in the same one's
    for (const open of round % 2 === 1 ? able : able.toReversed()) {
      const measured = await inWindow(workload, open, plan.windowMs);
      const told: Window = { workload: name, round, subject: open.name, ...measured };
      if (round > 0) console.log(JSON.stringify(told));
    }
  }
}

async function inWindow(
  workload: Workload,
  open: Open,
  ms: number,
): Promise<Pick<Window, "perSecond" | "cpu">> {
  const before = process.cpuUsage();
  const begun = performance.now();
  let done = 0;
  let now = begun;
  while (now - begun < ms) {
    done += await workload.run(open.client, open.connect);
    now = performance.now();
  }
  const { user, system } = process.cpuUsage(before);
  return { perSecond: done / (now - begun) * 1_000, cpu: (user + system) / done };
}

await main(JSON.parse(process.argv[2]!));
process.exit(0);
