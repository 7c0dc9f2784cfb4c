import { assertEquals } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { structured, WebSocketConnector } from "../../mod.ts";
import { microtasks, stateOf } from "../helpers/waiting.ts";
import { away, clientOf, cut, endAll, FIRST, ID, pass } from "./script.ts";

Deno.test.afterEach(endAll);

Deno.test("a connector names its session and its count, and sends again what is missing", async () => {
  using time = new FakeTime();
  const client = await clientOf({}, { provider: { g: () => 7 } });
  const { f } = client.connector.getDriver();
  const calls = [f!(1), f!(2), f!(3)];
  await microtasks();
  assertEquals(client.socket.sent, ['[[0,1,"f",[1]],[0,2,"f",[2]],[0,3,"f",[3]]]']);
  client.socket.receives('[[1,1,10],[0,1,"g",[]]]');
  await microtasks();
  assertEquals(client.socket.sent.slice(1), ["[[67,2],[1,1,7]]"]);
  await away(client, time);
  assertEquals(client.connector.state, WebSocketConnector.State.CONNECTING);
  const late = f!(4);
  await microtasks();

  const { header, link } = client.resume(2); // of four
  assertEquals([header, (link as { session: unknown }).session], ["of the constructor", [ID, 2]]);
  assertEquals(client.connector.state, 1);
  assertEquals(client.socket.sent, ['[0,3,"f",[3]]', "[1,1,7]", '[0,4,"f",[4]]']);
  client.socket.receives("[[67,5],[1,4,40],[1,3,30],[1,2,20]]");
  assertEquals(await Promise.all([...calls, late]), [10, 20, 30, 40]);
  await microtasks();
  assertEquals(client.told, ["disconnect 1006", "reconnecting 1", "reconnect resumed 1"]);
});

Deno.test("a connector sends nothing again when the server has it all", async () => {
  using time = new FakeTime();
  const client = await clientOf();
  const call = client.connector.getDriver().f!();
  await microtasks();
  await away(client, time);
  client.resume(1);
  assertEquals([client.socket.sent, await stateOf(call)], [[], "waits"]);
  client.socket.receives("[1,1,7]");
  assertEquals(await call, 7);
});

Deno.test("a connector dials again when it is cut while the answer to its comeback is on its way", async () => {
  using time = new FakeTime();
  const client = await clientOf();
  const call = client.connector.getDriver().f!();
  await microtasks();
  await away(client, time);
  client.socket.opens(); // the server has resumed by now, and the answer is lost
  await cut(client.socket);
  await pass(time, 500);
  assertEquals(client.sockets.length, 3);
  const { link } = client.resume(1);
  assertEquals((link as { session: unknown }).session, [ID, 0]);
  client.socket.receives("[1,1,7]");
  assertEquals(await call, 7);
  await microtasks();
  assertEquals(client.told, [
    "disconnect 1006",
    "reconnecting 1",
    "reconnecting 2",
    "reconnect resumed 2",
  ]);
});

Deno.test("a call is answered once when its return is sent again after a cut", async () => {
  using time = new FakeTime();
  const asked: unknown[] = [];
  const client = await clientOf({}, { provider: { g: (value: unknown) => asked.push(value) } });
  client.socket.receives('[0,1,"g",["a"]]');
  await microtasks();
  await away(client, time);
  client.resume(0);
  client.socket.receives('[0,2,"g",["b"]]'); // the server sends on after the client's count
  await microtasks();
  assertEquals(client.socket.sent, ["[1,1,1]", "[[67,2],[1,2,2]]"]);
  assertEquals(asked, ["a", "b"]);
});

Deno.test("one-way calls leave once when there is a cut, and stay one-way when sent again", async () => {
  using time = new FakeTime();
  const client = await clientOf();
  const { note } = client.connector.getDriver({ reply: false });
  const { note: timed } = client.connector.getDriver({ reply: false, timeout: 5_000 });
  await Promise.all([note!(1), timed!(2)]); // they have been handed to the socket
  const frame = '[[0,1,"note",[1],[],null,1],[0,2,"note",[2],[],5000,1]]';
  assertEquals(client.socket.sent, [frame]);
  await cut(client.socket);
  const late = note!(3);
  assertEquals(await stateOf(late), "waits");
  await pass(time, FIRST);
  client.resume(0);
  await late;
  assertEquals(client.socket.sent, [
    `[[0,1,"note",[1],[],null,1],[0,2,"note",[2],[],${5_000 - FIRST},1]]`,
    '[0,3,"note",[3],[],null,1]',
  ]);
  await away(client, time);
  client.resume(3);
  assertEquals(client.socket.sent, []);
});

