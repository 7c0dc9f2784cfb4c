import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { structured } from "../../mod.ts";
import { gate, microtasks, stateOf } from "../helpers/waiting.ts";
import { answerIn, cut, endAll, type Held, NAMES, Serving } from "./script.ts";

Deno.test.afterEach(endAll);

/** A provider that counts what it is asked. */
function counting(): { readonly asked: unknown[]; readonly provider: object } {
  const asked: unknown[] = [];
  const add = (value: unknown): number => asked.push(value);
  return { asked, provider: { add, twice: (value: number) => 2 * value } };
}

Deno.test("an acceptor answers a comeback with its own count, and sends again what is missing", async () => {
  const { asked, provider } = counting();
  const serving = new Serving({}, { provider });
  const { socket, id, acceptor } = await serving.begin();
  assertMatch(id, /^[\w-]{24}$/);
  socket.receives('[[0,1,"add",["a"]],[0,2,"add",["b"]]]');
  await microtasks();
  assertEquals(socket.sent, ["[[67,2],[1,1,1],[1,2,2]]"]);
  await cut(socket);
  assertEquals(acceptor.state, 1);

  const next = serving.dial({ session: [id, 1] }); // the second return was lost
  assertEquals(answerIn(next), {
    version: 1,
    features: NAMES.filter((name) => name !== "trail"),
    values: "json",
    session: [id, 2],
  });
  assertEquals(next.sent.slice(1), ["[1,2,2]"]);
  next.receives('[0,3,"add",["c"]]');
  await microtasks();
  assertEquals(next.sent.slice(2), ["[[67,3],[1,3,3]]"]);
  assertEquals([asked, serving.acceptors], [["a", "b", "c"], [acceptor]]);
});

Deno.test("an acceptor sends nothing twice when an acknowledgement was lost", async () => {
  const serving = new Serving({});
  const { socket, id, acceptor } = await serving.begin();
  const { f } = acceptor.getDriver();
  const calls = [f!(1), f!(2), f!(3)];
  await microtasks();
  assertEquals(socket.sent, ['[[0,1,"f",[1]],[0,2,"f",[2]],[0,3,"f",[3]]]']);
  await cut(socket); // the client had all, but its acknowledgement didn't arrive
  const next = serving.dial({ session: [id, 3] });
  assertEquals(next.sent.length, 1);
  next.receives("[[1,1,1],[1,2,2],[1,3,3]]");
  assertEquals(await Promise.all(calls), [1, 2, 3]);
  await cut(next);
  assertEquals(serving.dial({ session: [id, 3] }).sent.length, 1);
});

/** How many of a batch of three have arrived, and what is sent again. */
const BATCHES: readonly (readonly [where: string, received: number, frames: string[]])[] = [
  ["before", 0, ['[[0,1,"f",[]],[0,2,"f",[]],[0,3,"f",[]]]']],
  ["within", 1, ['[[0,2,"f",[]],[0,3,"f",[]]]']],
  ["at the last message of", 2, ['[0,3,"f",[]]']],
  ["after", 3, []],
];

for (const [where, received, frames] of BATCHES) {
  Deno.test(`an acceptor sends again what is missing when the cut is ${where} a batch`, async () => {
    const serving = new Serving({});
    const { socket, id, acceptor } = await serving.begin();
    const { f } = acceptor.getDriver();
    const calls = Promise.all([f!(), f!(), f!()]);
    await microtasks();
    await cut(socket);
    const next = serving.dial({ session: [id, received] });
    assertEquals(next.sent.slice(1), frames);
    next.receives("[[1,1],[1,2],[1,3]]");
    await calls;
  });
}

