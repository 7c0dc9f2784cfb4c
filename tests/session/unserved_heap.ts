/**
 * Writes by how many bytes the heap grows over 100,000 calls that are begun one by one while another
 * one always waits, and over as many that the program itself keeps.
 */
import { Turns, type Unserved } from "../../src/session/turns.ts";
import { heap } from "../helpers/heap.ts";

const MANY = 100_000;

const turns = new Turns({ turned() {} });
const call = (): Unserved => ({ kind: { take() {} }, message: [], weight: undefined, size: 1 });

async function growth(begun: (call: Unserved) => void): Promise<number> {
  const before = await heap();
  for (let i = 0; i < MANY; i++) {
    turns.push(call());
    begun(turns.shift());
  }
  return await heap() - before;
}

turns.push(call());
await growth(() => {});
const alone = await growth(() => {});
const kept: Unserved[] = [];
const withEntries = await growth((call) => kept.push(call));
console.log(alone, withEntries, kept.length + turns.size);
Deno.exit();
