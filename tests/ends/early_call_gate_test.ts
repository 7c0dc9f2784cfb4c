import { assertEquals, assertInstanceOf } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { NotSentError, WebSocketError } from "../../mod.ts";
import { holdEarlyCalls } from "../../src/ends/early_call_gate.ts";
import { accepted, closeAll, closedBy } from "../helpers/ends.ts";
import { type OpenSession, openSession } from "../helpers/sessions.ts";
import { Timers } from "../helpers/timers.ts";

/** The first frame of TGrid's connector. */
const PLAIN_HEADER = '{"header":null}';
const NUDGE = '{"uid":0,"listener":"$","parameters":[]}';
const KEEP_ALIVE = '{"uid":0,"success":true}';

Deno.test.afterEach(closeAll);

function callOf(uid: number): Record<string, unknown> {
  return { uid, listener: "f", parameters: [{ type: "number", value: 1 }] };
}

/** Sessions that hold, and what ends them. */
function holding(count: number): OpenSession[] & Disposable {
  const all = Array.from({ length: count }, () => openSession({ wire: "plain" }));
  for (const { session, link } of all) holdEarlyCalls(session, link);
  const end = () => all.forEach(({ socket }) => socket.readyState < 3 && socket.closed(1000));
  return Object.assign(all, { [Symbol.dispose]: end });
}

Deno.test("holdEarlyCalls() keeps calls in order until a plain connector's first frame, and asks meanwhile", async () => {
  using time = new FakeTime();
  const { socket, acceptor } = await accepted({}, {
    header: PLAIN_HEADER,
    provider: { f: (x: number) => x },
  });
  await time.tickAsync(10);
  assertEquals(socket.sent, []);
  const calls = [acceptor.getDriver().a!(), acceptor.getDriver().b!()];
  assertEquals(socket.sent, []);
  for (let asked = 1; asked <= 3; asked++) {
    await time.tickAsync(2);
    assertEquals(socket.sent, Array(asked).fill(NUDGE));
  }
  socket.receives(callOf(1));
  assertEquals(socket.messages.slice(3).map(({ listener, uid }) => listener ?? uid), ["a", "b", 1]);
  await time.tickAsync(1_000);
  assertEquals(socket.sent.length, 6);
  for (const uid of [1, 2]) socket.receives({ uid, success: true, value: uid });
  assertEquals(await Promise.all(calls), [1, 2]);
  socket.closed(1000, "");
});

Deno.test("holdEarlyCalls() lets calls go after 250 ms when a plain connector says nothing", async () => {
  using time = new FakeTime();
  const { socket, acceptor } = await accepted({}, { header: PLAIN_HEADER });
  const call = acceptor.getDriver().f!().catch(() => "ended");
  await time.tickAsync(248);
  assertEquals(socket.sent.filter((frame) => frame !== NUDGE), []);
  await time.tickAsync(2);
  assertEquals(socket.messages.at(-1)?.listener, "f");
  const { length } = socket.sent;
  await time.tickAsync(1_000);
  assertEquals(socket.sent.length, length);
  socket.closed(1000, "");
  assertEquals(await call, "ended");
});

Deno.test("holdEarlyCalls() lets no call leave when the connection ends before", async () => {
  const { socket, acceptor } = await accepted({}, { header: PLAIN_HEADER });
  const calls = ["a", "b"].map((name) => acceptor.getDriver()[name]!().catch((e: unknown) => e));
  void acceptor.close(3001, "enough");
  socket.closed(3001, "enough");
  for (const [index, error] of (await Promise.all(calls)).entries()) {
    assertInstanceOf(error, NotSentError);
    const path = ["a", "b"][index];
    assertEquals(
      error.message,
      `Cannot call "${path}": the connection closed before the call was sent`,
    );
    assertInstanceOf(error.cause, WebSocketError);
    assertEquals([error.cause.status, error.cause.message], [3001, "enough"]);
  }
  assertEquals(socket.sent, []);
});

Deno.test("nothing is held back when the connector is of this library", async () => {
  const { socket, acceptor } = await accepted();
  const call = acceptor.getDriver().f!();
  assertEquals(socket.messages.map(({ listener }) => listener), ["f"]);
  socket.receives({ uid: 1, success: true, value: 1 });
  assertEquals(await call, 1);
  await closedBy(socket);
});

Deno.test("holdEarlyCalls() lets all leave, and asks no more, at whatever frame comes in first", () => {
  using time = new FakeTime();
  using counted = new Timers();
  using all = holding(1);
  const { session, socket, call } = all[0]!;
  call("a").catch(() => {});
  assertEquals([socket.sent, session.outgoing.waiting, session.isWaiting], [[], 1, true]);
  socket.receives(KEEP_ALIVE);
  assertEquals(socket.messages.map(({ listener }) => listener), ["a"]);
  assertEquals([session.outgoing.gate, session.isWaiting, counted.count], [undefined, false, 0]);
  time.tick(1_000);
  call("b").catch(() => {});
  assertEquals(socket.messages.map(({ listener }) => listener), ["a", "b"]);
});

Deno.test("holdEarlyCalls() asks nothing while nothing waits", () => {
  using time = new FakeTime();
  using all = holding(1);
  time.tick(240);
  assertEquals(all[0]!.socket.sent, []);
});

Deno.test("holdEarlyCalls() asks every 2 ms of all that hold together, and every 50 at the least", () => {
  using time = new FakeTime();
  for (const [count, every] of [[1, 2], [10, 20], [25, 50], [60, 50]] as const) {
    using all = holding(count);
    for (const { call } of all) call("a").catch(() => {});
    time.tick(every); // the first of all counted fewer
    for (const { socket } of all) socket.sent.length = 0;
    time.tick(4 * every);
    assertEquals(all.map(({ socket }) => socket.sent), all.map(() => Array(4).fill(NUDGE)));
  }
});

Deno.test("holdEarlyCalls() waits 20 ms longer for each other that holds", () => {
  using time = new FakeTime();
  for (const count of [1, 2, 4]) {
    using all = holding(count);
    for (const { call } of all) call("a").catch(() => {});
    const calls = () => all.flatMap(({ socket }) => socket.sent.filter((one) => one !== NUDGE));
    time.tick(250 + 20 * (count - 1) - 1);
    assertEquals(calls(), []);
    time.tick(1);
    assertEquals(calls().length, count);
  }
});

Deno.test("holdEarlyCalls() counts a session no more that has ended, and leaves no timer of it", () => {
  using time = new FakeTime();
  using counted = new Timers();
  using all = holding(3);
  const [first, ...others] = all;
  for (const { socket } of others) socket.closed(1006);
  assertEquals(counted.count, 2);
  first!.call("a").catch(() => {});
  time.tick(249);
  assertEquals(first!.socket.messages.filter(({ listener }) => listener === "a"), []);
  time.tick(1);
  assertEquals(first!.socket.messages.at(-1)?.listener, "a");
  assertEquals([counted.count, first!.session.outgoing.gate], [0, undefined]);
});

Deno.test("holdEarlyCalls() counts a session off once, however often its gate is opened", () => {
  using time = new FakeTime();
  using all = holding(2);
  const { gate } = all[0]!.session.outgoing;
  gate!.open();
  gate!.open();
  gate!.cancel();
  all[1]!.call("a").catch(() => {});
  using _more = holding(1);
  all[1]!.socket.sent.length = 0;
  time.tick(270 - 1);
  assertEquals(all[1]!.socket.messages.filter(({ listener }) => listener === "a"), []);
  time.tick(1);
  assertEquals(all[1]!.socket.messages.at(-1)?.listener, "a");
});