Deno.test("a message counts as received when its last bytes are in", async () => {
  const lengths: number[] = [];
  const provider = { take: (bytes: Uint8Array) => lengths.push(bytes.length) };
  const serving = new Serving({}, { provider, use: [structured] });
  const said = { values: "structured" };
  const { socket, id } = await serving.begin(said);
  const call = '[0,1,"take",[null,null],[2,[[0],"b","Uint8Array",0],[[1],"b","Uint8Array",1]]]';
  socket.receives(call);
  socket.receivesBinary(new Uint8Array([1, 2, 3]).buffer);
  await cut(socket); // the second part is missing

  const next = serving.dial({ ...said, session: [id, 0] });
  assertEquals(answerIn(next).session, [id, 0]);
  next.receives(call);
  next.receivesBinary(new Uint8Array([1, 2, 3]).buffer);
  next.receivesBinary(new Uint8Array([4]).buffer);
  await microtasks();
  assertEquals([lengths, next.sent.slice(1)], [[3], ["[[67,1],[1,1,1]]"]]);
  await cut(next);
  const last = serving.dial({ ...said, session: [id, 1] });
  assertEquals([answerIn(last).session, last.sent.length], [[id, 1], 1]);
});

Deno.test("an acceptor sends a message with bytes again as a whole", async () => {
  const serving = new Serving({}, { use: [structured] });
  const said = { values: "structured" };
  const { socket, id, acceptor } = await serving.begin(said);
  const sent = new Uint8Array([1, 2, 3]);
  const call = acceptor.getDriver().f!(sent);
  await microtasks();
  const { frames } = socket;
  assertEquals([frames.length, frames[1]], [2, sent]);
  await cut(socket);
  const next = serving.dial({ ...said, session: [id, 0] });
  assertEquals(next.frames.slice(1), frames);
  await cut(next);
  const last = serving.dial({ ...said, session: [id, 1] });
  assertEquals(last.frames.length, 1);
  last.receives("[1,1,4]");
  assertEquals(await call, 4);
});

Deno.test("20 MB of bytes arrive through a cut when they were on their way", async () => {
  const size = 20 * 2 ** 20;
  const provider = { make: () => new Uint8Array(size).fill(7) };
  const serving = new Serving({ unacknowledgedBytes: 64 * 2 ** 20 }, {
    provider,
    use: [structured],
  });
  const said = { values: "structured" };
  const { socket, id } = await serving.begin(said);
  socket.receives('[0,1,"make",[]]');
  await microtasks();
  await cut(socket);
  const next = serving.dial({ ...said, session: [id, 0] });
  const bytes = next.frames[2] as Uint8Array;
  assertEquals([next.frames.length, bytes.length, bytes[size - 1]], [3, size, 7]);
});

Deno.test("an acceptor drops what had arrived of a message when its socket is gone", async () => {
  const { asked, provider } = counting();
  const serving = new Serving({}, { provider, use: [structured] });
  const said = { values: "structured" };
  const { socket, id } = await serving.begin(said);
  socket.receives('[0,1,"add",[null],[1,[[0],"b","Uint8Array",0]]]');
  await cut(socket);
  const next = serving.dial({ ...said, session: [id, 0] });
  next.receives('[0,1,"add",["another"]]'); // no bytes are expected any more
  await microtasks();
  assertEquals([asked, next.sent.slice(1)], [["another"], ["[[67,1],[1,1,1]]"]]);
});

Deno.test("a comeback is resumed again when the answer to the first was lost", async () => {
  const { asked, provider } = counting();
  const serving = new Serving({}, { provider });
  const { socket, id, acceptor } = await serving.begin();
  socket.receives('[0,1,"add",["a"]]');
  await microtasks();
  await cut(socket);
  const second = serving.dial({ session: [id, 0] });
  assertEquals(second.sent.slice(1), ["[1,1,1]"]);
  await cut(second); // before the answer is through
  const third = serving.dial({ session: [id, 0] });
  assertEquals([answerIn(third).session, third.sent.slice(1)], [[id, 1], ["[1,1,1]"]]);
  assertEquals([asked, serving.acceptors, acceptor.state], [["a"], [acceptor], 1]);
});

