import { assertEquals } from "@std/assert";
import { tryOut } from "./client.ts";
import { startInDeno } from "./example.ts";

for (const framework of ["hono", "oak"]) {
  Deno.test(`examples/${framework} serves pages and calls when it runs in Deno`, async () => {
    await using example = await startInDeno(`${framework}/server.ts`);
    await tryOut(example);
    const plain = await fetch(`${example.url}/rpc`);
    await plain.body?.cancel();
    assertEquals(plain.status, 426);
  });
}
