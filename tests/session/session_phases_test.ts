import { detach, end, replace, resume } from "../../src/features/reconnection/transitions.ts";
import { assertEquals, assertInstanceOf, assertStrictEquals } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { ConnectionClosedError, WebSocketError } from "../../mod.ts";
import type { PluggedFeature, SessionHooks } from "../../src/session/feature.ts";
import { endingOf } from "../helpers/links.ts";
import {
  NO_PORT,
  type OpenSession,
  openSession,
  type SessionParts,
  settledOf,
} from "../helpers/sessions.ts";
import { gate, microtasks } from "../helpers/waiting.ts";

/** A feature of these hooks, agreed on. */
function plugged(hooks: SessionHooks, more: Partial<PluggedFeature> = {}): PluggedFeature {
  return { name: "kept", begin: () => hooks, ...more };
}

/** A session that a feature keeps when its link is gone, and what that is told. */
function kept(parts: SessionParts = {}): OpenSession & { readonly told: unknown[] } {
  const told: unknown[] = [];
  const feature = plugged({
    cut: ({ code }) => told.push(`cut ${code}`) > 0,
    resumed: () => void told.push("resumed"),
    ended: ({ code }) => void told.push(`ended ${code}`),
  });
  return { ...openSession({ use: [feature], ...parts }), told };
}

Deno.test("closed() ends the session when no feature keeps it", async () => {
  const told: unknown[] = [];
  const feature = plugged({
    cut: ({ code }) => told.push(`cut ${code}`) < 0,
    ended: ({ code }) => void told.push(`ended ${code}`),
  });
  const ends = openSession({ use: [feature] });
  ends.call("f");
  await microtasks();
  ends.socket.closed(1006);
  assertEquals([ends.session.phase, told], ["closed", ["cut 1006", "ended 1006"]]);
  assertEquals(await settledOf(ends), [["ended", "closed", 1006, "WebSocketError"], [
    "f",
    "WebSocketError",
  ]]);
  assertEquals(ends.events, [{ type: "close", code: 1006, reason: "" }]);
});

Deno.test("closed() is away when cut() of a feature returns true, and calls wait on", async () => {
  const ends = kept();
  const { session, socket, call, told } = ends;
  call("left");
  await microtasks();
  socket.closed(1006);
  call("made while away");
  assertEquals([session.phase, session.link, told], ["away", undefined, ["cut 1006"]]);
  assertEquals([await settledOf(ends), ends.events, socket.listenerCount], [[], [], 0]);
  assertEquals([session.outgoing.lastLeft, session.isWaiting, socket.sent.length], [1, true, 1]);
  end(session, endingOf(1006));
});

Deno.test("closed() asks every feature's cut() no further than the first that keeps the session", () => {
  const told: string[] = [];
  const use = ["first", "second", "third"].map((name) =>
    plugged({ cut: () => told.push(name) === 2 }, { name })
  );
  const { session, socket } = openSession({ use });
  socket.closed(1006);
  assertEquals([session.phase, told], ["away", ["first", "second"]]);
  end(session, endingOf(1006));
});

for (const how of ["close", "fail"] as const) {
  Deno.test(`closed() ends what was closing by ${how}(), whatever cut() says`, () => {
    const { session, socket, told } = kept();
    session[how](3001, "enough");
    assertEquals([session.phase, socket.closes], ["closing", [[3001, "enough"]]]);
    socket.closed(3001, "enough");
    assertEquals([session.phase, told], ["closed", ["ended 3001"]]);
  });
}

Deno.test("resume() goes on over another link: it tells features, then sends what waits, in order", async () => {
  const ends = kept();
  const { session, socket, call, told, newLink } = ends;
  socket.closed(1006);
  for (const name of ["a", "b"]) call(name);
  await microtasks();
  const next = newLink();
  let sentAtResume: number | undefined;
  const noting = { resumed: () => void (sentAtResume = next.socket.sent.length) };
  session.hooks = [...session.hooks, noting];
  resume(session, next.link);
  assertEquals([session.phase, session.link, told], ["open", next.link, ["cut 1006", "resumed"]]);
  assertEquals([sentAtResume, next.socket.sent], [0, ['[0,1,"a",[]]', '[0,2,"b",[]]']]);
  next.socket.receives([1, 2, "b is back"]);
  next.socket.receives([1, 1, "a is back"]);
  assertEquals(await settledOf(ends), [["b", "b is back"], ["a", "a is back"]]);
  assertStrictEquals(next.link.owner, session);
  next.socket.closed(1000);
});

Deno.test("resume() sends what the last link had no room for", async () => {
  const ends = kept({ limits: { sendBytes: 10 } });
  const { session, socket, call, newLink } = ends;
  socket.bufferedAmount = 11;
  call("waits").catch(() => {});
  await microtasks();
  assertEquals(socket.sent, []);
  socket.closed(1006);
  const next = newLink();
  resume(session, next.link);
  assertEquals(next.socket.sent, ['[0,1,"waits",[]]']);
  next.socket.closed(1006);
  end(session, endingOf(1006));
});

Deno.test("resume() begins calls that waited when the link was cut", () => {
  const begun: string[] = [];
  const { session, socket, newLink } = kept({
    limits: { sendBytes: 10 },
    provider: { f: () => begun.push("f"), g: () => begun.push("g") },
  });
  socket.bufferedAmount = 11;
  socket.receives([0, 1, "f", []]);
  socket.receives([0, 2, "g", []]);
  socket.closed(1006);
  assertEquals([begun, session.phase, session.isWaiting], [[], "away", true]);
  const next = newLink();
  resume(session, next.link);
  assertEquals([begun, session.isWaiting], [["f", "g"], false]);
  end(session, endingOf(1006));
  next.socket.closed(1006);
});

