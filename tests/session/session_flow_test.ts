import { assert, assertEquals, assertInstanceOf, assertLess, assertRejects } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { type ConnectionEvent, NotSentError, WebSocketError } from "../../mod.ts";
import { accepted, closeAll, closedBy, connected } from "../helpers/ends.ts";
import { Timers } from "../helpers/timers.ts";
import { gate, microtasks, stateOf, until } from "../helpers/waiting.ts";

const NUDGE = '{"uid":0,"listener":"$","parameters":[]}';
const KEEP_ALIVE = '{"uid":0,"success":true}';
/** The first frame of a connector of this library that offers linked mode. */
const LINKED = JSON.stringify({
  header: null,
  link: { version: 1, features: ["frames", "batch"], values: ["json"] },
});

function callOf(uid: number, listener = "f"): Record<string, unknown> {
  return { uid, listener, parameters: [] };
}

/** What an operator is told of limits. */
function broken(): { readonly log: string[]; readonly onEvent: (event: ConnectionEvent) => void } {
  const log: string[] = [];
  return { log, onEvent: (event) => void (event.type === "limit" && log.push(event.limit)) };
}

Deno.test.afterEach(closeAll);

Deno.test("Session lets calls wait above sendBytes, and go on under the half of it", async () => {
  using time = new FakeTime();
  const { socket, connector } = await connected({ limits: { sendBytes: 1_000 } });
  socket.bufferedAmount = 1_001;
  const names = ["a", "b", "c"];
  const calls = names.map((name) => connector.getDriver()[name]!());
  socket.bufferedAmount = 501;
  await time.tickAsync(50);
  assertEquals(socket.sent, []);
  socket.bufferedAmount = 500;
  await time.tickAsync(10);
  assertEquals(socket.messages.map(({ listener }) => listener), names);
  for (const uid of [1, 2, 3]) socket.receives({ uid, success: true, value: uid });
  assertEquals(await Promise.all(calls), [1, 2, 3]);
  socket.closed(1000, "");
});

Deno.test("Session sends a frame of any size when little waits before it", async () => {
  const { socket, connector } = await connected({ limits: { sendBytes: 10 } });
  const call = connector.getDriver().f!("x".repeat(10_000));
  assertEquals(socket.sent.length, 1);
  socket.receives({ uid: 1, success: true, value: 1 });
  assertEquals(await call, 1);
  await closedBy(socket);
});

Deno.test("Session begins no call of a peer that does not read, and all of them later, in order", async () => {
  using time = new FakeTime();
  const begun: string[] = [];
  const provider = { f: () => begun.push("f"), g: () => begun.push("g") };
  const { socket } = await connected({ limits: { sendBytes: 1_000 } }, { provider });
  socket.bufferedAmount = 1_001;
  socket.receives(callOf(1));
  socket.receives(callOf(2, "g"));
  assertEquals([begun, socket.sent], [[], []]);
  socket.bufferedAmount = 0;
  await time.tickAsync(10);
  assertEquals(begun, ["f", "g"]);
  assertEquals(socket.messages.map(({ uid }) => uid), [1, 2]);
  socket.receives(callOf(3));
  assertEquals(begun, ["f", "g", "f"]);
  socket.closed(1000, "");
});

Deno.test("Session settles its own calls while a peer does not read", async () => {
  const { socket, connector } = await connected({ limits: { sendBytes: 1_000 } });
  const call = connector.getDriver().f!();
  socket.bufferedAmount = 1_001;
  const waiting = connector.getDriver().g!().catch((error: unknown) => error);
  socket.receives({ uid: 1, success: true, value: 1 });
  assertEquals(await call, 1);
  await closedBy(socket, 1006);
  assertInstanceOf(await waiting, NotSentError);
});