Deno.test("a comeback takes over at once when the old socket looks open", async () => {
  const { asked, provider } = counting();
  const serving = new Serving({}, { provider });
  const { socket, id, acceptor } = await serving.begin();
  socket.receives('[0,1,"add",["a"]]');
  await microtasks();
  serving.events.length = 0;
  const next = serving.dial({ session: [id, 1] });
  assertEquals([answerIn(next).session, socket.closes.length], [[id, 1], 1]);
  socket.receives('[0,2,"add",["too late"]]');
  next.receives('[0,2,"add",["b"]]');
  socket.closed(1000, "");
  await microtasks();
  assertEquals([asked, next.sent.slice(1)], [["a", "b"], ["[[67,2],[1,2,2]]"]]);
  assertEquals([socket.listenerCount, acceptor.state], [0, 1]);
  assertEquals(serving.told, ["disconnect 1006", "reconnect resumed 1"]);
});

Deno.test("the later one goes on when two comebacks come at once", async () => {
  const serving = new Serving({});
  const { socket, id, acceptor } = await serving.begin();
  const call = acceptor.getDriver().f!();
  await microtasks();
  await cut(socket);
  const first = serving.dial({ session: [id, 0] });
  const second = serving.dial({ session: [id, 0] });
  for (const one of [first, second]) {
    assertEquals([answerIn(one).session, one.sent.slice(1)], [[id, 0], ['[0,1,"f",[]]']]);
  }
  assertEquals([first.closes.length, second.closes.length], [1, 0]);
  first.receives("[1,1,1]"); // too late
  assertEquals(await stateOf(call), "waits");
  second.receives("[1,1,2]");
  assertEquals(await call, 2);
});

Deno.test("the later one goes on when two comebacks are looked at for a while", async () => {
  const gates = [gate(), gate()];
  const serving = new Serving({}, { resumed: (_, header) => gates[header as number]!.promise });
  const { socket, id, acceptor } = await serving.begin();
  await cut(socket);
  const dials = [0, 1].map((header) => serving.dial({ session: [id, 0], header }));
  await microtasks();
  assertEquals(dials.map(({ sent }) => sent), [[], []]);
  gates[1]!.open();
  await microtasks();
  gates[0]!.open();
  await microtasks();
  assertEquals(dials.map((one) => answerIn(one).session), [[id, 0], [id, 0]]);
  assertEquals([dials[0]!.closes.length, dials[1]!.closes.length], [0, 1]);
  assertEquals([serving.acceptors, acceptor.state], [[acceptor], 1]);
});

Deno.test("a session is fresh when the id of a comeback is of another feature's", async () => {
  const one = new Serving({});
  const other = new Serving({});
  const { socket, id, acceptor } = await one.begin();
  await cut(socket);
  const next = await other.begin({ session: [id, 0] });
  assertNotEquals(next.id, id);
  assertEquals([acceptor.state, one.told.at(-1)], [1, "disconnect 1006"]);
});

Deno.test("a session ends when its window is over, and its id begins a fresh one", async () => {
  using time = new FakeTime();
  const serving = new Serving({ window: 1_000 });
  const { socket, id, acceptor } = await serving.begin();
  let isJoined = false;
  void acceptor.join().then(() => isJoined = true);
  await cut(socket);
  await time.tickAsync(999);
  assertEquals([acceptor.state, isJoined], [1, false]);
  await time.tickAsync(1);
  assertEquals([acceptor.state, isJoined], [3, true]);
  assertEquals(serving.told, [
    "open",
    "disconnect 1006",
    "close 1006 The client didn't reconnect in time",
  ]);
  const next = await serving.begin({ session: [id, 0] });
  assertNotEquals(next.id, id);
  next.socket.closed(1000, "");
});

Deno.test("a session has a new window after each cut", async () => {
  using time = new FakeTime();
  const serving = new Serving({ window: 1_000 });
  let { socket, id, acceptor } = await serving.begin();
  for (let round = 0; round < 5; round++) {
    await cut(socket);
    await time.tickAsync(900);
    socket = serving.dial({ session: [id, 0] });
    assertEquals(answerIn(socket).session, [id, 0]);
    await time.tickAsync(900);
  }
  assertEquals(acceptor.state, 1);
  await cut(socket);
  await time.tickAsync(1_000);
  assertEquals(acceptor.state, 3);
});

