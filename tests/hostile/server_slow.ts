import { assert, assertEquals } from "@std/assert";
import { AttackedServers } from "./attack_server.ts";
import { pooled } from "./judge.ts";
import { AT_CONNECTOR, type Phase } from "./row.ts";
import { groups } from "./rows/all.ts";

/** So many at once: a case mostly waits. */
const WIDTH = 8;

Deno.test("WebSocketServer stands when its peers are hostile", async (t) => {
  await using attacked = await AttackedServers.start();
  for (const [group, rows] of Object.entries(groups)) {
    await t.step(group, async () => {
      const cases = rows.flatMap((row) =>
        (Object.keys(row.gets) as Phase[]).filter((phase) => !AT_CONNECTOR.includes(phase))
          .map((phase) => ({ row, phase }))
      );
      const faults = await pooled(cases, WIDTH, async ({ row, phase }) => {
        const found = await attacked.run(row, phase);
        return found.map((fault) => `${row.reason} (${phase}): ${fault}`);
      });
      assert(faults.flat().length === 0, faults.flat().join("\n"));
    });
  }
  await t.step("the process ends by itself, and has said nothing", async () => {
    assertEquals(await attacked.stop(), "");
  });
});
