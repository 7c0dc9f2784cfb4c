import "../helpers/late_platform.ts";
import { end } from "../../src/features/reconnection/transitions.ts";
import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { NotSentError, WebSocketError } from "../../mod.ts";
import type { PluggedFeature } from "../../src/session/feature.ts";
import { endingOf } from "../helpers/links.ts";
import { type OpenSession, openSession, settledOf } from "../helpers/sessions.ts";
import { Timers } from "../helpers/timers.ts";
import { microtasks } from "../helpers/waiting.ts";

Deno.test("a session that is over sends nothing, takes nothing, and refuses calls with its owner's error", async () => {
  let ran = 0;
  const ends = openSession({ provider: { f: () => ran++ } });
  const { session, socket, rpc } = ends;
  assertEquals(session.refuse("f"), undefined);
  socket.closed(1000);
  assertEquals(session.refuse("a.b")?.message, 'Cannot call "a.b": closed');
  session.text('[0,1,"f",[]]');
  session.binary(new ArrayBuffer(1));
  session.message([0, 1, "f", []], false);
  session.send("[40]");
  session.reply({ uid: 1, success: true, value: 1 }, () => {});
  session.fail(1002, "late");
  session.broke("depth", 1008, "late");
  await microtasks();
  assertEquals([ran, socket.frames, socket.closes, session.phase], [0, [], [], "closed"]);
  assertInstanceOf(await rpc.call("f", [], {} as never).catch((error) => error), NotSentError);
});

Deno.test("fail() closes once, and the calls of this turn leave before the close", async () => {
  const ends = openSession({ features: ["batch"] });
  const { session, socket, call } = ends;
  call("a").catch(() => {});
  call("b").catch(() => {});
  assertEquals(socket.sent, []);
  session.fail(1002, "first");
  session.fail(1008, "second");
  session.close(3001, "third");
  assertEquals(socket.sent, ['[[0,1,"a",[]],[0,2,"b",[]]]']);
  assertEquals([session.phase, socket.closes[0]], ["closing", [1002, "first"]]);
  socket.closed(1002);
  assertEquals((await settledOf(ends))[0], ["ended", "closed", 1002, "WebSocketError"]);
});

Deno.test("close() lets the calls of this turn leave before it", async () => {
  const ends = openSession({ features: ["batch"] });
  ends.call("a");
  ends.session.close(3001, "enough");
  assertEquals([ends.socket.sent, ends.socket.closes], [['[0,1,"a",[]]'], [[3001, "enough"]]]);
  ends.socket.closed(3001);
  assertEquals((await settledOf(ends))[1], ["a", "WebSocketError"]);
});

Deno.test("broke() forgets what waits to be begun when too much does", () => {
  let ran = 0;
  const limits = { sendBytes: 10, unservedCalls: 2 };
  const ends = openSession({ limits, provider: { f: () => ran++ } });
  ends.socket.bufferedAmount = 11;
  ends.socket.receives([[0, 1, "f", []], [0, 2, "f", []]]);
  assertEquals([ends.session.isWaiting, ends.session.phase], [true, "open"]);
  ends.socket.receives([[0, 3, "f", []], [0, 4, "f", []]]);
  assertEquals([ends.session.isWaiting, ends.session.phase, ran], [false, "closing", 0]);
  assertEquals(ends.events, [{ type: "limit", limit: "unservedCalls" }]);
  ends.socket.closed(1013);
});

Deno.test("close() throws, and the session is as it was, when this end may not send the code", () => {
  const { session, socket } = openSession();
  for (const code of [0, 401, 1005, NaN]) {
    assertThrows(() => session.close(code, "no"), RangeError, `Cannot close with ${code}`);
    assertEquals([session.phase, socket.closes], ["open", []]);
  }
  socket.receives("[64]");
  assertEquals(socket.sent, ["[65]"]);
  socket.closed(1000);
});

Deno.test("close() bears a socket that tells of its end at once", async () => {
  const ends = openSession();
  const { session, socket } = ends;
  socket.close = (code) => socket.closed(code, "at once");
  session.close(3001, "enough");
  assertEquals(session.phase, "closed");
  assertEquals(await settledOf(ends), [["ended", "closed", 3001, undefined]]);
});

Deno.test("the end has one order: phase, calls that never left, features, the other calls, the owner's", async () => {
  const order: unknown[] = [];
  const note = (what: string) => void order.push([what, ends.session.phase]);
  const hooks = {
    ended: () => note("a feature's ended"),
    calls: { settled: ({ path }: { path: string }) => note(`settled ${path}`) },
  };
  const feature: PluggedFeature = { name: "watching", begin: () => hooks };
  const ends: OpenSession = openSession({ use: [feature], limits: { sendBytes: 10 } });
  ends.call("left");
  await microtasks();
  ends.socket.bufferedAmount = 11;
  ends.socket.receives("[65]");
  ends.call("waits");
  ends.call("waits too");
  await microtasks();
  ends.socket.closed(3001, "enough");
  assertEquals(order, [
    ["settled waits", "closed"],
    ["settled waits too", "closed"],
    ["a feature's ended", "closed"],
    ["settled left", "closed"],
  ]);
  assertEquals(await settledOf(ends), [
    ["ended", "closed", 3001, "WebSocketError"],
    ["waits", "NotSentError"],
    ["waits too", "NotSentError"],
    ["left", "WebSocketError"],
  ]);
  const [, waits, , left] = ends.log as [unknown, [string, Error], unknown, [string, Error]];
  assertEquals(
    waits[1].message,
    'Cannot call "waits": the connection closed before the call was sent',
  );
  for (const error of [waits[1].cause, left[1]]) {
    assertInstanceOf(error, WebSocketError);
    assertEquals([error.status, error.message], [3001, "enough"]);
  }
});

Deno.test("the end makes no error when no call is left to reject", async () => {
  const ends = openSession();
  const answered = ends.call("f");
  await microtasks();
  ends.socket.receives([1, 1, "fine"]);
  assertEquals(await answered, "fine");
  ends.socket.closed(3001);
  assertEquals(ends.log.at(-1), ["ended", "closed", 3001, undefined]);
});

Deno.test("a session that ends while its turn is not over leaves no timer, and begins nothing more", () => {
  using counted = new Timers();
  let ran = 0;
  const work = (): void => {
    ran++;
    for (const end = performance.now() + 3; performance.now() < end;);
  };
  const ends = openSession({ provider: { work } });
  for (let uid = 1; uid <= 40; uid++) ends.socket.receives([0, uid, "work", []]);
  const begun = ran;
  assertEquals([begun < 40, ends.session.isWaiting, counted.count], [true, true, 1]);
  end(ends.session, endingOf(1006));
  assertEquals([ran, ends.session.isWaiting, counted.count], [begun, false, 0]);
  ends.socket.closed(1006);
});
