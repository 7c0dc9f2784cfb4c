import { assertEquals, assertLess } from "@std/assert";
import { childOf } from "../linked/child.ts";
import { Random, seedOf } from "../network/random.ts";
import { wrongLifetimes } from "./lifetimes.ts";

/** Steps of the lives of references. */
const COUNT = 100_000;

Deno.test(`callbacks agrees with a model in ${COUNT} random steps of references' lives`, async () => {
  assertEquals(await wrongLifetimes(COUNT, new Random(seedOf("LIFETIMES_SEED"))), []);
});

Deno.test("callbacks takes no more memory when 1,000,000 functions are passed and dropped", async () => {
  const child = await childOf("../features/callbacks_flood.ts", ["--v8-flags=--expose-gc"]);
  await using _ = child;
  const { passed, early, late, left } = JSON.parse(child.line);
  assertEquals([passed, left], [1_000_000, { lent: 0, borrowed: 0 }]);
  assertLess(late / early, 1.3);
});

Deno.test("callbacks passes 100,000 functions that are dropped when nothing forces a collection", async () => {
  await using child = await childOf("../features/callbacks_dropped.ts");
  assertEquals(JSON.parse(child.line), { passed: 100_000, kept: "kept" });
});