Deno.test("a result of before the cut goes over the link that came after it", async () => {
  const slow = gate<number>();
  const { session, socket, newLink } = kept({ provider: { f: () => slow.promise } });
  socket.receives([0, 1, "f", []]);
  socket.closed(1006);
  slow.open(7);
  await microtasks();
  const next = newLink();
  resume(session, next.link);
  assertEquals([socket.sent, next.socket.sent], [[], ["[1,1,7]"]]);
  next.socket.closed(1006);
  end(session, endingOf(1006));
});

Deno.test("detach() lets go of the link without a word to anyone, and the session is away", async () => {
  const ends = kept();
  const { session, socket, call, told, newLink } = ends;
  detach(session);
  assertEquals([session.phase, session.link, told], ["away", undefined, []]);
  assertEquals([socket.closes, ends.events], [[[
    1001,
    "The session continues over another connection",
  ]], []]);
  socket.receives([0, 1, "late", []]);
  socket.closed(1006);
  assertEquals([told, session.phase], [[], "away"]);
  call("f");
  await microtasks();
  const next = newLink();
  resume(session, next.link);
  assertEquals(next.socket.sent, ['[0,1,"f",[]]']);
  detach(session);
  assertEquals(session.phase, "away");
  end(session, endingOf(1006));
  next.socket.closed(1006);
});

for (const isAway of [false, true]) {
  Deno.test(`end() ends the session with its ending when isAway is ${isAway}`, async () => {
    const ends = kept();
    const { session, socket, call, told, log } = ends;
    call("left");
    await microtasks();
    if (isAway) socket.closed(1006);
    told.length = 0;
    end(session, endingOf(3001, { reason: "gone for long" }));
    end(session, endingOf(3002));
    assertEquals([session.phase, told], ["closed", ["ended 3001"]]);
    assertEquals(socket.closes, isAway ? [] : [[3001, "gone for long"]]);
    assertEquals(log, [["ended", "closed", 3001, "WebSocketError"]]);
    await microtasks();
    const [path, error] = log[1] as [string, WebSocketError];
    assertInstanceOf(error, WebSocketError);
    assertEquals([path, error.status, error.message], ["left", 3001, "gone for long"]);
    socket.closed(1006);
    assertEquals([log.length, socket.listenerCount], [2, 0]);
  });
}

for (const how of ["close", "fail"] as const) {
  Deno.test(`${how}() of a session that is away ends it at once`, async () => {
    const ends = kept();
    ends.socket.closed(1006);
    ends.told.length = 0;
    ends.call("f");
    ends.session[how](3001, "enough");
    assertEquals([ends.session.phase, ends.told], ["closed", ["ended 3001"]]);
    const [ended, call] = await settledOf(ends);
    assertEquals([ended, call], [["ended", "closed", 3001, "WebSocketError"], [
      "f",
      "NotSentError",
    ]]);
  });
}

Deno.test("close() of a session that is away is as normal as one without a code", async () => {
  const ends = kept();
  ends.call("left");
  await microtasks();
  ends.socket.closed(1006);
  ends.session.close();
  const [, call] = (await settledOf(ends), ends.log) as [unknown, [string, Error]];
  assertInstanceOf(call[1], ConnectionClosedError);
});

Deno.test("replace() ends the session for all but its owner, and rejects the calls that have left", async () => {
  let ran = 0;
  const ends = kept({ limits: { sendBytes: 10 }, provider: { g: () => ran++ } });
  const { session, socket, call, told, rpc } = ends;
  call("left");
  await microtasks();
  socket.bufferedAmount = 11;
  socket.receives([0, 1, "g", []]); // it is looked at with each frame, and what comes in waits
  call("waits");
  call("waits too");
  const sent: string[] = [];
  replace(session, endingOf(1006, { reason: "no longer known" }), () => {
    told.push(`begin, ${session.phase}`);
    rpc.port = { ...NO_PORT, call: ({ path }) => void sent.push(path) };
  });
  assertEquals(told, ["ended 1006", "begin, closed"]);
  assertEquals([sent, session.isWaiting, ran], [["waits", "waits too"], false, 0]);
  assertEquals(await settledOf(ends), [["left", "WebSocketError"]]);
  end(session, endingOf(1006)); // it is over: nobody is told any more
  socket.closed(1006);
  assertEquals([told.length, ends.log.length], [2, 1]);
});

Deno.test("an open session begins all that came in before its link was closed, also when it is kept", () => {
  for (const isKept of [false, true]) {
    let ran = 0;
    const provider = {
      slow() {
        ran++;
        for (const end = performance.now() + 3; performance.now() < end;);
      },
    };
    const ends = isKept ? kept({ provider }) : openSession({ provider });
    for (let uid = 1; uid <= 40; uid++) ends.socket.receives([0, uid, "slow", []]);
    assertEquals(ran < 40, true);
    ends.socket.closed(1006);
    assertEquals(ran, 40);
    end(ends.session, endingOf(1006));
  }
});

Deno.test("attach() ends the trial of a link, and asks it for bytes where values may have some", () => {
  using _time = new FakeTime();
  const values = {
    encode: () => ({ text: "1", marks: undefined, bytes: [] }),
    read: () => false,
    binary() {},
    reset() {},
  };
  for (const [use, type] of [[[], undefined], [[plugged({ values })], "arraybuffer"]] as const) {
    const { session, newLink, socket } = openSession({ use });
    assertEquals((socket as { binaryType?: string }).binaryType, type);
    const next = newLink();
    next.link.isTrial = true;
    detach(session);
    resume(session, next.link);
    assertEquals(next.link.isTrial, false);
    assertEquals((next.socket as { binaryType?: string }).binaryType, type);
    for (const one of [socket, next.socket]) one.closed(1000);
  }
});
