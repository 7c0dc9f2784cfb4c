import { assertEquals, assertInstanceOf, assertStrictEquals } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { currentCall, reconnection, WebSocketError } from "../../mod.ts";
import type { Acceptor } from "../helpers/ends.ts";
import { connectedTo, opened } from "../helpers/servers.ts";
import { Timers } from "../helpers/timers.ts";
import { gate, microtasks, soon, stateOf, until } from "../helpers/waiting.ts";
import { Proxy } from "../network/proxy.ts";
import { answerIn, away, clientOf, cut, endAll, pass, Serving } from "./script.ts";

Deno.test.afterEach(endAll);

Deno.test("an acceptor stays what it is while its client is away, and when it is back", async () => {
  const serving = new Serving({}, { ip: "192.0.2.7" });
  const { socket, id, acceptor } = await serving.begin({ header: "first" });
  const { request, path, ip } = acceptor;
  const provider = acceptor.getProvider();
  const joins = [acceptor.join(), acceptor.join(60_000)];
  const same = () => {
    assertEquals([acceptor.path, acceptor.ip, acceptor.header, acceptor.state], [
      path,
      ip,
      "first",
      1,
    ]);
    assertStrictEquals(acceptor.request, request);
    assertStrictEquals(acceptor.getProvider(), provider);
  };
  assertEquals([path, ip], ["/path0", "192.0.2.7"]);
  await cut(socket);
  same();
  const next = serving.dial({ session: [id, 0], header: "second" });
  same();
  assertEquals(serving.acceptors, [acceptor]);
  assertEquals(await stateOf(Promise.race(joins)), "waits");
  await cut(next, 1000);
  assertEquals(await Promise.all(joins), [undefined, true]);
});

Deno.test("calls that run go on while the client is away, and return when it is back", async () => {
  const result = gate<number>();
  const signals: AbortSignal[] = [];
  const provider = {
    f() {
      signals.push(currentCall()!.signal);
      return result.promise;
    },
  };
  const serving = new Serving({}, { provider });
  const { socket, id } = await serving.begin();
  socket.receives('[0,1,"f",[]]');
  await cut(socket);
  assertEquals(signals[0]!.aborted, false);
  result.open(7);
  await microtasks();
  const next = serving.dial({ session: [id, 0] });
  await microtasks();
  assertEquals([next.sent.slice(1), signals[0]!.aborted], [["[1,1,7]"], false]);
});

Deno.test("calls that run are aborted when the window is over", async () => {
  using time = new FakeTime();
  let signal!: AbortSignal;
  const provider = {
    f() {
      signal = currentCall()!.signal;
      return new Promise(() => {});
    },
  };
  const serving = new Serving({ window: 500 }, { provider });
  const { socket } = await serving.begin();
  socket.receives('[0,1,"f",[]]');
  await cut(socket);
  await pass(time, 499);
  assertEquals(signal.aborted, false);
  await pass(time, 1);
  assertInstanceOf(signal.reason, WebSocketError);
  assertEquals([signal.reason.status, signal.reason.message], [
    1006,
    "The client didn't reconnect in time",
  ]);
});

Deno.test("calls that waited for their turn when the connection was cut are served", async () => {
  const served: unknown[] = [];
  const serving = new Serving({}, { provider: { f: (value: unknown) => served.push(value) } });
  const { socket, id } = await serving.begin();
  socket.bufferedAmount = 1e9; // nothing is served while the client doesn't read
  socket.receives('[[0,1,"f",["a"]],[0,2,"f",["b"]]]');
  await cut(socket);
  assertEquals(served, []);
  const next = serving.dial({ session: [id, 0] });
  assertEquals(answerIn(next).session, [id, 2]);
  await microtasks();
  assertEquals([served, next.sent.slice(1)], [["a", "b"], ["[[1,1,1],[1,2,2]]"]]);
});

Deno.test("ping() goes on after a comeback, also when it is called while the client is away", async () => {
  using time = new FakeTime();
  const serving = new Serving({});
  let { socket, id, acceptor } = await serving.begin();
  acceptor.ping(200);
  await pass(time, 450);
  assertEquals(socket.sent, ["[65]", "[65]"]);
  await cut(socket);
  await pass(time, 1_000);
  socket = serving.dial({ session: [id, 0] });
  await pass(time, 450);
  assertEquals(socket.sent.slice(1), ["[65]", "[65]"]);
  await cut(socket);
  acceptor.ping(400);
  socket = serving.dial({ session: [id, 0] });
  await pass(time, 450);
  assertEquals(socket.sent.slice(1), ["[65]"]);
  await cut(socket, 1000);
  await pass(time, 1_000);
  assertEquals(socket.sent.length, 2);
});

