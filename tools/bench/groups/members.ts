/** What a member of a group costs, beside an entry in a set that the program keeps itself. */
import type { MembersPlan, Ports } from "../groups_client.ts";
import { MEMORY_FLAGS } from "../memory.ts";
import { Bench, type Runtime } from "../processes.ts";
import { Program } from "../program.ts";

/** What keeps the connections. */
export type Keeper = "group" | "own";

/** What the program with the connections is told to do. */
export type MembersOrder =
  | { readonly do: "size" }
  | { readonly do: "memory"; readonly keeper: Keeper }
  | { readonly do: "times"; readonly rounds: number };

/** In bytes of the heap for each member, and in µs for a join and a leave, by round. */
export interface MemberCosts {
  readonly runtime: Runtime;
  readonly bytes: Readonly<Record<Keeper, number>>;
  readonly times: readonly Readonly<Record<Keeper, number>>[];
}

/** Rounds in which connections join and leave: each has its own, because the first time costs most. */
const ROUNDS = 20;
/** How many processes measure the time. */
const PROCESSES = 3;

/** Measures with so many connections, which each process has. */
export async function measureMembers(runtime: Runtime, connections: number): Promise<MemberCosts> {
  await using bench = new Bench(MEMORY_FLAGS);
  await bench.packages();
  const bytesOf = async (keeper: Keeper): Promise<number> => {
    const order = { do: "memory", keeper } as const;
    return (await asked<{ bytes: number }>(bench, order, { runtime, connections })).bytes;
  };
  const bytes = { own: await bytesOf("own"), group: await bytesOf("group") };
  const order = { do: "times", rounds: ROUNDS } as const;
  const all: MemberCosts["times"][number][] = [];
  for (let done = 0; done < PROCESSES; done++) {
    const where = { runtime, connections };
    const { times } = await asked<Pick<MemberCosts, "times">>(bench, order, where);
    all.push(...times);
  }
  return { runtime, bytes, times: all };
}

/** Asks a new process, when all connections are open. */
async function asked<Answer>(
  bench: Bench,
  order: MembersOrder,
  { runtime, connections }: { readonly runtime: Runtime; readonly connections: number },
): Promise<Answer> {
  const where = { runtime, core: undefined };
  await using server = await Program.start<MembersOrder>(bench, ["groups_members.ts", {}], where);
  const servers = [await server.next<Ports>()];
  const plan: MembersPlan = { subject: "ours", servers, rooms: 1, members: connections };
  const clients = { runtime: "node", core: undefined } as const;
  await using client = await Program.start(bench, ["groups_client.ts", [plan]], clients);
  await client.next();
  for (let tries = 0; tries < 1_000; tries++) {
    const { size } = await server.ask<{ size: number }>({ do: "size" });
    if (size === connections) return await server.ask<Answer>(order);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error("Cannot measure: some connections aren't open");
}
