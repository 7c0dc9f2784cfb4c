/**
 * Writes what a member of a group costs, and an entry in a `Set` of acceptors that the program keeps
 * itself: bytes on the heap, and microseconds of a join and a leave.
 */
import { type Keeping, openGroup, ownSet } from "../../tools/bench/groups/keepers.ts";
import { accepted, type Acceptor, closeAll } from "../helpers/ends.ts";
import { heap } from "../helpers/heap.ts";

const MANY = 10_000;
/** How many join and leave in one round. So few that collecting garbage seldom comes between. */
const FEW = 1_000;
const ROUNDS = 40;

async function acceptors(count: number): Promise<Acceptor[]> {
  const all: Acceptor[] = [];
  for (let i = 0; i < count; i++) all.push((await accepted({ heartbeat: Infinity })).acceptor);
  return all;
}

/** Bytes that a member takes. */
async function bytesOf(kept: Keeping, all: readonly Acceptor[]): Promise<number> {
  const before = await heap();
  for (const acceptor of all) kept.add(acceptor);
  const bytes = (await heap() - before) / MANY;
  for (const acceptor of all) kept.remove(acceptor);
  return bytes;
}

/** Microseconds of a join and a leave. */
function timeOf(kept: Keeping, all: readonly Acceptor[]): number {
  const begun = performance.now();
  for (const acceptor of all) kept.add(acceptor);
  for (const acceptor of all) kept.remove(acceptor);
  return (performance.now() - begun) * 1_000 / FEW;
}

const kinds = { own: ownSet(), group: await openGroup() };
const bytes = {
  own: await bytesOf(kinds.own, await acceptors(MANY)),
  group: await bytesOf(kinds.group, await acceptors(MANY)),
};
const time = { own: Infinity, group: Infinity };
for (let round = 0; round < ROUNDS; round++) {
  for (const kind of ["own", "group"] as const) {
    time[kind] = Math.min(time[kind], timeOf(kinds[kind], await acceptors(FEW)));
  }
  closeAll();
}
console.log(JSON.stringify({ bytes, time }));
Deno.exit();
