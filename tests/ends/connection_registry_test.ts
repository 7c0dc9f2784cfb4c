import { assertEquals } from "@std/assert";
import { greet, HEARTBEAT } from "../../src/ends/acceptor.ts";
import { ConnectionRegistry } from "../../src/ends/connection_registry.ts";
import type { Endpoint } from "../../src/ends/endpoint.ts";
import { settingsOf } from "../../src/session/settings.ts";
import { type Acceptor, closeAll, HEADER, scripted } from "../helpers/ends.ts";
import type { ScriptedSocket } from "../helpers/scripted_socket.ts";
import { gate, microtasks, stateOf } from "../helpers/waiting.ts";

Deno.test.afterEach(closeAll);

/** A connection that a server has upgraded. */
interface Came {
  readonly end: Endpoint;
  readonly socket: ScriptedSocket;
}

/** A connection comes in; its handler gets it when its header is there. */
function comesIn(
  registry: ConnectionRegistry,
  handler: (acceptor: Acceptor) => unknown = () => {},
  limits = {},
): Came {
  const socket = scripted({ readyState: 1, isServer: true });
  const end = greet({
    socket,
    request: { url: "/", headers: {} },
    ip: "",
    handler: handler as (acceptor: never) => unknown,
    schema: undefined,
    resumed: undefined,
    settings: settingsOf({ limits }, HEARTBEAT),
    onEvent: undefined,
    registry,
  });
  return { end, socket };
}

Deno.test("open and undecided count a connection from its upgrade to its decision and its end", async () => {
  const registry = new ConnectionRegistry();
  const counts = () => [registry.open.size, registry.undecided];
  const acceptors: Acceptor[] = [];
  const all = ["accepted", "rejected", "gone", "broken"].map(() =>
    comesIn(registry, (acceptor) => void acceptors.push(acceptor))
  );
  assertEquals(counts(), [4, 4]);
  assertEquals([...registry.open], all.map(({ end }) => end));
  for (const { socket } of all) socket.receives(HEADER);
  assertEquals([acceptors.length, ...counts()], [4, 4, 4]);
  await acceptors[0]!.accept(null);
  assertEquals(counts(), [4, 3]);
  await acceptors[1]!.reject();
  assertEquals(counts(), [3, 2]);
  all[2]!.socket.closed(1001);
  assertEquals(counts(), [2, 1]);
  all[3]!.socket.closed(1006);
  all[0]!.socket.closed(1000);
  assertEquals(counts(), [0, 0]);
});

for (
  const [what, frames] of [["has said nothing", []], ["has said what is no header", ["{"]]] as const
) {
  Deno.test(`undecided counts a connection no more when it ${what} and has ended`, () => {
    const registry = new ConnectionRegistry();
    const { socket } = comesIn(registry);
    for (const frame of frames) socket.receives(frame);
    assertEquals([registry.open.size, registry.undecided], [1, 1]);
    socket.closed(1006);
    assertEquals([registry.open.size, registry.undecided], [0, 0]);
  });
}

Deno.test("close() closes all, accepted or not, and waits for the last end", async () => {
  const registry = new ConnectionRegistry();
  const accepted = comesIn(registry, (acceptor) => acceptor.accept(null));
  const undecided = comesIn(registry);
  const silent = comesIn(registry);
  accepted.socket.receives(HEADER);
  undecided.socket.receives(HEADER);
  await microtasks();
  const closing = registry.close(1001, "going");
  const all = [accepted, undecided, silent];
  assertEquals(all.map(({ socket }) => socket.closes), Array(3).fill([[1001, "going"]]));
  assertEquals(all.map(({ end }) => end.phase), Array(3).fill("closing"));
  for (const { socket } of all) {
    assertEquals(await stateOf(closing), "waits");
    socket.closed(1001, "going");
  }
  assertEquals(await stateOf(closing), { value: undefined });
});

Deno.test("close() resolves when there is none, and when all end at once", async () => {
  const registry = new ConnectionRegistry();
  assertEquals(await stateOf(registry.close(1001, "going")), { value: undefined });
  const { socket } = comesIn(registry);
  socket.close = (code, reason) => socket.closed(code, reason);
  assertEquals(await stateOf(registry.close(1001, "going")), { value: undefined });
});

Deno.test("handled() waits for the handlers of connections that are over, and for no others", async () => {
  const registry = new ConnectionRegistry();
  const gates = [gate(), gate(), gate()];
  const all = gates.map(({ promise }) => comesIn(registry, () => promise));
  for (const { socket } of all) socket.receives(HEADER);
  assertEquals(await stateOf(registry.handled()), { value: undefined });
  all[0]!.socket.closed(1000);
  all[1]!.socket.closed(1000);
  const handled = registry.handled();
  assertEquals(await stateOf(handled), "waits");
  gates[1]!.open();
  assertEquals(await stateOf(handled), "waits");
  gates[0]!.fail(new Error("the handler failed")); // it harms nobody
  assertEquals(await stateOf(handled), { value: undefined });
  assertEquals(await stateOf(registry.handled()), { value: undefined });
  gates[2]!.open();
});

Deno.test("calls counts those that run or wait, and those that were begun, of all together", async () => {
  const registry = new ConnectionRegistry();
  const running = [gate(), gate()];
  let begun = 0;
  const provider = { hold: () => running[begun++]!.promise, quick: () => 1 };
  const accept = (acceptor: Acceptor) => acceptor.accept(provider);
  const all = [1, 2].map(() => comesIn(registry, accept, { sendBytes: 1_000 }));
  const undecided = comesIn(registry);
  for (const { socket } of [...all, undecided]) socket.receives(HEADER);
  await microtasks();
  assertEquals(registry.calls, { underWay: 0, begun: 0 });
  const call = (uid: number, listener: string) => ({ uid, listener, parameters: [] });
  for (const { socket } of all) socket.receives(call(1, "hold"));
  all[0]!.socket.receives(call(2, "quick"));
  assertEquals(registry.calls, { underWay: 2, begun: 3 });
  running[0]!.open();
  await microtasks();
  assertEquals(registry.calls, { underWay: 1, begun: 3 });
  all[0]!.socket.bufferedAmount = 1_001; // what comes in has to wait now
  all[0]!.socket.receives(call(3, "quick"));
  assertEquals(registry.calls, { underWay: 2, begun: 3 });
  all[1]!.socket.closed(1000); // its function has nobody to return to
  assertEquals(registry.calls, { underWay: 1, begun: 2 });
  running[1]!.open();
});
