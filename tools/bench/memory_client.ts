/**
 * Holds connections open, or makes many calls, and says when. Tells of its memory when it is asked
 * for it, and opens as many more when it is told to. Ends with its input.
 */
import process from "node:process";
import { memoryNow } from "./memory_now.ts";
import type { Client } from "./subject.ts";
import { type SubjectName, SUBJECTS } from "./subjects/mod.ts";

/** What it is asked for. */
export interface MemoryPlan {
  readonly server: SubjectName;
  readonly name: string;
  readonly port: number;
  readonly connections: number;
  /** Made over the first of them; the memory is told of after each `step`. */
  readonly calls: number;
  readonly step: number;
}

const CALLERS = 64;
/** Connections that are opened at the same time. */
const AT_ONCE = 25;

const plan: MemoryPlan = JSON.parse(process.argv[2]!);
const clients: Record<string, (port: number) => Promise<Client>> = SUBJECTS[plan.server].clients;
const open: Client[] = [];
await openMore();
console.log("{}");
for (let done = 0; done < plan.calls; done += plan.step) {
  await Promise.all(Array.from({ length: CALLERS }, () => callAgain(plan.step / CALLERS)));
  console.log(JSON.stringify(await memoryNow()));
}
process.stdin.setEncoding("utf8");
process.stdin.on("data", async (asked) => {
  if (String(asked).trim() === "open") await openMore();
  console.log(JSON.stringify(await memoryNow()));
});
process.stdin.on("end", () => process.exit(0));

async function openMore(): Promise<void> {
  for (let i = 0; i < plan.connections; i += AT_ONCE) {
    const some = Math.min(AT_ONCE, plan.connections - i);
    open.push(...await Promise.all(Array.from({ length: some }, connect)));
  }
}

async function callAgain(times: number): Promise<void> {
  for (let i = 0; i < times; i++) await open[0]!.plus(i, 1);
}

async function connect(): Promise<Client> {
  const client = await clients[plan.name]!(plan.port);
  await client.plus(1, 1);
  return client;
}
