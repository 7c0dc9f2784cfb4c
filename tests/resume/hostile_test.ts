import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { microtasks, stateOf } from "../helpers/waiting.ts";
import { answerIn, away, clientOf, cut, endAll, ID, pass, Serving } from "./script.ts";

Deno.test.afterEach(endAll);

/** Two messages have been sent, and one of them was acknowledged. */
const FORGED = [
  "0",
  "-1",
  "3",
  "1e9",
  "9007199254740993",
  "1.5",
  "null",
  '"1"',
  "[1]",
  "{}",
  "true",
];

for (const count of FORGED) {
  Deno.test(`an end closes with 1002 when its peer acknowledges ${count}, and no other notices`, async () => {
    const serving = new Serving({});
    const good = await serving.begin();
    const bad = await serving.begin();
    const client = await clientOf();
    for (
      const [end, socket] of [[bad.acceptor, bad.socket], [
        client.connector,
        client.socket,
      ]] as const
    ) {
      const { f } = end.getDriver();
      const calls = [f!(1), f!(2)].map((call) => call.catch(() => "failed"));
      await microtasks();
      socket.receives("[67,1]");
      socket.receives(`[67,${count}]`);
      const isServer = end === bad.acceptor;
      assertEquals(socket.closes, [[isServer ? 1002 : 3002, "The frame can't be read"]]);
      await cut(socket, 1002);
      assertEquals(await Promise.all(calls), ["failed", "failed"]);
      assertEquals(end.state, 3);
    }
    assertNotEquals((await serving.begin({ session: [bad.id, 0] })).id, bad.id);
    assertEquals(good.acceptor.state, 1);
    good.socket.receives("[67,0]"); // the same is right twice
    good.socket.receives("[67,0]");
    const call = good.acceptor.getDriver().f!();
    await microtasks();
    good.socket.receives("[1,1,5]");
    assertEquals(await call, 5);
  });
}

Deno.test("an acknowledgement without a count closes the connection", async () => {
  for (const frame of ["[67]", "[[67]]", "[[67,0],[67,1]]"]) {
    const serving = new Serving({});
    const { socket } = await serving.begin();
    socket.receives(frame);
    assertEquals(socket.closes.length, 1);
    await cut(socket, 1002);
  }
});

Deno.test("acknowledgements by the thousand change nothing", async () => {
  const serving = new Serving({});
  const { socket, acceptor } = await serving.begin();
  const call = acceptor.getDriver().f!();
  await microtasks();
  for (let at = 0; at < 1_000; at++) socket.receives("[[67,1],[67,1],[67,1]]");
  assertEquals([socket.closes, acceptor.state], [[], 1]);
  socket.receives("[1,1,5]");
  assertEquals(await call, 5);
});

Deno.test("sessions that are guessed by the thousand are fresh, and the real one waits on", async () => {
  const serving = new Serving({});
  const { socket, id, acceptor } = await serving.begin();
  await cut(socket);
  const ids = new Set<unknown>([id]);
  const guess = (at: number): unknown => {
    const letters = [...id];
    letters[at % letters.length] = String.fromCharCode(65 + at % 26);
    const text = letters.join("");
    return text === id ? "x" : text;
  };
  for (let at = 0; at < 2_000; at++) {
    const next = serving.dial({ session: [guess(at), 0] });
    await microtasks(3);
    ids.add(answerIn(next).session);
    next.closed(1000, "");
  }
  assertEquals([ids.size, acceptor.state], [2_001, 1]);
  const last = serving.dial({ session: [id, 0] });
  assertEquals(answerIn(last).session, [id, 0]);
});

/** What no client says that means it. */
const SESSIONS = [
  null,
  5,
  "x",
  [],
  {},
  [null, 0],
  [[], 0],
  [{}, 0],
  ["__proto__", 0],
  ["constructor", 0],
  { 0: "x", 1: 0, length: 2 },
];

for (const session of SESSIONS) {
  Deno.test(`a client that names the session ${JSON.stringify(session)} gets a fresh one`, async () => {
    const serving = new Serving({});
    const next = await serving.begin({ session });
    assertEquals(typeof next.id, "string");
    assertEquals(serving.told, ["open"]);
  });
}

Deno.test("a comeback with a wrong count begins a fresh session, and the real one waits on", async () => {
  const serving = new Serving({});
  const { socket, id, acceptor } = await serving.begin();
  const { f } = acceptor.getDriver();
  const calls = [f!(1), f!(2)];
  await microtasks();
  socket.receives("[67,1]");
  await cut(socket);
  for (const count of [...FORGED.map((text) => JSON.parse(text)), undefined]) {
    const next = await serving.begin({ session: [id, count] });
    assertNotEquals(next.id, id);
    await cut(next.socket, 1000);
  }
  assertEquals([acceptor.state, await stateOf(Promise.race(calls))], [1, "waits"]);
  const last = serving.dial({ session: [id, 1] });
  assertEquals(last.sent.slice(1), ['[0,2,"f",[2]]']);
  last.receives("[[1,1],[1,2]]");
  await Promise.all(calls);
});

