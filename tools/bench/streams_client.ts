/** The client process of `streams.ts`: turns from subject to subject, and prints each window. */
import process from "node:process";
import { STREAM_WORKLOADS, type StreamWorkloadName } from "./streams/workloads.ts";
import type { StreamClient } from "./streams/subject.ts";
import { STREAM_SUBJECTS, type StreamSubjectName } from "./streams/subjects.ts";

/** What it is asked for. */
export interface StreamPlan {
  readonly rounds: number;
  /** How long a window is at least, in ms. */
  readonly windowMs: number;
  readonly subjects: readonly { readonly name: StreamSubjectName; readonly port: number }[];
  readonly workloads: readonly StreamWorkloadName[];
}

/** What it prints, a line each. */
export interface StreamWindow {
  readonly workload: StreamWorkloadName;
  readonly round: number;
  readonly subject: StreamSubjectName;
  /** In the workload's unit. */
  readonly value: number;
}

async function main(plan: StreamPlan): Promise<void> {
  const clients: { name: StreamSubjectName; client: StreamClient }[] = [];
  for (const { name, port } of plan.subjects) {
    clients.push({ name, client: await STREAM_SUBJECTS[name].connect(port) });
  }
  for (const workload of plan.workloads) {
    const { fits, window } = STREAM_WORKLOADS[workload];
    const able = clients.filter(({ client }) => fits(client));
    for (let round = 0; round <= plan.rounds; round++) { // the first warms up
      for (const { name, client } of round % 2 === 1 ? able : able.toReversed()) {
        const value = await window(client, plan.windowMs);
        const line: StreamWindow = { workload, round, subject: name, value };
        if (round > 0) console.log(JSON.stringify(line));
      }
    }
  }
  await Promise.all(clients.map(({ client }) => client.close()));
}

await main(JSON.parse(process.argv[2]!));
process.exit(0);
