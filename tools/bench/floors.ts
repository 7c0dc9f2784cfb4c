import type { WorkloadName } from "./workloads.ts";

/** What most are measured against. */
export const FLOOR = "hand-written JSON echo";
/** For those that have a handshake, where connecting is the work. */
export const GREETED_FLOOR = "echo after a greeting";
/** What batches alone bring: to be set beside ours, and no floor. */
export const BATCHES = "hand-written batches";
/** The least client that TGrid's server takes. */
export const TGRID_FLOOR = "hand-written → tgrid";

const BATCHED: readonly WorkloadName[] = [
  "sequential",
  "burst16",
  "burst64",
  "burst1000",
  "callers64",
  "back1000",
];

/** What a subject is measured against. */
export function floorOf(subject: string, workload: WorkloadName): string {
  if (subject.endsWith("→ tgrid")) return TGRID_FLOOR;
  return workload === "connect" ? GREETED_FLOOR : FLOOR;
}

/** Is this one measured in that workload at all? */
export function takesPart(subject: string, workload: WorkloadName): boolean {
  if (subject === BATCHES) return BATCHED.includes(workload);
  return subject !== GREETED_FLOOR || workload === "connect";
}
