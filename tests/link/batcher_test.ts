import { assert, assertEquals } from "@std/assert";
import { Batcher } from "../../src/link/batcher.ts";
import { microtasks } from "../helpers/waiting.ts";

/** A batcher of JSON lists, and what leaves it. */
function batching(): {
  readonly batcher: Batcher;
  readonly frames: [frame: string, last: number][];
  readonly turns: { count: number };
} {
  const frames: [string, number][] = [];
  const turns = { count: 0 };
  const batcher = new Batcher(
    {
      batched: (frame, last) => void frames.push([frame, last]),
      turnOver: () => void turns.count++,
    },
    { open: "[", separator: ",", close: "]" },
  );
  return { batcher, frames, turns };
}

Deno.test("push() lets a lone message leave alone, within the turn", async () => {
  const { batcher, frames, turns } = batching();
  batcher.push("a", 1);
  assertEquals(frames, []);
  await microtasks();
  assertEquals([frames, turns.count], [[["a", 1]], 1]);
});

Deno.test("push() puts messages of one turn into one frame, in order, with the last uid", async () => {
  const { batcher, frames, turns } = batching();
  batcher.push("a", 1);
  batcher.push("b", 0);
  await null;
  batcher.push("c", 3);
  await microtasks();
  batcher.push("d", 4);
  await microtasks();
  assertEquals([frames, turns.count], [[["[a,b,c]", 3], ["d", 4]], 2]);
});

Deno.test("push() cuts frames when they grow, ever later, and never beyond the longest", async () => {
  const { batcher, frames } = batching();
  const text = "x".repeat(100);
  for (let token = 1; token <= 3_000; token++) batcher.push(text, token);
  await microtasks();
  const lengths = frames.map(([frame]) => frame.length);
  assert(lengths[0]! <= 900 && lengths[0]! < lengths[1]! && lengths[1]! < lengths[2]!);
  assert(Math.max(...lengths) <= 32_100);
  assertEquals(frames.flatMap(([frame]) => frame.match(/x+/g) ?? []).length, 3_000);
  const lasts = frames.map(([, last]) => last);
  assertEquals([lasts.at(-1), lasts], [3_000, lasts.toSorted((a, b) => a - b)]);
});

Deno.test("push() lets a long message leave at once, behind what waits", async () => {
  const { batcher, frames } = batching();
  const long = "x".repeat(4_000);
  batcher.push("a", 1);
  batcher.push(long, 2);
  assertEquals(frames.map(([, last]) => last), [1, 2]);
  assertEquals(frames[1]![0], long);
  await microtasks();
  assertEquals(frames.length, 2);
});

Deno.test("flush() lets what waits leave now, and nothing when nothing does", async () => {
  const { batcher, frames } = batching();
  batcher.flush();
  batcher.push("a", 1);
  batcher.push("b", 2);
  batcher.flush();
  batcher.flush();
  assertEquals(frames, [["[a,b]", 2]]);
  await microtasks();
  assertEquals(frames.length, 1);
});

Deno.test("wait() tells that the turn is over when no message came of it", async () => {
  const { batcher, frames, turns } = batching();
  batcher.wait();
  batcher.wait();
  assertEquals(turns.count, 0);
  await microtasks();
  assertEquals([turns.count, frames], [1, []]);
});

Deno.test("drop() forgets what waits: nothing leaves any more", async () => {
  const { batcher, frames } = batching();
  batcher.push("a", 1);
  batcher.push("b", 0);
  batcher.drop();
  await microtasks();
  assertEquals(frames, []);
});
