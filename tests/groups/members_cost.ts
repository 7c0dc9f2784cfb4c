/**
 * Writes what a member of a group costs, and an entry in a `Set` of acceptors that the program keeps
 * itself: bytes on the heap, and microseconds of a join and a leave.
 */
import { Group } from "../../mod.ts";
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

interface Kept {
  add(acceptor: Acceptor): void;
  remove(acceptor: Acceptor): void;
}

/** What a program keeps that has no groups. */
function ownSet(): Kept {
  const set = new Set<Acceptor>();
  return {
    add(acceptor) {
      set.add(acceptor);
      void acceptor.join().then(() => set.delete(acceptor));
    },
    remove: (acceptor) => void set.delete(acceptor),
  };
}

async function group(): Promise<Kept> {
  const group = new Group<object>("room");
  await group.open();
  return {
    add: (acceptor) => void group.add(acceptor),
    remove: (acceptor) => void group.remove(acceptor),
  };
}

/** Bytes that a member takes. */
async function bytesOf(kept: Kept, all: readonly Acceptor[]): Promise<number> {
  const before = await heap();
  for (const acceptor of all) kept.add(acceptor);
  const bytes = (await heap() - before) / MANY;
  for (const acceptor of all) kept.remove(acceptor);
  return bytes;
}

/** Microseconds of a join and a leave. */
function timeOf(kept: Kept, all: readonly Acceptor[]): number {
  const begun = performance.now();
  for (const acceptor of all) kept.add(acceptor);
  for (const acceptor of all) kept.remove(acceptor);
  return (performance.now() - begun) * 1_000 / FEW;
}

const kinds = { own: ownSet(), group: await group() };
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
