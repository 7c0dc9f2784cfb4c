/** All that is measured, in the order in which it is. */
import { type Machine, readMachine } from "./machine.ts";
import { type Idle, type Kept, measureIdle, measureKept, MEMORY_FLAGS } from "./memory.ts";
import type { BenchOptions } from "./options.ts";
import { Bench } from "./processes.ts";
import { measureCostIdle, measureCosts, type ReconnectionCost } from "./reconnection.ts";
import { measureSizes, type Size } from "./sizes.ts";
import { measureSpeed, type Pair, type Speed } from "./speed.ts";
import type { SubjectName } from "./subjects/mod.ts";

/** What a run gave. */
export interface Results {
  readonly machine: Machine;
  /** Deno on both ends. */
  readonly speeds: readonly Speed[];
  readonly others: readonly { readonly pair: Pair; readonly speeds: readonly Speed[] }[];
  readonly idle: readonly Idle[];
  readonly kept: readonly Kept[];
  readonly sizes: readonly Size[];
  readonly reconnection: ReconnectionCost;
}

const DENO: Pair = { client: "deno", server: "deno" };
const OTHERS: readonly Pair[] = [
  { client: "node", server: "deno" },
  { client: "deno", server: "node" },
  { client: "node", server: "node" },
];
const IDLE: readonly (readonly [SubjectName, string])[] = [
  ["echo", "hand-written JSON echo"],
  ["ours", "Sheetbend, linked"],
  ["ours", "Sheetbend, plain"],
  ["tgrid", "tgrid"],
  ["capnweb", "capnweb"],
  ["birpc", "birpc"],
  ["socketIo", "socket.io"],
  ["rpcWebsockets", "rpc-websockets"],
  ["trpc", "@trpc"],
  ["orpc", "@orpc"],
  ["kkrpc", "kkrpc"],
];

/** Measures, and says on stderr what it is at. */
export async function measureAll(options: BenchOptions): Promise<Results> {
  const machine = readMachine();
  const speeds = await inBench(
    "Deno ↔ Deno",
    (bench) => measureSpeed(bench, { ...options, pair: DENO }),
  );
  const none = { speeds: [], idle: undefined };
  if (options.isDry) {
    return { machine, speeds, others: [], idle: [], kept: [], sizes: [], reconnection: none };
  }
  const others: { pair: Pair; speeds: Speed[] }[] = [];
  for (const pair of OTHERS) {
    const speeds = await inBench(
      `${pair.client} → ${pair.server}`,
      (bench) =>
        measureSpeed(bench, { ...options, pair, servers: ["echo", "ours", "oursStructured"] }),
    );
    others.push({ pair, speeds });
  }
  const idle: Idle[] = [];
  for (const subject of IDLE) {
    const measure = (bench: Bench): Promise<Idle> => measureIdle(bench, subject);
    idle.push(await inBench(`idle ${subject[1]}`, measure, MEMORY_FLAGS));
  }
  const kept: Kept[] = [];
  for (const subject of [IDLE[0]!, IDLE[1]!]) {
    const measure = (bench: Bench): Promise<Kept[]> => measureKept(bench, subject);
    kept.push(...await inBench(`calls ${subject[1]}`, measure, MEMORY_FLAGS));
  }
  const sizes = await inBench("sizes", measureSizes);
  const reconnection = await measureReconnection(options);
  return { machine, speeds, others, idle, kept, sizes, reconnection };
}

/** Measures what reconnection costs; of memory only where the run isn't dry. */
export async function measureReconnection(options: BenchOptions): Promise<ReconnectionCost> {
  const speeds = await inBench("reconnection", (bench) => measureCosts(bench, options));
  if (options.isDry) return { speeds, idle: undefined };
  return { speeds, idle: await inBench("reconnection, idle", measureCostIdle, MEMORY_FLAGS) };
}

async function inBench<T>(
  what: string,
  measure: (bench: Bench) => Promise<T>,
  v8Flags: readonly string[] = [],
): Promise<T> {
  console.error(what);
  await using bench = new Bench(v8Flags);
  return await measure(bench);
}
