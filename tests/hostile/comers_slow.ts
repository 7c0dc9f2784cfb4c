/**
 * Thousands of clients come and go, in twenty ways: afterwards no server holds anything of them, and
 * all its places are free. `CLIENTS` says how many; docs/HOSTILE.md has what came of 100,000. Linux
 * alone: the sockets of a process are counted there.
 */
import { assert, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { getRuntime } from "../matrix/runtimes.ts";
import { PLAIN_HEADER } from "./attack_server.ts";
import { importMap } from "./child.ts";
import { type Held, HeldServer } from "./comers/held_server.ts";
import { LIMITS } from "./comers/limits.ts";
import { WAYS } from "./comers/ways.ts";
import { PATIENCE } from "./patience.ts";
import type { RawPeer } from "./wire/peer.ts";
import { dialRaw, upgradeRequest } from "./wire/tcp.ts";

const CLIENTS = Number(Deno.env.get("CLIENTS") ?? 2_000);
/** So many at once: far fewer than the server has places. */
const WIDTH = 64;

/** All of them, one way after the other. */
async function comeAndGo(port: number): Promise<void> {
  const ways = Object.values(WAYS);
  let came = 0;
  const comer = async (): Promise<void> => {
    while (came < CLIENTS) {
      const way = ways[came++ % ways.length]!;
      const peer = await dialRaw(port);
      await way(peer);
      peer.destroy();
    }
  };
  await Promise.all(Array.from({ length: WIDTH }, comer));
}

/** A client that stays, or its status if it is not let in. */
async function letIn(port: number, path = "/accept"): Promise<RawPeer> {
  const peer = await dialRaw(port);
  peer.write(upgradeRequest(path));
  await peer.until(({ head }) => head !== undefined, PATIENCE);
  peer.text(PLAIN_HEADER);
  await peer.until(({ frames }) => frames.length > 0, PATIENCE);
  return peer;
}

/** Fills all places, so that the next is refused, and leaves them. */
async function fillsAll(port: number): Promise<void> {
  const peers: RawPeer[] = [];
  for (let place = 0; place <= LIMITS.connections; place++) peers.push(await letIn(port));
  const last = peers.pop()!;
  const accepted = peers.filter(({ reader }) => reader.texts[0] === "1").length;
  assertEquals([accepted, last.reader.head?.first.split(" ")[1]], [LIMITS.connections, "503"]);
  for (const peer of [last, ...peers]) peer.destroy();
}

/** Ends TCP of who does not answer its close, and stays. */
async function endsTheSilent(port: number): Promise<void> {
  for (const path of ["/bye", "/reject", "/throw"]) {
    const peer = await letIn(port, path);
    await peer.until(({ close }) => close !== undefined, PATIENCE);
    assert(await peer.untilEnded(PATIENCE), path);
    peer.destroy();
  }
}

/** Waits until it holds what it held before, and fails if it never does. */
async function releasesAll(server: HeldServer, before: Held): Promise<void> {
  const end = Date.now() + PATIENCE;
  let held = await server.held();
  while (Deno.inspect(held) !== Deno.inspect(before) && Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    held = await server.held();
  }
  assertEquals(held, before);
}

async function stands(runtime: string, command: readonly string[], folder: string): Promise<void> {
  await using server = new HeldServer(command, folder);
  await server.start();
  (await letIn(server.port)).destroy(); // what the first client brings about stays
  await new Promise((resolve) => setTimeout(resolve, 2 * LIMITS.closeTimeout));
  const before = await server.held();
  assertEquals([before.listened, before.acceptors], [0, 0]);
  await comeAndGo(server.port);
  await releasesAll(server, before);
  await fillsAll(server.port);
  if (runtime !== "Deno") await endsTheSilent(server.port); // Deno can't, and counts them
  await releasesAll(server, before);
  assertEquals(await server.stop(), "");
}

/** The server as one file of JavaScript, and the runtimes that run it. */
async function prepare(folder: string): Promise<Record<string, readonly string[]>> {
  const source = fileURLToPath(import.meta.resolve("./comers/server.ts"));
  const program = `${folder}/server.mjs`;
  await run(Deno.execPath(), ["bundle", "--quiet", ...importMap(), "--output", program, source]);
  await Deno.writeTextFile(`${folder}/package.json`, '{"private":true}\n');
  await run("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", "ws@8"], folder);
  const bun = await getRuntime("Bun", { folder, source: ["bun@1.4.5", ".bin/bun"] });
  assert("program" in bun, Deno.inspect(bun));
  return {
    Deno: [Deno.execPath(), "run", "-A", "--quiet", "--no-check", program],
    Node: ["node", program],
    Bun: [bun.program, program],
  };
}

async function run(command: string, args: string[], cwd?: string): Promise<void> {
  const { success, stderr } = await new Deno.Command(command, { args, ...(cwd && { cwd }) })
    .output();
  assert(success, new TextDecoder().decode(stderr));
}

Deno.test(`WebSocketServer holds nothing when ${CLIENTS} clients have come and gone in twenty ways`, async (t) => {
  assertEquals(Object.keys(WAYS).length, 20);
  const folder = await Deno.makeTempDir({ prefix: "comers-" });
  try {
    for (const [runtime, command] of Object.entries(await prepare(folder))) {
      await t.step(runtime, () => stands(runtime, command, folder));
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
