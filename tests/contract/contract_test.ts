import { assertEquals, assertGreater } from "@std/assert";
import * as ours from "../../mod.ts";
import { CONTRACT } from "./cases/mod.ts";
import type { Library } from "./library.ts";
import { failuresOf, faultsOf, type Meeting, nameOf, type Ran, runPairing } from "./pairings.ts";
import { childClient, childServer, clientHere, serverHere } from "./places.ts";
import { openWorkshop, type Workshop } from "./workshop.ts";

const LIBRARY = ours as unknown as Library;

/**
 * TGrid always runs in a process of its own, in Node and in Deno. In this one it can't: its timers
 * and its sockets outlive what made them, and the sanitizers are right to complain.
 */
function tgridIn(runtime: "Deno" | "Node", workshop: Workshop) {
  const command: readonly [string, ...string[]] = runtime === "Node"
    ? ["node"]
    : [Deno.execPath(), "run", "-A", "--quiet", "--no-lock"];
  const make = "tgrid" as const;
  return { name: `TGrid in ${runtime}`, make, command, library: "tgrid", workshop };
}

const PROGRAMS = ["contract_client", "server"].map((name) =>
  new URL(`./programs/${name}.ts`, import.meta.url)
);

Deno.test("the contract holds, case by case, when each two ends are put together", async (t) => {
  await using workshop = await openWorkshop({ programs: PROGRAMS, packages: ["tgrid@1.2.1"] });
  const here = clientHere("ours in Deno", LIBRARY, CONTRACT);
  const hereServes = serverHere("ours in Deno", LIBRARY);
  const [node, deno] = [tgridIn("Node", workshop), tgridIn("Deno", workshop)];
  const tgridCalls = childClient(node, "contract_client");
  const meetings: readonly Meeting[] = [
    { client: here, server: hereServes, codec: "linked" },
    { client: here, server: hereServes, codec: "plain" },
    { client: here, server: childServer(node), codec: "plain" },
    { client: here, server: childServer(deno), codec: "plain" },
    { client: tgridCalls, server: hereServes, codec: "plain" },
    { client: childClient(deno, "contract_client"), server: hereServes, codec: "plain" },
    // nothing of ours: what the cases ask of both is what TGrid does
    { client: tgridCalls, server: childServer(node), codec: "plain" },
  ];
  const runs: Ran[] = [];
  for (const meeting of meetings) {
    await t.step(`the contract holds when ${nameOf(meeting)}`, async () => {
      const ran = await runPairing(meeting);
      runs.push(ran);
      assertEquals(failuresOf(ran).join("\n"), "");
      assertGreater(ran.results.length, 100);
    });
  }
  await t.step("faultsOf() finds none when all pairings have run", () => {
    assertEquals(faultsOf(runs, CONTRACT), []);
    assertEquals(runs.length, meetings.length);
  });
});
