/**
 * The processes of a comparison, in Deno, and in Node when it is bundled: a server of one library,
 * the client of all that are compared, and one that holds connections which do nothing.
 */
import process from "node:process";
import { loadSubject, type Use } from "./beside_library.ts";
import { memoryNow } from "./memory_now.ts";
import type { Client, Subject } from "./subject.ts";
import { echo } from "./subjects/echo.ts";
import { type Workload, type WorkloadName, WORKLOADS } from "./workloads.ts";

/** A library under its name in the run, and where its server listens; no use: the echo. */
export interface Side {
  readonly name: string;
  readonly use?: Use;
  readonly port: number;
}

/** What the client is asked for. */
export interface Plan {
  readonly sides: readonly Side[];
  readonly workloads: readonly WorkloadName[];
  readonly rounds: number;
  /** How long a window is, in ms. */
  readonly windowMs: number;
}

/** What the client prints, a line each. */
export interface Window {
  readonly workload: WorkloadName;
  readonly round: number;
  readonly side: string;
  /** Calls, or connections, in a second. */
  readonly perSecond: number;
  /** Of the client's own work on a core, in µs a call: other processes lengthen it less. */
  readonly cpu: number;
}

/** What holds connections is asked for. */
export interface Holding {
  readonly side: Side;
  readonly connections: number;
}

type Connect = () => Promise<Client>;
type Open = readonly [name: string, client: Client, connect: Connect];

/** Connections that are opened at the same time. */
const AT_ONCE = 25;

const [, , role, argument] = process.argv;
const asked = JSON.parse(argument!);
if (role === "server") await serve(asked);
else if (role === "hold") await hold(asked);
else await turns(asked).then(() => process.exit(0));

function subjectOf(use: Use | undefined): Promise<Subject> | Subject {
  return use === undefined ? echo : loadSubject(use);
}

async function connectorOf({ use, port }: Side): Promise<Connect> {
  const [connect] = Object.values((await subjectOf(use)).clients);
  return () => connect!(port);
}

async function serve(use: Use | null): Promise<void> {
  const port = await (await subjectOf(use ?? undefined)).serve();
  console.log(JSON.stringify({ port }));
  process.stdin.setEncoding("utf8");
  process.stdin.on("data", async () => console.log(JSON.stringify(await memoryNow())));
  process.stdin.on("end", () => process.exit(0));
}

async function hold({ side, connections }: Holding): Promise<void> {
  const connect = await connectorOf(side);
  const open = async (): Promise<Client> => {
    const client = await connect();
    await client.plus(1, 1);
    return client;
  };
  const held: Client[] = [];
  while (held.length < connections) {
    const some = Math.min(AT_ONCE, connections - held.length);
    held.push(...await Promise.all(Array.from({ length: some }, open)));
  }
  console.log("{}");
  process.stdin.on("data", () => {});
  process.stdin.on("end", () => process.exit(held.length === connections ? 0 : 1));
}

async function turns({ sides, workloads, rounds, windowMs }: Plan): Promise<void> {
  const open: Open[] = [];
  for (const side of sides) {
    const connect = await connectorOf(side);
    open.push([side.name, await connect(), connect]);
  }
  for (const name of workloads) {
    const workload: Workload = WORKLOADS[name];
    const able = open.filter(([, client]) => workload.fits?.(client) ?? true);
    for (let round = 0; round <= rounds; round++) { // the first warms up, and is not told of
      for (const [side, client, connect] of round % 2 === 1 ? able : able.toReversed()) {
        const told = await inWindow(() => workload.run(client, connect), windowMs);
        const window: Window = { workload: name, round, side, ...told };
        if (round > 0) console.log(JSON.stringify(window));
      }
    }
  }
  for (const [, client] of open) await client.close();
}

async function inWindow(
  work: () => Promise<number>,
  ms: number,
): Promise<Pick<Window, "perSecond" | "cpu">> {
  const before = process.cpuUsage();
  const begun = performance.now();
  let done = 0;
  let now = begun;
  while (now - begun < ms) {
    done += await work();
    now = performance.now();
  }
  const { user, system } = process.cpuUsage(before);
  return { perSecond: done / (now - begun) * 1_000, cpu: (user + system) / done };
}
