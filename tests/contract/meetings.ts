import { assertEquals, assertGreater } from "@std/assert";
import * as ours from "../../mod.ts";
import type { Command } from "./children.ts";
import type { Library } from "./library.ts";
import { failuresOf, faultsOf, type Meeting, nameOf, type Ran, runPairing } from "./pairings.ts";
import { type ChildPlace, childServer, clientHere, serverHere } from "./places.ts";
import type { Case } from "./world.ts";
import type { Workshop } from "./workshop.ts";

const LIBRARY = ours as unknown as Library;

/** This library's server, in this process. */
export const HERE_SERVES = serverHere("ours in Deno", LIBRARY);

/** This library's client, in this process. */
export function hereCalls(cases: readonly Case[]): Meeting["client"] {
  return clientHere("ours in Deno", LIBRARY, cases);
}

/**
 * TGrid always runs in a process of its own, in Node and in Deno. In this one it can't: its timers
 * and its sockets outlive what made them, and the sanitizers are right to complain.
 */
export function tgridIn(runtime: "Deno" | "Node", workshop: Workshop): ChildPlace {
  const command: Command = runtime === "Node"
    ? ["node"]
    : [Deno.execPath(), "run", "-A", "--quiet", "--no-lock"];
  return { name: `TGrid in ${runtime}`, make: "tgrid", command, library: "tgrid", workshop };
}

/** This library's client against a TGrid server. */
export function toTgrid(place: ChildPlace, cases: readonly Case[]): Meeting {
  return { client: hereCalls(cases), server: childServer(place), codec: "plain" };
}

/** Runs each meeting as a step; all cases must hold, and every case must have run somewhere. */
export async function runMeetings(
  t: Deno.TestContext,
  meetings: readonly Meeting[],
  cases: readonly Case[],
): Promise<void> {
  const runs: Ran[] = [];
  for (const meeting of meetings) {
    await t.step(`the cases hold when ${nameOf(meeting)}`, async () => {
      const ran = await runPairing(meeting);
      runs.push(ran);
      assertEquals(failuresOf(ran).join("\n"), "");
      assertGreater(ran.results.length, 0);
    });
  }
  await t.step("faultsOf() finds none when all pairings have run", () => {
    assertEquals(faultsOf(runs, cases), []);
    assertEquals(runs.length, meetings.length);
  });
}
