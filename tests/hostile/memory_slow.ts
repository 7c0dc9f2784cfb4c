import { assert, assertEquals, assertGreater, assertLess } from "@std/assert";
import { offerOf } from "../helpers/handshake.ts";
import { Child } from "./child.ts";
import { pauses, type Step } from "./row.ts";
import type { Driver } from "../../mod.ts";
import type { provider } from "./victims/provider.ts";
import { WatchedServers } from "./watched_server.ts";
import { frame, OPCODE } from "./wire/frames.ts";
import type { RawPeer } from "./wire/peer.ts";

/** So many times as large as by an honest peer may a process become by one that does not read. */
const MOST = 2;

/** How much the process has while an honest peer is served that says and hears much. */
async function calmPeak(watched: WatchedServers, { echo }: Driver<typeof provider>) {
  const text = "x".repeat(2 ** 20);
  return await watched.peak(async () => {
    for (let turn = 0; turn < 64; turn++) assert(await echo(text) === text);
  });
}

const call = (uid: number, path: string, ...values: readonly unknown[]): string =>
  JSON.stringify({ uid, listener: path, parameters: values.map((value) => ({ value })) });

/** Sends the same frame so often, with a pause behind each megabyte: a socket takes no more. */
async function pours(
  peer: RawPeer,
  payload: string,
  count: number,
  opcode = OPCODE.text as number,
) {
  const one = frame({ opcode, payload });
  const most = Math.ceil(2 ** 20 / one.length);
  const block = new Uint8Array(one.length * most);
  for (let at = 0; at < most; at++) block.set(one, at * one.length);
  for (let left = count; left > 0 && peer.ended === undefined; left -= most) {
    peer.write(block.subarray(0, one.length * Math.min(left, most)));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** An attack by one peer on the server of this name; the bound holds for what it adds. */
function bounded(what: string, options: {
  readonly server?: string;
  readonly header: string;
  readonly attack: (peer: RawPeer) => Promise<void>;
  readonly most?: number;
}): void {
  const { server = "roomy", header, attack, most = MOST } = options;
  Deno.test(`Connection makes a process no ${most} times as large when ${what}`, async () => {
    await using watched = await WatchedServers.start();
    const honest = await watched.honest(server);
    const peer = await watched.hostile(server, header);
    const calm = await calmPeak(watched, honest.getDriver());
    const growth = await watched.peak(() => attack(peer)) / calm;
    assert(watched.lives);
    assertEquals(await honest.getDriver().echo("still there"), "still there");
    if (Deno.env.has("SHOW")) console.log(`${growth.toFixed(2)} times as large`);
    assertLess(growth, most);
  });
}

const settle = pauses(1_500) as () => Promise<void>;

/** So many calls, none of whose answers is read. */
function unread(path: string, count: number, ...values: readonly unknown[]): Step {
  return async (peer) => {
    peer.pause();
    for (let uid = 1; uid <= count; uid++) peer.text(call(uid, path, ...values));
    await settle();
  };
}

const STRUCTURED = offerOf({ features: ["frames"], values: ["structured"] });

bounded("640 MB of answers are asked for and not read", {
  header: "plain",
  attack: async (peer) => await unread("text", 640, 2 ** 20)(peer),
});

bounded("640 MB of answers that come later are asked for and not read", {
  header: "plain",
  most: 2.2, // all are ready in one turn, in which no garbage is collected
  attack: async (peer) => await unread("textLater", 640, 20, 2 ** 20)(peer),
});

/** So many megabytes of parameters of calls that do not return. */
function given(path: string, megabytes: number, ...first: readonly unknown[]): Step {
  return async (peer) => {
    const text = "x".repeat(2 ** 20);
    for (let uid = 1; uid <= megabytes && peer.ended === undefined; uid++) {
      peer.text(call(uid, path, ...first, text));
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await settle();
  };
}

bounded("400 MB of parameters are given to a function that never returns, nor keeps them", {
  header: "plain",
  attack: async (peer) => await given("never", 400)(peer),
});

bounded("400 MB of parameters are given to a function that keeps them while it waits", {
  server: "light", // where 16 MiB may be kept: the rest is what the refused frames leave to the GC
  header: "plain",
  most: 2.5,
  attack: async (peer) => await given("later", 400, 60_000)(peer),
});

bounded("a million nudges are sent and their answers not read", {
  most: 2.5, // what came in is collected late
  header: "linked",
  async attack(peer) {
    peer.pause();
    await pours(peer, "[64]", 1_000_000);
    await settle();
  },
});

bounded("a million pings are sent and their answers not read", {
  header: "plain",
  async attack(peer) {
    peer.pause();
    await pours(peer, "p", 1_000_000, OPCODE.ping);
    await settle();
  },
});

bounded("a million frames of no bytes follow a message that announces more", {
  most: 2.5, // what came in is collected late
  server: "told",
  header: STRUCTURED,
  async attack(peer) {
    peer.text('[0,1,"typeOf",[null],[1000000000,[[0],"b","Uint8Array",0]]]');
    await pours(peer, "", 1_000_000, OPCODE.binary);
    await settle();
  },
});

bounded("a million calls are refused and their answers not read", {
  header: "plain",
  most: 5,
  async attack(peer) {
    peer.pause();
    await pours(peer, '{"uid":7,"listener":"none","parameters":[]}', 1_000_000);
    await settle();
  },
});

Deno.test("Connection makes a process no 5 times as large when a peer calls two million times and waits for nothing", async () => {
  await using watched = await WatchedServers.start();
  const honest = await watched.honest("roomy");
  const calm = await calmPeak(watched, honest.getDriver());
  const peak = await watched.peak(async () => {
    await using flood = new Child("victims/flood.ts", [String(watched.port("roomy")), "raw"]);
    const [, code] = await flood.lines();
    assert(code === "0" || code === "1013", code); // out, where it did not read what it asked for
  });
  if (Deno.env.has("SHOW")) console.log(`${(peak / calm).toFixed(2)} times as large`);
  assert(watched.lives);
  assertEquals(await honest.getDriver().echo("still there"), "still there");
  assertLess(peak / calm, 5);
});

Deno.test("Connection delivers three results of 20 MiB when one turn asks for them", async () => {
  await using watched = await WatchedServers.start();
  for (const wire of ["linked", "plain"] as const) {
    const driver = (await watched.honest("roomy", wire)).getDriver();
    const length = 20 * 2 ** 20;
    const results = await Promise.all([
      driver.text(length),
      driver.text(length),
      driver.text(length),
    ]);
    assertEquals(results.map((text) => text.length), [length, length, length]);
    assertGreater(results[0]!.indexOf("x"), -1);
  }
});
