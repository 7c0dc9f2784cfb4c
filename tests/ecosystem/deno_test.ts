import { assert, assertEquals } from "@std/assert";
import { tryOut } from "./client.ts";
import { ROOT, startInDeno } from "./example.ts";

for (const framework of ["hono", "oak"]) {
  Deno.test(`examples/${framework} serves pages and calls when it runs in Deno`, async () => {
    await using example = await startInDeno(`${framework}/server.ts`);
    await tryOut(example);
    const plain = await fetch(`${example.url}/rpc`);
    await plain.body?.cancel();
    assertEquals(plain.status, 426);
  });
}

Deno.test("examples for Node have the project's style when Deno is pointed at them", async () => {
  // deno.json leaves them out, because Deno can't find what they import
  for (
    const command of [["fmt", "--check", "--no-config", "--line-width=100"], [
      "lint",
      "--no-config",
    ]]
  ) {
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...command,
        "examples/cloudflare",
        "examples/express",
        "examples/nest",
        "examples/queue",
        "tests/ecosystem/workers",
      ],
      cwd: ROOT,
      env: { NO_COLOR: "1" },
    }).output();
    assert(success, new TextDecoder().decode(stderr));
  }
});