Deno.test("a call says what is left of its deadline when it leaves late, and when it leaves again", async () => {
  using time = new FakeTime();
  const client = await clientOf();
  const { f } = client.connector.getDriver({ timeout: 10_000 });
  const first = f!("a");
  await microtasks();
  assertEquals(client.socket.sent, ['[0,1,"f",["a"],[],10000]']);
  await pass(time, 300);
  await cut(client.socket);
  const second = f!("b");
  await pass(time, FIRST);
  client.resume(0);
  assertEquals(client.socket.sent, ['[0,1,"f",["a"],[],9600]', '[0,2,"f",["b"],[],9900]']);
  await pass(time, 1_000);
  await away(client, time);
  client.resume(0);
  assertEquals(client.socket.sent, ['[0,1,"f",["a"],[],8500]', '[0,2,"f",["b"],[],8800]']);
  client.socket.receives("[[1,1],[1,2]]");
  await Promise.all([first, second]);
});

Deno.test("a call that ends in a number keeps it when it is sent again", async () => {
  using time = new FakeTime();
  const client = await clientOf();
  const { f } = client.connector.getDriver();
  void f!(5).catch(() => {});
  void f!([7, 1]).catch(() => {});
  void f!(undefined).catch(() => {});
  void f!("],5]").catch(() => {});
  await microtasks();
  const { sent } = client.socket;
  await away(client, time);
  await pass(time, 1_000);
  client.resume(0);
  assertEquals(client.socket.sent, sent);
});

Deno.test("a call that waits because the socket is full says what is left when it leaves", async () => {
  using time = new FakeTime();
  const client = await clientOf();
  const { f } = client.connector.getDriver({ timeout: 10_000 });
  client.socket.bufferedAmount = 1e9;
  const call = f!();
  await pass(time, 500);
  assertEquals(client.socket.sent, []);
  client.socket.bufferedAmount = 0;
  await pass(time, 10);
  assertEquals(client.socket.sent, ['[0,1,"f",[],[],9490]']);
  client.socket.receives("[1,1]");
  await call;
});

Deno.test("a deadline and a signal end a call while there is no connection", async () => {
  using time = new FakeTime();
  const client = await clientOf();
  const control = new AbortController();
  const { connector } = client;
  const left = connector.getDriver({ timeout: 200 }).f!("left");
  await microtasks();
  await cut(client.socket);
  const waits = connector.getDriver({ timeout: 50 }).f!("waits");
  const given = connector.getDriver({ signal: control.signal }).f!("given up");
  const names: string[] = [];
  for (const call of [left, waits, given]) {
    void call.catch(({ name, message }: Error) => names.push(`${name} ${message}`));
  }
  await pass(time, 50);
  control.abort(new RangeError("enough"));
  await microtasks();
  assertEquals(names, [
    'DeadlineError Cannot wait any longer for "f": its timeout of 50 ms has passed',
    "RangeError enough",
  ]);
  await pass(time, 150);
  assertEquals(names.length, 3);
  client.resume(0);
  // the server refuses what is over, and is told what nobody waits for
  assertEquals(client.socket.sent, [
    '[0,1,"f",["left"],[],0]',
    '[[0,2,"f",["waits"],[],0],[0,3,"f",["given up"]]]',
    "[3,2]",
    "[3,3]",
    "[3,1]",
  ]);
});

Deno.test("a cancel leaves after the comeback when a call is canceled while there is no connection", async () => {
  using time = new FakeTime();
  const client = await clientOf();
  const control = new AbortController();
  const call = client.connector.getDriver({ signal: control.signal }).f!();
  call.catch(() => {});
  await microtasks();
  await cut(client.socket);
  control.abort();
  await pass(time, FIRST);
  client.resume(1);
  assertEquals(client.socket.sent, ["[3,1]"]);
  await away(client, time);
  client.resume(1);
  assertEquals(client.socket.sent, ["[3,1]"]);
});

Deno.test("structured values arrive through a cut, their bytes after their message", async () => {
  using time = new FakeTime();
  const client = await clientOf({}, { use: [structured] }, { session: ID, values: "structured" });
  const { f } = client.connector.getDriver();
  const map = f!(new Map([[1, new Date(5)]]));
  const bytes = f!(new Uint8Array([1, 2]));
  await microtasks();
  const { frames } = client.socket;
  assertEquals(frames.length, 3);
  await cut(client.socket);
  const late = f!(new Uint8Array([3]), 10n);
  await pass(time, FIRST);
  client.resume(0, { values: "structured" });
  assertEquals(client.socket.frames.slice(0, 3), frames);
  assertEquals(client.socket.frames.slice(3), [
    '[0,3,"f",[null,"10"],[1,[[0],"b","Uint8Array",0],[[1],"i"]]]',
    new Uint8Array([3]),
  ]);
  client.socket.receives('[1,1,[],[0,[[],"s"]]]');
  client.socket.receives('[1,2,null,[1,[[],"b","Uint8Array",0]]]');
  await cut(client.socket); // its bytes are missing
  await pass(time, FIRST);
  const { link } = client.resume(3, { values: "structured" });
  assertEquals((link as { session: unknown }).session, [ID, 1]);
  client.socket.receives('[1,2,null,[1,[[],"b","Uint8Array",0]]]');
  client.socket.receivesBinary(new Uint8Array([9]).buffer);
  client.socket.receives("[1,3]");
  assertEquals(await Promise.all([map, bytes, late]), [new Set(), new Uint8Array([9]), undefined]);
});

