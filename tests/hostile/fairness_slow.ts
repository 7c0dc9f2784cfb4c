import { assert, assertEquals } from "@std/assert";
import { Child } from "./child.ts";
import { PATIENCE } from "./patience.ts";
import { WatchedServers } from "./watched_server.ts";
import { frame, joined } from "./wire/frames.ts";
import type { provider } from "./victims/provider.ts";
import type { Driver } from "../../mod.ts";

/** How long each measurement takes, in ms. */
const WINDOW = 700;

/** A call may take so many times as long where the flood is on its own server, not on another. */
const MOST = 30;

/** So many measurements are made before a server is said to starve others: noise only adds. */
const ATTEMPTS = 3;

/** What a call takes on average, in ms, in calls made one after the other. */
async function average({ echo }: Driver<typeof provider>): Promise<number> {
  const begun = performance.now();
  let calls = 0;
  for (; performance.now() < begun + WINDOW; calls++) assertEquals(await echo("fair"), "fair");
  return (performance.now() - begun) / calls;
}

/** The same, while a server is flooded: the flood needs the cores as well, whoever it floods. */
async function averageBeside(
  kind: string,
  driver: Driver<typeof provider>,
  flooded: WatchedServers,
): Promise<number> {
  await using flood = new Child("victims/flood.ts", [String(flooded.port("roomy")), kind]);
  await flood.firstLine();
  const ms = await average(driver);
  flood.kill();
  return ms;
}

for (const kind of ["plain", "linked", "refused", "large"]) {
  Deno.test(`WebSocketServer starves nobody when it is flooded with ${kind} calls`, async () => {
    await using watched = await WatchedServers.start();
    await using other = await WatchedServers.start();
    const driver = (await watched.honest("roomy")).getDriver();
    await average(driver); // warms up
    const told: string[] = [];
    let isFair = false;
    while (!isFair && told.length < ATTEMPTS) {
      const beside = await averageBeside(kind, driver, other);
      const flooded = await averageBeside(kind, driver, watched);
      isFair = flooded <= beside * MOST;
      told.push(
        `a call took ${flooded.toFixed(2)} ms, and ` +
          `${beside.toFixed(2)} ms when another server was flooded`,
      );
    }
    if (Deno.env.has("SHOW")) console.log(told.join("\n"));
    assert(isFair, told.join("\n"));
  });
}

/** The longest that a call of another takes while something goes on, and how long that takes, in ms. */
async function heldUp(
  echo: (value: string) => Promise<unknown>,
  attack: () => Promise<unknown>,
): Promise<{ readonly longest: number; readonly all: number }> {
  let longest = 0;
  let isOver = false;
  const calling = (async () => {
    while (!isOver) {
      const begun = performance.now();
      await echo("fair");
      longest = Math.max(longest, performance.now() - begun);
    }
  })();
  const begun = performance.now();
  try {
    await attack();
    return { longest, all: performance.now() - begun };
  } finally {
    isOver = true;
    await calling;
  }
}

/** What comes last, and what is answered when all the rest is. */
const LAST = '[0,9,"echo",["the last"]]';

for (
  const [what, bytes] of [
    ["one frame holds 100,000 refused calls", batched('[0,5,"none",[1]]', 100_000)],
    ["one frame holds 300 calls that work hard", batched('[0,5,"work",[2]]', 300)],
    ["300 frames hold a call each that works hard", apart('[0,5,"work",[2]]', 300)],
  ] as const
) {
  Deno.test(`WebSocketServer serves others in between when ${what}`, async () => {
    await using watched = await WatchedServers.start();
    const driver = (await watched.honest("roomy")).getDriver();
    await average(driver); // warms up
    const peer = await watched.hostile("roomy", "linked");
    const { longest, all } = await heldUp(driver.echo, async () => {
      await peer.writeAll(bytes);
      const isOver = await peer.until(
        ({ texts }) => texts.at(-1)?.includes("the last") === true,
        PATIENCE,
      );
      assert(isOver, "the last call was never answered");
    });
    const told = `all took ${all.toFixed()} ms, the longest call of another ${longest.toFixed()}`;
    if (Deno.env.has("SHOW")) console.log(told);
    assert(longest < all / 2, told);
  });
}

function batched(message: string, count: number): Uint8Array {
  return frame({ payload: `[${Array(count).fill(message)},${LAST}]`, mask: [0, 0, 0, 0] });
}

function apart(message: string, count: number): Uint8Array {
  const one = frame({ payload: message });
  return joined(...Array<Uint8Array>(count).fill(one), frame({ payload: LAST }));
}

Deno.test("WebSocketServer ends a connection when one frame holds a million calls", async () => {
  await using watched = await WatchedServers.start();
  const driver = (await watched.honest("roomy")).getDriver();
  const peer = await watched.hostile("roomy", "linked");
  peer.write(batched('[0,5,"echo",[1]]', 1_000_000));
  await peer.until(({ close }) => close !== undefined, PATIENCE);
  assertEquals(peer.reader.close?.code, 1013);
  assertEquals(await driver.echo("still there"), "still there");
});
