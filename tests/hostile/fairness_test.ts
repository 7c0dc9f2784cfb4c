import { assert, assertEquals } from "@std/assert";
import { Child } from "./child.ts";
import { WatchedServers } from "./watched_server.ts";
import type { provider } from "./victims/provider.ts";
import type { Driver } from "../../mod.ts";

/** How long each measurement takes, in ms. */
const WINDOW = 700;

/**
 * With a flood, calls of another connection may take so many times as long: it has its share of the
 * cores, and is a process that needs one itself.
 */
const MOST = 30;

/** The slowest call of a hundred, in ms, in calls made one after the other. */
async function slowest({ echo }: Driver<typeof provider>): Promise<number> {
  const times: number[] = [];
  for (const end = performance.now() + WINDOW; performance.now() < end;) {
    const begun = performance.now();
    assertEquals(await echo("fair"), "fair");
    times.push(performance.now() - begun);
  }
  times.sort((a, b) => a - b);
  return times[Math.floor(times.length * 0.99)]!;
}

for (const kind of ["plain", "linked", "refused", "large"]) {
  Deno.test(`WebSocketServer starves nobody when it is flooded with ${kind} calls`, async () => {
    await using watched = await WatchedServers.start();
    const driver = (await watched.honest("roomy")).getDriver();
    await slowest(driver); // warms up
    const alone = await slowest(driver);
    await using flood = new Child("victims/flood.ts", [String(watched.port("roomy")), kind]);
    await flood.firstLine();
    const flooded = await slowest(driver);
    flood.kill();
    const told = `the slowest of a hundred took ${alone.toFixed(2)} ms, then ${flooded.toFixed(2)}`;
    if (Deno.env.has("SHOW")) console.log(told);
    assert(flooded <= Math.max(alone, 1) * MOST, told);
  });
}
