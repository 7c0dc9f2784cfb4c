import { assertEquals, assertNotEquals } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { structured, WebSocketConnector, WebSocketServer } from "../../mod.ts";
import { reconnection } from "../../mod.ts";
import type { Acceptor, Anything } from "../helpers/ends.ts";
import { connectedTo, HERE } from "../helpers/servers.ts";
import { gate, microtasks, stateOf, until } from "../helpers/waiting.ts";
import { Proxy } from "../network/proxy.ts";
import { answerIn, away, clientOf, cut, endAll, FIRST, pass, Serving } from "./script.ts";

Deno.test.afterEach(endAll);

/** The first error of these calls, and how many are not settled. */
async function outcomes(calls: readonly Promise<unknown>[]): Promise<unknown[]> {
  const states = await Promise.all(calls.map((call) => stateOf(call)));
  return states.map((state) =>
    state === "waits" ? state : String((state as { error: unknown }).error)
  );
}

const NO_ROOM = "NotSentError: Cannot call: too much waits for the connection";

Deno.test("one more call than `awayCalls` is refused, at either end, and the others leave", async () => {
  using time = new FakeTime();
  const client = await clientOf({ awayCalls: 2 });
  const serving = new Serving({ awayCalls: 2 });
  const { socket, id, acceptor } = await serving.begin();
  for (const [end, events] of [[client.connector, client], [acceptor, serving]] as const) {
    for (let round = 0; round < 2; round++) { // what waited before counts no more
      const at = end === acceptor ? socket : client.socket;
      if (round === 0) await cut(at);
      const { f } = end.getDriver();
      const calls = [f!(1), f!(2), f!(3), f!(4)];
      assertEquals(await outcomes(calls), ["waits", "waits", NO_ROOM, NO_ROOM]);
      assertEquals(events.told.filter((one) => one === "limit awayCalls").length, 2 * (round + 1));
      let next = client.socket;
      if (end === acceptor) next = serving.dial({ session: [id, round * 2] });
      else {
        await pass(time, FIRST);
        client.resume(round * 2);
        next = client.socket;
      }
      const first = round * 4 + 1;
      const frame = `[[0,${first},"f",[1]],[0,${first + 1},"f",[2]]]`;
      assertEquals(next.sent.slice(end === acceptor ? 1 : 0), [frame]);
      next.receives(`[[1,${first}],[1,${first + 1}]]`);
      await Promise.all(calls.slice(0, 2));
      if (round === 0) await cut(next);
    }
  }
});

Deno.test("a call that exceeds `awayBytes` is refused, with its bytes, and a shorter one waits", async () => {
  const client = await clientOf({ awayBytes: 200 }, { use: [structured] }, {
    session: "x",
    values: "structured",
  });
  await cut(client.socket);
  const { f } = client.connector.getDriver();
  const calls = [f!("x".repeat(300)), f!(new Uint8Array(200)), f!("x".repeat(100)), f!(1)];
  calls.push(f!("x".repeat(100)));
  assertEquals(await outcomes(calls), [NO_ROOM, NO_ROOM, "waits", "waits", NO_ROOM]);
  assertEquals(client.told.slice(-3), Array(3).fill("limit awayBytes"));
  calls.forEach((call) => call.catch(() => {}));
});

Deno.test("a one-way call that has no room is refused", async () => {
  const client = await clientOf({ awayCalls: 0 });
  await cut(client.socket);
  const call = client.connector.getDriver({ reply: false }).note!();
  assertEquals(await outcomes([call]), [NO_ROOM]);
});

Deno.test("a return that has no room ends the session, and everything that waits for it", async () => {
  const result = gate<string>();
  const serving = new Serving({ awayBytes: 100 }, { provider: { f: () => result.promise } });
  const { socket, id, acceptor } = await serving.begin();
  socket.receives('[0,1,"f",[]]');
  const call = acceptor.getDriver().g!().catch(String);
  await microtasks();
  await cut(socket);
  result.open("x".repeat(200));
  assertEquals(await call, "WebSocketError: Too much waits for the connection");
  assertEquals(acceptor.state, 3);
  assertEquals(serving.told, [
    "open",
    "disconnect 1006",
    "limit awayBytes",
    "close 1006 Too much waits for the connection",
  ]);
  assertNotEquals((await serving.begin({ session: [id, 0] })).id, id);

  const other = gate<string>();
  const client = await clientOf({ awayBytes: 100 }, { provider: { f: () => other.promise } });
  client.socket.receives('[0,1,"f",[]]');
  await cut(client.socket);
  other.open("x".repeat(200));
  await client.connector.join();
  assertEquals(client.connector.state, 3);
});

Deno.test("returns have room until `awayBytes` are used, and cancels always", async () => {
  using time = new FakeTime();
  const result = gate<string>();
  const client = await clientOf({ awayBytes: 100 }, { provider: { f: () => result.promise } });
  const control = new AbortController();
  const call = client.connector.getDriver({ signal: control.signal }).g!().catch(() => {});
  client.socket.receives('[0,1,"f",[]]');
  await microtasks();
  await cut(client.socket);
  result.open("x".repeat(85));
  await microtasks();
  control.abort();
  await call;
  await pass(time, FIRST);
  client.resume(1);
  assertEquals(client.socket.sent, [`[1,1,"${"x".repeat(85)}"]`, "[3,1]"]);
});