Deno.test("Session ends with 1013 when nothing leaves for too long above the mark", async () => {
  using time = new FakeTime();
  const { log, onEvent } = broken();
  const limits = { sendBytes: 1_000, stallTimeout: 100 };
  const { socket, acceptor } = await accepted({ limits, onEvent });
  socket.bufferedAmount = 2_000;
  const call = acceptor.getDriver().f!().catch((error: unknown) => error);
  await time.tickAsync(60);
  socket.bufferedAmount = 1_900; // it did drain
  await time.tickAsync(100);
  assertEquals(socket.closes, []);
  await time.tickAsync(10);
  assertEquals(socket.closes, [[1013, "The receiver stopped reading"]]);
  socket.closed(1013, "");
  assertInstanceOf(await call, NotSentError);
  assertEquals(log, ["stallTimeout"]);
});

for (
  const [limit, limits] of [
    ["unservedCalls", { unservedCalls: 3 }],
    ["unservedBytes", { unservedBytes: 3 * JSON.stringify(callOf(1)).length }],
  ] as const
) {
  Deno.test(`Session ends with 1013 when waiting calls of a peer break ${limit}`, async () => {
    const { log, onEvent } = broken();
    let ran = 0;
    const { socket } = await accepted({ limits: { sendBytes: 1_000, ...limits }, onEvent }, {
      provider: { f: () => ran++ },
    });
    socket.bufferedAmount = 1_001;
    for (let uid = 1; uid <= 3; uid++) socket.receives(callOf(uid));
    assertEquals(socket.closes, []);
    socket.receives(callOf(4));
    assertEquals(socket.closes, [[1013, "Too many calls are waiting"]]);
    assertEquals([log, ran], [[limit], 0]);
    await closedBy(socket, 1013);
  });
}

Deno.test("Session counts characters, not bytes of UTF-8, when calls of a peer wait", async () => {
  const { log, onEvent } = broken();
  const call = { ...callOf(1), parameters: [{ value: "é".repeat(1_000) }] };
  const limits = { sendBytes: 1_000, unservedBytes: 3 * JSON.stringify(call).length };
  const { socket } = await accepted({ limits, onEvent });
  socket.bufferedAmount = 1_001;
  for (let count = 0; count < 3; count++) socket.receives(call);
  assertEquals(log, []);
  socket.receives(call);
  assertEquals(log, ["unservedBytes"]);
  await closedBy(socket, 1013);
});

Deno.test("Session counts a frame's bytes once when its calls wait, however many are in it", async () => {
  const { log, onEvent } = broken();
  const limits = { sendBytes: 1_000, unservedBytes: 10_000 };
  const { socket } = await accepted({ limits, onEvent }, { header: LINKED });
  socket.bufferedAmount = 1_001;
  const batch = JSON.stringify(Array.from({ length: 100 }, (_, uid) => [0, uid + 1, "f", []]));
  assertLess(batch.length, 2_000);
  socket.receives(batch);
  assertEquals([log, socket.closes], [[], []]);
  await closedBy(socket);
});

/** A provider whose function works hard for so many ms, and that counts how often it began. */
function working(ms: number): { work(): void; begun(): number } {
  let begun = 0;
  return {
    work() {
      begun++;
      for (const end = performance.now() + ms; performance.now() < end;);
    },
    begun: () => begun,
  };
}

