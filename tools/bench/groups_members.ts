/**
 * The server of `groups/members.ts`: accepts connections, and adds them to a group or to a set when
 * it's told to. Ends with its input.
 */
import { type WebSocketAcceptor, WebSocketServer } from "../../mod.ts";
import type { Ports } from "./groups_client.ts";
import { type Keeping, openGroup, ownSet } from "./groups/keepers.ts";
import type { Keeper, MembersOrder } from "./groups/members.ts";
import { memoryNow } from "./memory_now.ts";
import { obeyLines } from "./obey.ts";

type Acceptor = WebSocketAcceptor<unknown, null, object>;

const keepers: Readonly<Record<Keeper, Keeping>> = { group: await openGroup(), own: ownSet() };
const all: Acceptor[] = [];
const server = new WebSocketServer<unknown, null, object>();
const options = { port: 0, hostname: "127.0.0.1", heartbeat: Infinity };
await server.open(options, async (acceptor) => {
  await acceptor.accept(null);
  all.push(acceptor);
});
const ports: Ports = { port: server.address!.port };
console.log(JSON.stringify(ports));
obeyLines(obey);

async function obey(order: MembersOrder): Promise<unknown> {
  switch (order.do) {
    case "size":
      return { size: all.length };
    case "memory":
      return { bytes: await bytesOf(keepers[order.keeper]) };
    case "times":
      return { times: times(order.rounds) };
    default:
      order satisfies never;
  }
}

async function bytesOf(keeper: Keeping): Promise<number> {
  const before = await memoryNow();
  for (const acceptor of all) keeper.add(acceptor);
  const after = await memoryNow();
  return (after.heap - before.heap) / all.length;
}

/** So many of the connections, as a share, join and leave before the measurement. */
const WARM_UP = 0.1;
/** How often they do, so that the code is compiled, as on a server that has run for some time. */
const REPEATS = 30;

/** Each other connection joins and leaves once, half of them a group. */
function times(rounds: number): Record<Keeper, number>[] {
  const [warm, rest] = [all.slice(0, all.length * WARM_UP), all.slice(all.length * WARM_UP)];
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    for (const keeper of [keepers.own, keepers.group]) timeOf(keeper, warm);
  }
  const each = Math.floor(rest.length / rounds / 2);
  return Array.from({ length: rounds }, (_, round) => {
    const some = (half: number): Acceptor[] => {
      const from = (2 * round + half) * each;
      return rest.slice(from, from + each);
    };
    const isReversed = round % 2 === 1;
    const first = timeOf(isReversed ? keepers.group : keepers.own, some(0));
    const second = timeOf(isReversed ? keepers.own : keepers.group, some(1));
    return isReversed ? { group: first, own: second } : { own: first, group: second };
  });
}

/** In µs. */
function timeOf(keeper: Keeping, some: readonly Acceptor[]): number {
  const begun = performance.now();
  for (const acceptor of some) keeper.add(acceptor);
  for (const acceptor of some) keeper.remove(acceptor);
  return (performance.now() - begun) * 1_000 / some.length;
}