Deno.test("an end closes with 1013 when its peer stops acknowledging", async () => {
  using time = new FakeTime();
  const limits = { stallTimeout: 500 };
  const serving = new Serving({ unacknowledgedBytes: 1_000 }, { limits });
  const { socket, acceptor } = await serving.begin();
  const client = await clientOf({ unacknowledgedBytes: 1_000 }, { limits });
  for (
    const [end, at, told] of [[acceptor, socket, serving], [
      client.connector,
      client.socket,
      client,
    ]] as const
  ) {
    const { f } = end.getDriver();
    const calls = [f!("x".repeat(600)), f!("y")].map((call) => call.catch(() => "failed"));
    await microtasks();
    await pass(time, 2_000);
    assertEquals([at.sent.length, at.closes.length], [1, 0]); // nothing is over the limit
    calls.push(f!("x".repeat(600)).catch(() => "failed"));
    await microtasks();
    assertEquals(at.sent.length, 2); // it may be exceeded by a frame
    calls.push(f!("z").catch(() => "failed"));
    await pass(time, 300);
    at.receives("[67,1]"); // some progress
    await pass(time, 300);
    assertEquals(at.closes, []);
    at.receives("[67,2]");
    await pass(time, 2_000);
    assertEquals([at.sent.length, at.closes], [3, []]);
    calls.push(f!("x".repeat(2_000)).catch(() => "failed"));
    await pass(time, 499);
    assertEquals(at.closes, []);
    await pass(time, 101); // 1 s for each 32,000 bytes
    const code = end === acceptor ? 1013 : 3013;
    assertEquals(at.closes, [[code, "The receiver stopped acknowledging"]]);
    assertEquals(told.told.at(-1), "limit unacknowledgedBytes");
    at.closed(code, "");
    assertEquals((await Promise.all(calls)).length, 5);
    assertEquals(end.state, 3);
  }
});

Deno.test("an end closes with 1013 when its peer comes back and acknowledges nothing", async () => {
  using time = new FakeTime();
  const client = await clientOf({ unacknowledgedBytes: 1_000 }, { limits: { stallTimeout: 500 } });
  const { f } = client.connector.getDriver();
  const calls = [f!("x".repeat(2_000)), f!("waits")].map((call) => call.catch(() => "failed"));
  await pass(time, 100);
  await away(client, time);
  client.resume(0);
  assertEquals(client.socket.sent.length, 1);
  await pass(time, 499);
  assertEquals(client.socket.closes, []);
  await pass(time, 101);
  assertEquals(client.socket.closes.length, 1);
  client.socket.closed(3013, "");
  await Promise.all(calls);
});

Deno.test("the oldest session ends when there are more away than `awaySessions`", async () => {
  for (const atOnce of [false, true]) {
    const serving = new Serving({ awaySessions: 2 });
    const held = [];
    for (let at = 0; at < 5; at++) held.push(await serving.begin());
    for (const { socket } of held) {
      if (atOnce) socket.closed(1006, "");
      else await cut(socket);
    }
    await microtasks();
    assertEquals(held.map(({ acceptor: { state } }) => state), [3, 3, 3, 1, 1]);
    const told = serving.told.filter((one) => !one.startsWith("disconnect") && one !== "open");
    const one = ["limit awaySessions", "close 1006 Too many clients are away"];
    assertEquals(told, [one, one, one].flat());
    const next = serving.dial({ session: [held[3]!.id, 0] });
    assertEquals(answerIn(next).session, [held[3]!.id, 0]);
    await cut(held[4]!.socket);
    assertEquals(held.map(({ acceptor: { state } }) => state), [3, 3, 3, 1, 1]);
    await held[4]!.acceptor.close();
    next.closed(1000, "");
  }
});

Deno.test("no session is kept when `awaySessions` is 0", async () => {
  const serving = new Serving({ awaySessions: 0 });
  const { socket, acceptor } = await serving.begin();
  await cut(socket);
  assertEquals(acceptor.state, 3);
});

Deno.test("a session that is away keeps its place in `connections`, and a comeback takes none", async () => {
  const acceptors: Acceptor[] = [];
  const events: string[] = [];
  const feature = reconnection({ window: 60_000 });
  const server = new WebSocketServer<unknown, object | null, Anything>();
  await server.open(
    {
      ...HERE,
      use: [feature],
      limits: { connections: 1 },
      onEvent: (event) => void events.push(event.type === "limit" ? event.limit : event.type),
    },
    (acceptor) => {
      acceptors.push(acceptor);
      return acceptor.accept({ f: () => 5 });
    },
  );
  await using proxy = await Proxy.open(server.address!.port, () => ({
    kind: "none",
    way: "up",
    at: 0,
  }));
  const client = new WebSocketConnector<null, null, Anything>(null, null);
  await client.connect(proxy.url, { use: [reconnection()] });
  const attempt = () => connectedTo(server, { use: [reconnection()] }).catch(String);
  assertEquals(await attempt(), "WebSocketError: This server is full");
  const [acceptor] = acceptors;
  assertEquals([...server.acceptors], [acceptor]);
  for (let round = 0; round < 3; round++) {
    proxy.cut();
    await until(() => events.at(-1) === "disconnect", "the acceptor is away");
    assertEquals([...server.acceptors], [acceptor]);
    assertEquals(await client.getDriver().f!(), 5);
    assertEquals(events.at(-1), "reconnect");
  }
  assertEquals([...server.acceptors], [acceptor]);
  const joined = acceptor!.join();
  await client.close();
  await joined;
  assertEquals([...server.acceptors], []);
  const other = await connectedTo(server);
  assertEquals(await other.getDriver().f!(), 5);
  await other.close();
  assertEquals(events.filter((one) => one === "connections").length, 1);
  await server.close();
});
