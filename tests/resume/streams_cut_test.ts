import { assertEquals, assertGreater } from "@std/assert";
import { callbacks, reconnection, streams, structured, WebSocketConnector } from "../../mod.ts";
import { References } from "../../src/features/callbacks/references.ts";
import { Streaming } from "../../src/features/streams/streaming.ts";
import { type FeatureSession, stateOf } from "../../src/session/feature.ts";
import { watched } from "../features/feature_pair.ts";
import type { Anything } from "../helpers/ends.ts";
import { opened } from "../helpers/servers.ts";
import { until } from "../helpers/waiting.ts";
import { type Fault, Proxy } from "../network/proxy.ts";
import { Random, seedOf } from "../network/random.ts";

const CUTS = 12;
/** Items of each stream, at most. It ends earlier if all cuts have been. */
const ITEMS = 20_000;

/** Whether each item comes in its turn, once. */
async function inOrder(list: AsyncIterable<{ at: number; bytes: Uint8Array }>): Promise<number> {
  let next = 0;
  for await (const { at, bytes } of list) {
    if (at !== next || bytes.some((byte) => byte !== at % 256)) {
      throw new Error(`${at} for ${next}`);
    }
    next++;
  }
  return next;
}

Deno.test(`streams and callbacks lose nothing and double nothing in ${CUTS} cuts`, async () => {
  const random = new Random(seedOf("CUT_SEED"));
  const sessions: FeatureSession[] = [];
  let connections = 0;
  let resumed = 0;
  const isOver = () => connections > CUTS;
  async function* items() {
    for (let at = 0; at < ITEMS && (at < 500 || !isOver()); at++) {
      yield { at, bytes: new Uint8Array(at % 50 === 0 ? 5_000 : 0).fill(at) };
      if (at % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }
  const each = async (f: (i: number) => Promise<number>) => {
    let i = 0;
    for (; i < 200 || !isOver(); i++) if (await f(i) !== i + 1) throw new Error(`${i}`);
    return i;
  };
  const provider = { items, inOrder, each };
  const use = () => [structured, callbacks, streams, reconnection({ delay: 20, maxDelay: 50 })];
  await using server = await opened(
    (acceptor) => acceptor.accept(provider),
    { use: [...use(), watched(sessions)] },
  );
  const faultOf = (): Fault => {
    if (++connections > CUTS) return { kind: "none", way: "up", at: 0 };
    const at = connections === 1 ? 3_000 : random.below(random.of([900, 9_000, 60_000]));
    return { kind: random.of(["cut", "reset"]), way: random.of(["up", "down"]), at };
  };
  await using proxy = await Proxy.open(server.address!.port, faultOf);
  await using client = new WebSocketConnector<null, null, Anything>(null, null);
  await client.connect(proxy.url, {
    use: [...use(), watched(sessions)],
    onEvent: (event) => void (resumed += event.type === "reconnect" && event.isResumed ? 1 : 0),
  });
  const driver = client.getDriver();
  let called = 0;
  const [down, up, calls] = await Promise.all([
    inOrder(await driver.items!()),
    driver.inOrder!(items()),
    driver.each!((i: number) => {
      called += i === called ? 1 : NaN;
      return i + 1;
    }),
  ]);
  assertGreater(Math.min(down, up), 0);
  assertEquals(calls, called);
  assertGreater(resumed, 0);
  assertEquals(sessions.length, 2);
  await until(() =>
    sessions.every((session) => {
      const { producers, consumers } = stateOf(session, Streaming);
      return producers.size + consumers.size === 0;
    }), "no stream is left");
  await client.close();
  await until(() =>
    sessions.every((session) => {
      const { lent, borrowed } = stateOf(session, References);
      return lent.size + borrowed.size === 0;
    }), "no reference is left");
});