Deno.test("sessions end one by one when their windows are over one by one", async () => {
  using time = new FakeTime();
  const serving = new Serving({ window: 1_000 });
  const held: Held[] = [];
  for (let at = 0; at < 4; at++) held.push(await serving.begin());
  const states = () => held.map(({ acceptor: { state } }) => state);
  for (const { socket } of held) {
    await cut(socket);
    await time.tickAsync(300);
  }
  assertEquals(states(), [3, 1, 1, 1]); // 1,200 ms after the first, 900 after the second
  const back = serving.dial({ session: [held[1]!.id, 0] });
  await time.tickAsync(300);
  assertEquals(states(), [3, 1, 1, 1]);
  await time.tickAsync(100);
  assertEquals(states(), [3, 1, 3, 1]);
  await time.tickAsync(300);
  assertEquals(states(), [3, 1, 3, 3]);
  back.closed(1000, "");
});

Deno.test("a comeback gets a fresh session when the window ends while it is looked at", async () => {
  using time = new FakeTime();
  const looked = gate();
  const serving = new Serving({ window: 1_000 }, { resumed: () => looked.promise });
  const { socket, id, acceptor } = await serving.begin();
  await cut(socket);
  await time.tickAsync(900);
  const next = serving.dial({ session: [id, 0] });
  await time.tickAsync(200);
  assertEquals([acceptor.state, next.sent], [3, []]);
  looked.open();
  await microtasks();
  const { session } = answerIn(next);
  assert(typeof session === "string" && session !== id);
  assertEquals(serving.acceptors.length, 2);
  next.closed(1000, "");
});

Deno.test("a session is over at the acceptor when the client closes it or breaks a rule", async () => {
  for (const code of [1000, 1001, 1002, 1005, 1008, 1009, 1011, 1013, 3000, 3013, 4999]) {
    const serving = new Serving({});
    const { socket, id, acceptor } = await serving.begin();
    await cut(socket, code, "why");
    assertEquals([code, acceptor.state], [code, 3]);
    const next = await serving.begin({ session: [id, 0] });
    assertNotEquals(next.id, id);
    await cut(next.socket, 1000);
    assertEquals(serving.told.slice(0, 2), ["open", `close ${code} why`]);
  }
});

Deno.test("a session is over at the acceptor when the server closes it", async () => {
  const serving = new Serving({});
  const { socket, id, acceptor } = await serving.begin();
  const closing = acceptor.close(3005, "enough");
  await cut(socket, 1006); // instead of an answer to the close
  await closing;
  const next = await serving.begin({ session: [id, 0] });
  assertNotEquals(next.id, id);
  assertEquals(serving.told, ["open", "close 3005 enough", "open"]);
});

Deno.test("an acceptor that is away can be closed, and ends at once", async () => {
  const serving = new Serving({});
  const { socket, id, acceptor } = await serving.begin();
  const call = acceptor.getDriver().f!();
  const rejected = call.catch((error: Error) => `${error.name} ${error.message}`);
  await microtasks();
  await cut(socket);
  await acceptor.close(3005, "enough");
  assertEquals(acceptor.state, 3);
  assertEquals(await rejected, "WebSocketError enough");
  assertEquals(serving.told, ["open", "disconnect 1006", "close 3005 enough"]);
  assertNotEquals((await serving.begin({ session: [id, 0] })).id, id);
});

Deno.test("an acceptor stays closed when it is closed while a comeback takes over", async () => {
  for (const type of ["disconnect", "reconnect"]) {
    const serving = new Serving({});
    const { socket, id, acceptor } = await serving.begin();
    serving.heard = (event) => void (event.type === type && acceptor.close(3005, "enough"));
    const next = serving.dial({ session: [id, 0] });
    await microtasks();
    next.closed(1000, "");
    socket.closed(1001, "");
    assertEquals([type, acceptor.state, socket.listenerCount], [type, 3, 0]);
    assertEquals(serving.told.filter((one) => one.startsWith("close 3005")).length, 1);
    assertEquals(serving.acceptors.length, type === "disconnect" ? 2 : 1);
  }
});
