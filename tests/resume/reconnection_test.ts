import { assert, assertEquals, assertGreater, assertRejects } from "@std/assert";
import {
  callbacks,
  type ConnectionEvent,
  DeadlineError,
  NotSentError,
  reconnection,
  streams,
  structured,
  WebSocketConnector,
  WebSocketError,
} from "../../mod.ts";
import type { Acceptor, Anything, Connector } from "../helpers/ends.ts";
import { connectedTo, HERE, opened } from "../helpers/servers.ts";
import { gate, until } from "../helpers/waiting.ts";
import { Proxy } from "../network/proxy.ts";
import { Random, seedOf } from "../network/random.ts";
import { HEARTBEAT, ReplayLine, Traffic, wait, WHOLE } from "./replay.ts";

/** Connections that are cut, in each of the long runs. */
const CUTS = Number(Deno.env.get("REPLAY_CUTS") ?? 15);
/** A connection is cut before so many bytes have passed. */
const REACH = 60_000;

for (
  const [name, use] of [
    ["calls", []],
    ["calls, streams and functions", [structured, callbacks, streams]],
  ] as const
) {
  Deno.test(`reconnection loses no ${name} and doubles none in ${CUTS} cuts`, async () => {
    const seed = seedOf("REPLAY_SEED");
    const faults = new Random(seed);
    await using line = await ReplayLine.open(use, new Random(seed));
    await line.connect(use);
    line.fault = () => ({
      kind: faults.of(["cut", "reset"]),
      way: faults.of(["up", "down"]),
      at: faults.below(faults.of([400, 5_000, REACH])), // in the handshake, soon, later
    });
    line.connections = 0;
    line.proxy.cut();
    const traffic = new Traffic(line, CUTS);
    await traffic.run(use.length > 0);
    line.fault = () => WHOLE;
    await until(() => line.client.state === 1, "the client is back");
    const { add } = line.client.getDriver();
    await add!(traffic.up++, ""); // what waits goes before it
    await until(() => line.isIdle && line.atServer.quiet === traffic.quiet, "nothing waits");

    assertEquals(traffic.wrong, []);
    assertEquals(line.atServer.order.length, traffic.up);
    assertEquals(line.atClient.order.length, traffic.down);
    assertEquals(line.atServer.quiet, traffic.quiet);
    assert(line.atServer.isInOrder && line.atClient.isInOrder);
    assertEquals([line.handled, line.sessions.length], [1, 2]);
    assertGreater(line.events.filter(({ type }) => type === "reconnect").length, 0);
    assert(line.events.every((event) => event.type !== "reconnect" || event.isResumed));
  });
}

Deno.test("reconnection keeps calls that are made while there is no connection", async () => {
  await using line = await ReplayLine.open([], new Random(1));
  await line.connect([]);
  const { add } = line.client.getDriver();
  assertEquals(await add!(0, "a"), 1);
  await line.cut();
  assertEquals([line.client.state, line.acceptor.state], [0, 1]);
  const call = add!(1, "abc");
  const back = line.acceptor.getDriver().add!(0, "");
  const late = line.client.getDriver({ timeout: 30 }).add!(2, "");
  await assertRejects(() => late, DeadlineError);
  const control = new AbortController();
  const given = line.client.getDriver({ signal: control.signal }).add!(2, "");
  control.abort(new RangeError("enough"));
  await assertRejects(() => given, RangeError, "enough");
  line.mend();
  assertEquals([await call, await back], [4, 0]);
});

Deno.test("close() ends a connection at once when it is being mended", async () => {
  await using line = await ReplayLine.open([], new Random(1));
  await line.connect([]);
  await line.cut();
  const call = line.client.getDriver().add!(0, "");
  const joined = line.client.join();
  const rejected = assertRejects(() => call, NotSentError);
  await line.client.close();
  await Promise.all([rejected, joined]);
  assertEquals(line.client.state, WebSocketConnector.State.CLOSED);
  assertEquals(line.acceptor.state, 1); // until its window is over
  await line.server.close();
  assertEquals(line.acceptor.state, 3);
});