Deno.test("a connector sends the header of the option at each dial, in place of the constructor's", async () => {
  using time = new FakeTime();
  const made: unknown[] = ["token 1", Promise.resolve("token 2"), null, undefined];
  const client = await clientOf({ header: () => made.shift() });
  const headers: unknown[] = [];
  for (let round = 0; round < 3; round++) {
    await away(client, time);
    headers.push(client.resume(0).header);
    await microtasks();
  }
  assertEquals(headers, ["token 2", null, "of the constructor"]);
});

Deno.test("an attempt fails when header() throws, and another follows", async () => {
  using time = new FakeTime();
  let count = 0;
  const header = () => {
    if (++count === 2) throw new RangeError("no token yet");
    return count === 3 ? Promise.reject(new RangeError("not yet")) : count;
  };
  const client = await clientOf({ header, delay: 500 });
  await cut(client.socket);
  await pass(time, FIRST);
  assertEquals(client.sockets.length, 1);
  await pass(time, 500);
  await pass(time, 1_000);
  assertEquals([client.sockets.length, client.resume(0).header], [2, 4]);
  await microtasks();
  const causes = client.events.map((event) => event.type === "reconnecting" && String(event.cause));
  assertEquals(causes, [
    false,
    "WebSocketError: The connection was lost",
    "RangeError: no token yet",
    "RangeError: not yet",
    false,
  ]);
});

Deno.test("a connector gives up an attempt after 30 s, or after the timeout of connect()", async () => {
  for (const timeout of [undefined, 4_000]) {
    using time = new FakeTime();
    const client = await clientOf({}, { timeout });
    await away(client, time);
    const { socket } = client;
    socket.opens();
    await pass(time, (timeout ?? 30_000) - 1);
    assertEquals(socket.closes, []);
    await pass(time, 1);
    assertEquals(socket.closes, [[3008, `not accepted within ${timeout ?? 30_000} ms`]]);
    socket.closed(3008, "");
    assertEquals(socket.listenerCount, 0);
    await pass(time, 500);
    assertEquals(client.sockets.length, 3);
    await client.connector.close();
  }
});

Deno.test("a call with bytes and a deadline says what is left when it is sent again", async () => {
  using time = new FakeTime();
  const said = { session: ID, values: "structured" };
  const client = await clientOf({}, { use: [structured] }, said);
  const call = client.connector.getDriver({ timeout: 10_000 }).f!(new Uint8Array([5]));
  await microtasks();
  const head = '[0,1,"f",[null],[1,[[0],"b","Uint8Array",0]]';
  assertEquals(client.socket.sent, [`${head},10000]`]);
  await away(client, time);
  client.resume(0, { values: "structured" });
  assertEquals(client.socket.frames, [`${head},${10_000 - FIRST}]`, new Uint8Array([5])]);
  client.socket.receives("[1,1]");
  await call;
});

Deno.test("a connector goes on when a comeback is cut in the turn in which it is accepted", async () => {
  using time = new FakeTime();
  const client = await clientOf();
  const call = client.connector.getDriver().f!();
  await microtasks();
  for (let round = 0; round < 3; round++) {
    await away(client, time);
    client.resume(0);
    client.socket.closed(1006, "");
    assertEquals(client.connector.state, 0);
    await pass(time, FIRST);
    client.resume(0);
    assertEquals(client.socket.sent, ['[0,1,"f",[]]']);
  }
  client.socket.receives("[1,1,5]");
  assertEquals(await call, 5);
  await microtasks();
  for (const type of ["disconnect", "reconnecting", "reconnect"]) {
    assertEquals([type, client.events.filter((one) => one.type === type).length], [type, 6]);
  }
  assertEquals(client.told.at(-1), "reconnect resumed 1");
});

Deno.test("a call that is made in the callback of an event leaves once, and in order", async () => {
  using time = new FakeTime();
  const client = await clientOf();
  const { f } = client.connector.getDriver();
  const calls: Promise<unknown>[] = [f!("first")];
  await microtasks();
  client.heard = ({ type }) => void calls.push(f!(type));
  await away(client, time);
  client.resume(0);
  await microtasks();
  assertEquals(client.socket.sent, [
    '[0,1,"f",["first"]]',
    '[[0,2,"f",["disconnect"]],[0,3,"f",["reconnecting"]]]',
    '[0,4,"f",["reconnect"]]',
  ]);
  client.heard = () => {};
  client.socket.receives("[[1,1],[1,2],[1,3],[1,4]]");
  await Promise.all(calls);
});