Deno.test("Session begins in one turn what its time allows, and the rest in the next ones", async () => {
  const worker = working(2);
  const { socket } = await accepted({}, { provider: worker });
  for (let uid = 1; uid <= 60; uid++) socket.receives(callOf(uid, "work"));
  const inOne = worker.begun();
  assert(inOne >= 15 && inOne <= 30, `${inOne} were begun in one turn`);
  const answers = (): number[] => socket.messages.map(({ uid }) => uid as number);
  for (let turns = 0; turns < 100 && worker.begun() < 60; turns++) {
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  assertEquals(answers(), Array.from({ length: 60 }, (_, at) => at + 1));
  await closedBy(socket);
});

Deno.test("Session begins all that came in before the close, when its turn was not over", async () => {
  const worker = working(1);
  const { socket } = await accepted({}, { provider: worker });
  for (let uid = 1; uid <= 100; uid++) socket.receives(callOf(uid, "work"));
  assertLess(worker.begun(), 100);
  socket.closed(1000, "");
  assertEquals(worker.begun(), 100);
});

Deno.test("Session refuses with BusyError what is too heavy beside what runs, until that ends", async () => {
  const { log, onEvent } = broken();
  const gates = [gate(), gate()];
  let begun = 0;
  const provider = { hold: () => gates[begun++]!.promise, quick: () => 1 };
  const { socket } = await accepted({ limits: { servedBytes: 100_000 }, onEvent }, { provider });
  const heavy = (uid: number, listener: string) => ({
    ...callOf(uid, listener),
    parameters: [{ value: "x".repeat(80_000) }],
  });
  socket.receives(heavy(1, "hold")); // one alone is never too heavy
  socket.receives(heavy(2, "quick"));
  socket.receives(callOf(3, "quick")); // a light one does not count
  const [busy, light] = socket.messages as { success: boolean; value: { name: string } }[];
  assertEquals([busy!.success, busy!.value.name, light!.success], [false, "BusyError", true]);
  assertEquals(log, ["servedBytes"]);
  gates[0]!.open();
  await microtasks();
  socket.receives(heavy(4, "quick"));
  assertEquals(socket.messages.map(({ uid }) => uid), [2, 3, 1, 4]);
  assertEquals(socket.messages.at(-1)!.success, true);
  await closedBy(socket);
});

Deno.test("Session counts a heavy frame once when many of its calls run", async () => {
  const { log, onEvent } = broken();
  const wait = gate();
  const limits = { servedBytes: 100_000 };
  const { socket } = await accepted({ limits, onEvent }, {
    header: LINKED,
    provider: { hold: () => wait.promise },
  });
  const batch = (base: number): string =>
    JSON.stringify(
      Array.from({ length: 50 }, (_, i) => [0, base + i, "hold", ["x".repeat(1_000)]]),
    );
  socket.receives(batch(1));
  assertEquals(log, []);
  // a busy machine begins the calls of a batch in several turns
  const answers = (): unknown[] =>
    socket.sent.map((text) => JSON.parse(text))
      .flatMap((frame) => Array.isArray(frame[0]) ? frame : [frame]).filter(Array.isArray);
  socket.receives(batch(101));
  await until(() => answers().length === 50, "the refusals");
  assertEquals(log.length, 50);
  wait.open();
  await until(() => answers().length === 100, "the results");
  socket.receives(batch(201));
  await until(() => answers().length === 150, "more results");
  assertEquals(log.length, 50);
  await closedBy(socket);
});

for (const [name, header, nudge] of [["plain", undefined, NUDGE], ["linked", LINKED, "[64]"]]) {
  Deno.test(`Session answers no flood of nudges when a ${name} peer does not read`, async () => {
    const limits = { sendBytes: 1_000, unservedCalls: 1_000 };
    const { socket } = await accepted({ limits }, header === undefined ? {} : { header });
    socket.bufferedAmount = 1_001;
    for (let sent = 0; sent < 500; sent++) socket.receives(nudge);
    assertLess(socket.sent.length, 10);
    await closedBy(socket);
  });

  Deno.test(`Session answers each nudge when a ${name} peer reads`, async () => {
    const { socket } = await accepted({}, header === undefined ? {} : { header });
    for (let sent = 0; sent < 3; sent++) socket.receives(nudge);
    await microtasks();
    assertEquals(socket.sent.length, 3);
    await closedBy(socket);
  });
}

Deno.test("Session is rejected at the call when too many own calls wait", async () => {
  const { log, onEvent } = broken();
  const { socket, connector } = await connected({ limits: { waitingCalls: 2 }, onEvent });
  const driver = connector.getDriver();
  const calls = [driver.f!(), driver.f!()];
  const error = await assertRejects(() => driver.f!(), NotSentError);
  assertEquals(error.message, 'Cannot call "f": too many calls are pending');
  assertEquals([log, socket.sent.length], [["waitingCalls"], 2]);
  for (const uid of [1, 2]) socket.receives({ uid, success: true, value: uid });
  assertEquals(await Promise.all(calls), [1, 2]);
  const next = driver.f!();
  socket.receives({ uid: 3, success: true, value: 3 });
  assertEquals(await next, 3);
  await closedBy(socket);
});

Deno.test("heartbeat asks a silent peer, and takes it for gone when it never answers", async () => {
  using time = new FakeTime();
  const { socket, connector } = await connected({ heartbeat: 100 });
  const call = connector.getDriver().f!().catch((error: unknown) => error);
  socket.sent.length = 0;
  await time.tickAsync(49);
  assertEquals(socket.sent, []);
  await time.tickAsync(1);
  assertEquals(socket.sent, [NUDGE]);
  await time.tickAsync(199);
  assertEquals([connector.state, await stateOf(call)], [1, "waits"]);
  await time.tickAsync(1);
  assertEquals(connector.state, 3);
  const error = await call;
  assertInstanceOf(error, WebSocketError);
  assertEquals([error.status, error.message], [1006, "The peer no longer answers"]);
  assertEquals(socket.closes.length, 1);
  socket.closed(1006, "");
  assertEquals(socket.listenerCount, 0);
});

Deno.test("heartbeat asks nothing when the peer speaks by itself, and goes on when it answers", async () => {
  using time = new FakeTime();
  const { socket, connector } = await connected({ heartbeat: 100 });
  for (let passed = 0; passed < 10; passed++) {
    await time.tickAsync(40);
    socket.receives(KEEP_ALIVE);
  }
  // an end that says nothing of its own speaks once an interval: the peer may wait behind its queue
  assertEquals(socket.sent, Array(4).fill(KEEP_ALIVE));
  socket.sent.length = 0;
  for (let asked = 0; asked < 5; asked++) {
    await time.tickAsync(200);
    socket.receives(KEEP_ALIVE);
  }
  assert(socket.sent.filter((frame) => frame === NUDGE).length >= 4);
  assertEquals(connector.state, 1);
  socket.closed(1000, "");
});

for (const heartbeat of [0, -1, NaN, "5"]) {
  Deno.test(`connect() rejects before it dials when the heartbeat is ${heartbeat}`, async () => {
    const options = { heartbeat } as { heartbeat: number };
    const error = await assertRejects(() => connected(options), RangeError);
    assertEquals(error.message, "Cannot set the heartbeat: expected a number of ms above 0");
  });
}

Deno.test("Session leaves no timer when it is over, whatever it had set", async () => {
  using timers = new Timers();
  const { socket, acceptor } = await accepted({ heartbeat: 1_000, limits: { sendBytes: 10 } }, {
    header: '{"header":null}',
  });
  acceptor.ping(500);
  socket.bufferedAmount = 11;
  const call = acceptor.getDriver().f!().catch(() => "rejected");
  const joined = acceptor.join(60_000);
  assert(timers.count >= 4);
  const closing = acceptor.close();
  socket.closed(1005, "");
  assertEquals([await closing, await call, await joined], [undefined, "rejected", true]);
  assertEquals(timers.count, 0);
});

Deno.test("Session lets no error stray when a call, an answer, a nudge or a ping finds the socket broken", async () => {
  const scenes = ["plain", "linked"].flatMap((mode) =>
    ["call", "answer", "nudge", "ping"].map((what) => ({ mode, what }))
  );
  const settled = scenes.map((scene) => ({ ...scene, isSettled: true }));
  assertEquals(await inWorker(scenes), { errors: [], settled });
});

/** Plays scenes in which no error may reach the top, where it would end the process. */
async function inWorker(scenes: unknown): Promise<{ errors: string[]; settled: unknown }> {
  const url = import.meta.resolve("../helpers/broken_socket_worker.ts");
  const worker = new Worker(url, { type: "module" });
  const errors: string[] = [];
  const over = gate<unknown>();
  worker.onerror = (event) => {
    event.preventDefault();
    errors.push(event.message);
    over.open("the worker ended");
  };
  worker.onmessage = ({ data }) => over.open(data);
  worker.postMessage(scenes);
  const settled = await over.promise;
  worker.terminate();
  return { errors, settled };
}
