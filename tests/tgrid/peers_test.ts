import { assertEquals } from "@std/assert";
import * as ours from "../../mod.ts";
import type { Command } from "../contract/children.ts";
import type { Library } from "../contract/library.ts";
import {
  failuresOf,
  faultsOf,
  type Meeting,
  nameOf,
  type Ran,
  runPairing,
} from "../contract/pairings.ts";
import { childClient, childServer, clientHere, serverHere } from "../contract/places.ts";
import { openWorkshop, type Workshop } from "../contract/workshop.ts";
import { PEERS } from "./peers.ts";

const LIBRARY = ours as unknown as Library;

const PROGRAMS = ["./programs/peers_client.ts", "../contract/programs/server.ts"].map((path) =>
  new URL(path, import.meta.url)
);

function tgridIn(name: string, command: Command, workshop: Workshop) {
  return { name, make: "tgrid", command, library: "tgrid", workshop } as const;
}

Deno.test("real peers are served, many at once, when either end is TGrid's", async (t) => {
  await using workshop = await openWorkshop({ programs: PROGRAMS, packages: ["tgrid@1.2.1"] });
  const here = clientHere("ours in Deno", LIBRARY, PEERS);
  const hereServes = serverHere("ours in Deno", LIBRARY);
  const node = tgridIn("TGrid in Node", ["node"], workshop);
  const run: Command = [Deno.execPath(), "run", "-A", "--quiet", "--no-lock"];
  const deno = tgridIn("TGrid in Deno", run, workshop);
  const meetings: readonly Meeting[] = [
    { client: here, server: childServer(node), codec: "plain" },
    { client: here, server: childServer(deno), codec: "plain" },
    { client: childClient(node, "peers_client"), server: hereServes, codec: "plain" },
    { client: childClient(deno, "peers_client"), server: hereServes, codec: "plain" },
    { client: here, server: hereServes, codec: "linked" },
  ];
  const runs: Ran[] = [];
  for (const meeting of meetings) {
    await t.step(`real peers are served when ${nameOf(meeting)}`, async () => {
      const ran = await runPairing(meeting);
      runs.push(ran);
      assertEquals(failuresOf(ran).join("\n"), "");
    });
  }
  await t.step("faultsOf() finds none when all pairings have run", () => {
    assertEquals(faultsOf(runs, PEERS), []);
  });
});