Deno.test("a comeback with a wrong count leaves a socket alone that is in use", async () => {
  const serving = new Serving({});
  const { socket, id, acceptor } = await serving.begin();
  const thief = await serving.begin({ session: [id, 9] });
  assertNotEquals(thief.id, id);
  assertEquals([socket.closes, acceptor.state], [[], 1]);
});

/** What no server answers to a comeback that means it. */
const COUNTS = [-1, 3, 1e9, 0.5, null, "1", undefined, [1]];

for (const count of COUNTS) {
  Deno.test(`a connector ends with 1002 when a server resumes with ${JSON.stringify(count)}`, async () => {
    using time = new FakeTime();
    const client = await clientOf();
    const { f } = client.connector.getDriver();
    const calls = [f!(1), f!(2)].map((call) => call.catch(String));
    await microtasks();
    await away(client, time);
    const waits = f!(3).catch(({ name }: Error) => name);
    client.resume(count);
    await microtasks();
    const text = "Cannot resume the session: the number is impossible";
    assertEquals(await Promise.all(calls), Array(2).fill(`WebSocketError: ${text}`));
    assertEquals([await waits, client.connector.state], ["NotSentError", 3]);
    assertEquals(client.socket.closes, [[3002, text]]);
    assertEquals(client.told.at(-1), `close 1002 ${text}`);
    client.socket.closed(1002, "");
    assertEquals(client.socket.listenerCount, 0);
    await pass(time, 60_000);
    assertEquals(client.sockets.length, 2);
  });
}

Deno.test("a connector resumes after a wrong count when retry() says so", async () => {
  using time = new FakeTime();
  const client = await clientOf({ retry: () => true });
  const call = client.connector.getDriver().f!();
  await microtasks();
  await away(client, time);
  client.resume(-1);
  await pass(time, 0);
  assertEquals([client.sockets.length, client.connector.state], [3, 0]);
  client.resume(1);
  await pass(time, 60_000);
  assertEquals([client.sockets.length, client.connector.state], [3, 1]);
  client.socket.receives("[1,1,5]");
  assertEquals(await call, 5);
  assertEquals(client.told.at(-1), "reconnect resumed 2");
});

/** Whatever stands where the id and the count of a comeback belong. */
const ANSWERS = [["another", 0], [null, 0], [], {}, 5, null, undefined, "another", ID];

for (const session of ANSWERS) {
  Deno.test(`a connector begins a fresh session when a server resumes ${JSON.stringify(session)}`, async () => {
    using time = new FakeTime();
    const client = await clientOf();
    const call = client.connector.getDriver().f!().catch(String);
    await microtasks();
    await away(client, time);
    client.accept({ session });
    await microtasks();
    assertEquals(await call, "WebSocketError: The server has started a new session");
    assertEquals([client.connector.state, client.told.at(-1)], [1, "reconnect anew 1"]);
    const next = client.connector.getDriver().f!();
    await microtasks();
    assertEquals(client.socket.sent, ['[0,2,"f",[]]']);
    client.socket.receives("[1,2,5]");
    assertEquals(await next, 5);
    client.socket.receives("[1,1,6]"); // the return of what was rejected: it is ignored
    assertEquals(client.connector.state, 1);
  });
}

Deno.test("returns that are repeated, or of calls never made, settle nothing", async () => {
  using time = new FakeTime();
  const client = await clientOf();
  const { f } = client.connector.getDriver();
  const call = f!(1);
  await microtasks();
  client.socket.receives("[1,1,5]");
  assertEquals(await call, 5);
  await away(client, time);
  client.resume(1);
  client.socket.receives("[[1,1,6],[1,99,7]]");
  const next = f!(2);
  assertEquals(await stateOf(next), "waits");
  client.socket.receives("[1,2,8]");
  assertEquals(await next, 8);
});

Deno.test("a session that was taken by a client that offers nothing goes on as it was agreed", async () => {
  const serving = new Serving({}, { provider: { f: (value: unknown) => value } });
  const { socket, id, acceptor } = await serving.begin();
  await cut(socket);
  const next = serving.dial({ session: [id, 0], features: [] });
  assertEquals(answerIn(next).session, [id, 0]);
  next.receives('[[0,1,"f",[5]],[0,2,"f",[6]]]');
  await microtasks();
  assertEquals(next.sent.slice(1), ["[[67,2],[1,1,5],[1,2,6]]"]);
  assert(acceptor.state === 1);
});