Deno.test("a server that closes ends the sessions that are away, and their calls", async () => {
  const acceptors = gate<Acceptor>();
  const signals = gate<AbortSignal>();
  const closes: unknown[] = [];
  const server = await opened((acceptor) => {
    acceptors.open(acceptor);
    return acceptor.accept({
      f() {
        signals.open(currentCall()!.signal);
        return new Promise(() => {});
      },
    });
  }, {
    use: [reconnection()],
    onEvent: (event) => void (event.type === "close" && closes.push([event.code, event.reason])),
  });
  const proxy = await Proxy.open(server.address!.port, () => ({ kind: "none", way: "up", at: 0 }));
  const client = await connectedTo(server, {
    use: [reconnection()],
    // through the proxy
    socket: () => new WebSocket(proxy.url),
  });
  const left = client.getDriver().f!().catch(String);
  const acceptor = await soon(acceptors.promise, "the acceptor");
  const signal = await soon(signals.promise, "the signal");
  const call = acceptor.getDriver().g!().catch((error: unknown) => error);
  await proxy[Symbol.asyncDispose]();
  await until(() => client.state === 0, "the client has noticed");
  await until(() => acceptor.state === 1 && closes.length === 0, "the acceptor is away");
  assertEquals([...server.acceptors], [acceptor]);
  const joined = acceptor.join();
  await server.close();
  await joined;
  const error = await call;
  assertInstanceOf(error, Error);
  assertEquals([acceptor.state, [...server.acceptors]], [3, []]);
  assertEquals(signal.aborted, true);
  assertEquals(closes, [[1006, "The server closed while the client was away"]]);
  await client.close();
  assertEquals(typeof await left, "string");
});

Deno.test("events come in order at both ends", async () => {
  using time = new FakeTime();
  const client = await clientOf();
  const serving = new Serving({});
  let { socket, id, acceptor } = await serving.begin();
  for (let round = 0; round < 2; round++) {
    await away(client, time);
    client.resume(0);
    await microtasks();
    await cut(socket, 1006, "");
    await pass(time, 500);
    socket = serving.dial({ session: [id, 0] });
  }
  await Promise.all([cut(client.socket, 1000, "bye"), cut(socket, 3005, "bye")]);
  assertEquals([client.connector.state, acceptor.state], [3, 3]);
  const once = ["disconnect 1006", "reconnecting 1", "reconnect resumed 1"];
  assertEquals(client.told, [...once, ...once, "close 1000 bye"]);
  const [gone, , back] = once;
  assertEquals(serving.told, ["open", gone, back, gone, back, "close 3005 bye"]);
  const times = serving.events.flatMap((event) => event.type === "reconnect" ? [event.ms] : []);
  assertEquals(times.every((ms) => ms >= 500), true);
});

Deno.test("no timer and no listener is left when connections have been cut and closed", async () => {
  using timers = new Timers();
  const client = await clientOf({}, { heartbeat: 10_000 });
  const serving = new Serving({}, { heartbeat: 10_000, provider: { f: () => 1 } });
  const { socket, id, acceptor } = await serving.begin();
  socket.receives('[0,1,"f",[],[],null,1]'); // it is to be acknowledged after a second
  await cut(socket);
  const next = serving.dial({ session: [id, 0] });
  acceptor.ping(500);
  next.receives('[0,2,"f",[],[],null,1]');
  await cut(next, 1000);
  client.socket.receives('[0,1,"f",[],[],null,1]');
  await cut(client.socket);
  await until(() => client.sockets.length === 2, "it dials again");
  client.resume(0);
  client.socket.receives('[0,2,"f",[],[],null,1]');
  await cut(client.socket, 1000);
  await microtasks();
  assertEquals([acceptor.state, client.connector.state], [3, 3]);
  const sockets = [...client.sockets, socket, next];
  assertEquals(sockets.map(({ listenerCount }) => listenerCount), sockets.map(() => 0));
  await until(() => timers.count <= 1, "no timer waits"); // its own is one
});

Deno.test("no timer is left when a message ends its own connection at once", async () => {
  using timers = new Timers();
  const serving: Serving = new Serving({}, {
    provider: {
      end() {
        serving.acceptors[0]!.close(3005, "enough");
        socket.closed(3005, "enough"); // some sockets are closed at once
      },
    },
  });
  const { socket } = await serving.begin();
  socket.receives('[0,1,"end",[],[],null,1]');
  await microtasks();
  assertEquals(serving.acceptors[0]!.state, 3);
  assertEquals(timers.count, 0);
});
