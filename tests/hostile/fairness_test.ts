import { assert, assertEquals } from "@std/assert";
import { Child } from "./child.ts";
import { WatchedServers } from "./watched_server.ts";
import { frame } from "./wire/frames.ts";
import type { provider } from "./victims/provider.ts";
import type { Driver } from "../../mod.ts";

/** How long each measurement takes, in ms. */
const WINDOW = 700;

/**
 * With a flood, calls of another connection may take so many times as long: it has its share of the
 * cores, and is a process that needs one itself.
 */
const MOST = 30;

/** How long a single frame may hold others up, in ms. */
const HELD_UP = 1_000;

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

Deno.test("WebSocketServer starves nobody when a flood of calls waits for nothing", async () => {
  await using watched = await WatchedServers.start();
  const driver = (await watched.honest("roomy")).getDriver();
  await slowest(driver); // warms up
  await using flood = new Child("victims/flood.ts", [String(watched.port("roomy")), "raw"]);
  await flood.firstLine();
  const flooded = await slowest(driver);
  flood.kill();
  if (Deno.env.has("SHOW")) console.log(flooded);
  // the runtime's own loop stays with one connection until all of its frames that are in are out
  assert(flooded < HELD_UP, `the slowest of a hundred took ${flooded.toFixed()} ms`);
});

/** The longest that a call of another connection takes, from before this until behind it. */
async function heldUpBy(
  attack: (watched: WatchedServers) => Promise<() => Promise<unknown>>,
): Promise<number> {
  await using watched = await WatchedServers.start();
  const { echo } = (await watched.honest("roomy")).getDriver();
  const go = await attack(watched);
  let longest = 0;
  let isOver = false;
  const calling = (async () => {
    while (!isOver) {
      const begun = performance.now();
      await echo("fair");
      longest = Math.max(longest, performance.now() - begun);
    }
  })();
  await go();
  isOver = true;
  await calling;
  return longest;
}

/** Sends a frame, and waits until what is behind it is answered. */
async function linkedFrame(watched: WatchedServers, payload: string) {
  const peer = await watched.hostile("roomy", "linked");
  const bytes = frame({ payload, mask: [0, 0, 0, 0] });
  return async (): Promise<void> => {
    await peer.writeAll(bytes);
    peer.text("[64]");
    await peer.until(({ texts }) => texts.includes("[65]"), 12_000);
  };
}

for (
  const [what, count, message] of [
    ["a million calls", 1_000_000, '[0,5,"echo",[1]]'],
    ["a million cancellations", 1_000_000, "[3,1]"],
    ["two hundred thousand refused calls", 200_000, '[0,5,"none",[]]'],
  ] as const
) {
  Deno.test(`WebSocketServer starves nobody when one frame holds ${what}`, async () => {
    const payload = `[${Array(count).fill(message)}]`;
    const longest = await heldUpBy((watched) => linkedFrame(watched, payload));
    if (Deno.env.has("SHOW")) console.log(longest);
    assert(longest < HELD_UP, `a call of another took ${longest.toFixed()} ms`);
  });
}

Deno.test("WebSocketServer starves nobody when 30 MB come before the decision", async () => {
  const payload = `[${"{},".repeat(10_000_000)}{}]`;
  const longest = await heldUpBy(async (watched) => {
    const peer = await watched.undecided("roomy", "plain");
    const bytes = frame({ payload, mask: [0, 0, 0, 0] });
    return async () => {
      await peer.writeAll(bytes);
      await peer.untilEnded(1_500);
    };
  });
  if (Deno.env.has("SHOW")) console.log(longest);
  assert(longest < HELD_UP, `a call of another took ${longest.toFixed()} ms`);
});

Deno.test("WebSocketServer starves nobody when a value has a hundred thousand marks", async () => {
  await using watched = await WatchedServers.start();
  const header =
    '{"header":null,"link":{"version":1,"features":["frames"],"values":["structured"]}}';
  const peer = await watched.hostile("told", header);
  const marks = Array(100_000).fill('[[0],"h",[]]').join();
  const begun = performance.now();
  peer.text(`[0,5,"typeOf",[[]],[0,${marks}]]`);
  await peer.until(({ texts }) => texts.length > 0, 12_000);
  assertEquals(peer.reader.texts, ['[1,5,"object"]']);
  const took = performance.now() - begun;
  assert(took < HELD_UP, `it took ${took.toFixed()} ms`);
});
