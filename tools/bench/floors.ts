import type { WorkloadName } from "./workloads.ts";

/** What most are measured against. */
export const FLOOR = "hand-written JSON echo";
/** For those that have a handshake, where connecting is the work. */
export const GREETED_FLOOR = "echo with a handshake";
/** What batches alone bring: to be set beside ours, and no floor. */
export const BATCHES = "hand-written batched echo";
/** The least client that TGrid's server takes. */
export const TGRID_FLOOR = "hand-written client → tgrid";

const BATCHED: readonly WorkloadName[] = [
  "sequential",
  "burst16",
  "burst64",
  "burst1000",
  "callers64",
  "back1000",
];

/** Is it this library, by the name of the subject? */
export function isOurs(subject: string): boolean {
  return subject.startsWith("Sheetbend");
}

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
