/**
 * Writes by how many bytes the heap grows over 50,000 cancelled calls at both ends, and over as many
 * of which the program itself keeps an entry each.
 */
import { currentCall } from "../../mod.ts";
import { heap } from "../helpers/heap.ts";
import { gate, turn, until } from "../helpers/waiting.ts";
import { dialling, serving } from "../linked/raw.ts";

const MANY = 10_000;

let ended = 0;
const provider = {
  slow: () => {
    const { promise, open } = gate();
    currentCall().signal.addEventListener("abort", () => {
      ended++;
      open();
    });
    return promise;
  },
};
const callee = await serving({ provider });
const caller = await dialling();

async function round(base: number): Promise<void> {
  const uids = Array.from({ length: MANY }, (_, i) => base + i);
  callee.socket.gets(`[${uids.map((uid) => `[0,${uid},"slow",[]]`)}]`);
  callee.socket.gets(`[${uids.map((uid) => `[3,${uid}]`)}]`);
  const control = new AbortController();
  const { slow } = caller.end.getDriver({ signal: control.signal });
  const calls = Promise.allSettled(uids.map(() => slow!()));
  control.abort();
  await calls;
  await until(() => ended === base - 1 + MANY, "all were begun and cancelled");
  await turn();
  callee.socket.sent.length = 0;
  caller.socket.sent.length = 0;
}

/** By how many bytes the heap grows over five rounds from this one on. */
async function growth(first: number, afterRound: (base: number) => void): Promise<number> {
  const before = await heap();
  for (let i = first; i < first + 5; i++) {
    await round(i * MANY + 1);
    afterRound(i * MANY + 1);
  }
  return await heap() - before;
}

for (let i = 0; i < 3; i++) await round(i * MANY + 1);
const kept = new Map<number, object>();
const alone = await growth(3, () => {});
const withEntries = await growth(8, (base) => {
  for (let uid = base; uid < base + MANY; uid++) kept.set(uid, { uid });
});
console.log(alone, withEntries, kept.size);
Deno.exit();
