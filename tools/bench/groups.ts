/**
 * Messages to the members of groups, beside a hand-written loop and socket.io, and what a member
 * costs:
 *
 *   deno task bench:groups                        writes its section of docs/BENCHMARKS.md
 *   deno task bench:groups --dry --rounds=5       on the console alone
 *   … --only=local,across,members --members=100 --connections=1000 --runtime=deno
 *
 * `across` needs nats-server and redis-server.
 */
import { Broker, type BrokerName } from "./groups/brokers.ts";
import { measureMembers } from "./groups/members.ts";
import {
  acrossTable,
  type GroupResults,
  groupsPage,
  localTable,
  membersTable,
} from "./groups/page.ts";
import { type Contender, measureRooms } from "./groups/rooms.ts";
import { givenOptions } from "./given.ts";
import { readMachine } from "./machine.ts";
import { Bench, type Runtime } from "./processes.ts";

const PARTS = ["local", "across", "members"] as const;
const OPTIONS = ["dry", "rounds", "only", "members", "connections", "runtime"];

/** What is asked for. */
interface Chosen {
  readonly runtimes: readonly Runtime[];
  readonly rounds: number;
  /** How many members the rooms have together. */
  readonly members: number;
  readonly connections: number;
}

/** In ms. On two processes, a message takes longer to reach all. */
const WINDOWS = { local: 160, across: 480 } as const;
/** So few that the messages of one window hardly wait for each other. */
const LOCAL_FLIGHT = 4;

async function local({ runtimes, rounds, members }: Chosen): Promise<GroupResults["local"]> {
  const lists = [];
  for (const runtime of runtimes) {
    await using bench = new Bench();
    const where = { runtime, bus: undefined };
    const contenders: Contender[] = [
      { subject: "ours", way: "send", ...where },
      { subject: "ours", way: "loop", ...where },
      { subject: "socketIo", way: "send", ...where },
    ];
    const plan = { rooms: 1, members, rounds, windowMs: WINDOWS.local, flight: LOCAL_FLIGHT };
    lists.push(await measureRooms(bench, contenders, plan));
  }
  return lists;
}

async function across(
  { runtimes, rounds, members }: Chosen,
  urls: Readonly<Record<BrokerName, string>>,
): Promise<GroupResults["across"]> {
  const lists = [];
  for (const rooms of [1, 100]) {
    await using bench = new Bench();
    const contenders: Contender[] = [
      { subject: "socketIo", way: "send", runtime: "node", bus: urls.redis },
      ...runtimes.map((runtime): Contender => {
        return { subject: "ours", way: "send", runtime, bus: urls.nats };
      }),
    ];
    // as many deliveries are on their way, however many members a room has
    const flight = rooms === 1 ? LOCAL_FLIGHT : 64;
    const plan = { rooms, members: members / rooms, rounds, windowMs: WINDOWS.across, flight };
    lists.push({ rooms, results: await measureRooms(bench, contenders, plan) });
  }
  return lists;
}

async function main(options: ReadonlyMap<string, string>): Promise<void> {
  const parts = options.get("only")?.split(",") ?? PARTS;
  const chosen: Chosen = {
    runtimes: options.has("runtime") ? [options.get("runtime") as Runtime] : ["deno", "node"],
    rounds: Number(options.get("rounds") ?? 41),
    members: Number(options.get("members") ?? 1_000),
    connections: Number(options.get("connections") ?? 10_000),
  };
  const machine = readMachine();
  const isIn = (part: typeof PARTS[number]): boolean => parts.includes(part);
  const results = { local: [], across: [], members: [] } as {
    -readonly [K in keyof GroupResults]: GroupResults[K];
  };
  const brokers: string[] = [];
  if (isIn("local")) console.log(`${localTable(results.local = await local(chosen))}\n`);
  if (isIn("across")) {
    await using nats = await Broker.start("nats");
    await using redis = await Broker.start("redis");
    brokers.push(`nats-server ${nats.version}`, `redis-server ${redis.version}`);
    results.across = await across(chosen, { nats: nats.url, redis: redis.url });
    console.log(`${acrossTable(results.across)}\n`);
  }
  if (isIn("members")) {
    const all = [];
    for (const runtime of chosen.runtimes) {
      all.push(await measureMembers(runtime, chosen.connections));
    }
    console.log(`${membersTable(results.members = all)}\n`);
  }
  const isWhole = PARTS.every(isIn);
  if (!options.has("dry") && isWhole) await groupsPage(results, { machine, brokers, ...chosen });
}

if (import.meta.main) await main(givenOptions(OPTIONS, "measure"));