Deno.test("reconnection ends a session at the server when its window is over", async () => {
  const acceptors = gate<Acceptor>();
  await using server = await opened((acceptor) => {
    acceptors.open(acceptor);
    return acceptor.accept(null);
  }, { use: [reconnection({ window: 30 })], heartbeat: HEARTBEAT });
  await using proxy = await Proxy.open(server.address!.port, () => WHOLE);
  const client: Connector = new WebSocketConnector<unknown, object | null, Anything>(null, {
    hang: () => new Promise(() => {}),
  });
  await client.connect(proxy.url, { use: [reconnection({ retry: () => false, delay: 9 })] });
  const acceptor = await acceptors.promise;
  const call = acceptor.getDriver().hang!();
  const rejected = assertRejects(() => call, WebSocketError, "didn't reconnect in time");
  await proxy[Symbol.asyncDispose](); // nobody can dial any more
  await rejected;
  await acceptor.join();
  assertEquals(acceptor.state, 3);
  await client.join();
});

Deno.test("reconnection begins anew when the server is another one", async () => {
  const begin = (port: number, name: string) =>
    opened((acceptor) => acceptor.accept({ name: () => name, hang: () => new Promise(() => {}) }), {
      ...HERE,
      port,
      use: [reconnection()],
    });
  const first = await begin(0, "first");
  const { port } = first.address!;
  const events: ConnectionEvent[] = [];
  const onEvent = (event: ConnectionEvent): void => void events.push(event);
  await using client = await connectedTo(first, { use: [reconnection({ delay: 20 })], onEvent });
  const { name, hang } = client.getDriver();
  const hanging = hang!();
  const rejected = assertRejects(() => hanging, WebSocketError, "started a new session");
  assertEquals(await name!(), "first");
  await first.close();
  await until(() => client.state === 0, "the client has noticed");
  const waiting = name!();
  await using _second = await begin(port, "second");
  assertEquals(await waiting, "second");
  const error = await rejected;
  assertEquals(error.status, 1006);
  await until(() => events.at(-1)!.type === "reconnect", "the client says that it is back");
  const last = events.at(-1)!;
  assertEquals([last.type, last.type === "reconnect" && last.isResumed], ["reconnect", false]);
});

Deno.test("reconnection begins anew at each restart of the server", async () => {
  const begin = (port: number, name: number) =>
    opened((acceptor) => acceptor.accept({ name: () => name }), {
      ...HERE,
      port,
      use: [reconnection()],
    });
  let server = await begin(0, 0);
  const { port } = server.address!;
  const events: string[] = [];
  const onEvent = ({ type }: ConnectionEvent): void => {
    events.push(type);
    if (type === "reconnecting") dispatchEvent(new Event("online")); // ends the wait
  };
  await using client = await connectedTo(server, { use: [reconnection({ delay: 9 })], onEvent });
  for (let restart = 1; restart <= 3; restart++) {
    await server.close();
    await until(() => client.state === 0, "the client has noticed");
    await until(() => events.at(-1) === "reconnecting", "it dials");
    server = await begin(port, restart);
    assertEquals(await client.getDriver().name!(), restart);
    await until(() => events.at(-1) === "reconnect", "the client says that it is back");
  }
  await client.close();
  await server.close();
});

Deno.test("reconnection changes nothing when the other end does not use it", async () => {
  for (const wire of ["linked", "plain"] as const) {
    await using server = await opened((acceptor) => acceptor.accept({ f: () => 1 }));
    await using client = await connectedTo(server, { use: [reconnection({ delay: 10 })], wire });
    assertEquals(await client.getDriver().f!(), 1);
    await server.close(); // goes away, and is not back: the next dial fails
    await until(() => client.state === 0, "it dials again");
    await client.close();
  }
  await using server = await opened((acceptor) => acceptor.accept({ f: () => 1 }), {
    use: [reconnection()],
  });
  await using client = await connectedTo(server);
  assertEquals(await client.getDriver().f!(), 1);
});

Deno.test("reconnection takes over at once when the old socket still looks open", async () => {
  await using line = await ReplayLine.open([], new Random(1));
  await line.connect([]);
  const { add } = line.client.getDriver();
  for (let round = 0; round < 10; round++) {
    const calls = Array.from({ length: 50 }, (_, at) => add!(round * 51 + at, ""));
    if (round % 2 === 0) await wait(3);
    line.proxy.leaveServer();
    calls.push(add!(round * 51 + 50, ""));
    assertEquals(await Promise.all(calls), calls.map((_, at) => round * 51 + at));
  }
  assert(line.atServer.isInOrder);
  assertEquals([line.handled, line.sessions.length, line.connections], [1, 2, 11]);
});
