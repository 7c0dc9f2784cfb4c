import { assert, assertEquals } from "@std/assert";
import { MOST_SHARE, sharesOf, streamMemory } from "../../tools/load/streams.ts";

Deno.test("streams of 50 MB and of 200,000 items hold no more memory than one of 10 MB", async (t) => {
  const all = await streamMemory({ megabytes: 50, items: 200_000 });
  assertEquals(all.length, 4);
  for (const one of all) {
    await t.step(`${one.order.kind}, ${one.order.way}`, () => {
      assert(one.small.isRight && one.large.isRight, "wrong items arrived");
      const { client, server } = sharesOf(one);
      assert(client <= MOST_SHARE, `the client held ${client} times as much`);
      assert(server <= MOST_SHARE, `the server held ${server} times as much`);
    });
  }
});
