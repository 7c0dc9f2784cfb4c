import { assertEquals } from "@std/assert";
import { Random, seedOf } from "../network/random.ts";
import { wrongLifetimes } from "./lifetimes.ts";

/** Steps of the lives of references. */
const COUNT = Number(Deno.env.get("LIFETIMES") ?? 5_000);

Deno.test(`callbacks agrees with a model in ${COUNT} random steps of references' lives`, async () => {
  assertEquals(await wrongLifetimes(COUNT, new Random(seedOf("LIFETIMES_SEED"))), []);
});
