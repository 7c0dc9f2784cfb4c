import { assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { StateError, type UpgradeRequest, WebSocketAcceptor } from "../../mod.ts";
import {
  accepted,
  type Acceptor,
  closeAll,
  closedBy,
  HEADER,
  scripted,
  upgraded,
} from "../helpers/ends.ts";
import { Timers } from "../helpers/timers.ts";
import { microtasks, stateOf, turn } from "../helpers/waiting.ts";

Deno.test.afterEach(closeAll);

const { State } = WebSocketAcceptor;
const KEEP_ALIVE = '{"uid":0,"success":true}';

Deno.test("State has TGrid's values, can't be changed, and is what state gives", async () => {
  const values = { REJECTING: -2, NONE: -1, ACCEPTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 };
  assertEquals(State, values as typeof State);
  assertThrows(() => Object.assign(State, { OPEN: 7 }), TypeError);
  const { acceptor, socket } = await upgraded();
  assertEquals(acceptor.state, State.NONE);
  void acceptor.accept(null);
  assertEquals(acceptor.state, State.OPEN);
  const closing = acceptor.close();
  assertEquals(acceptor.state, State.CLOSING);
  await closedBy(socket, 1005);
  await closing;
  assertEquals(acceptor.state, State.CLOSED);
});

Deno.test("accept() is open when it returns: calls go both ways at once", async () => {
  const { acceptor, socket } = await upgraded();
  const accepting = acceptor.accept({ f: () => "here" });
  const call = acceptor.getDriver().g!();
  assertEquals(socket.sent[0], "1");
  socket.receives({ uid: 5, listener: "f", parameters: [] });
  assertEquals(socket.sent.slice(1).map((text) => JSON.parse(text)), [
    { uid: 1, listener: "g", parameters: [] },
    { uid: 5, success: true, value: "here" },
  ]);
  socket.receives({ uid: 1, success: true, value: 7 });
  assertEquals([await accepting, await call], [undefined, 7]);
});

Deno.test("accept() rejects with a StateError, and the connection goes on, when it is done twice", async () => {
  const { acceptor, socket } = await accepted({}, { provider: { f: () => 1 } });
  await assertRejects(() => acceptor.accept({}), StateError, "already been accepted");
  await assertRejects(() => acceptor.reject(3001, "no"), StateError, "already been accepted");
  assertEquals([acceptor.state, socket.closes], [State.OPEN, []]);
  socket.receives({ uid: 1, listener: "f", parameters: [] });
  assertEquals(socket.messages, [{ uid: 1, success: true, value: 1 }]);
});

Deno.test("accept() offers what it is given, null too, and getProvider() gives it back", async () => {
  const { acceptor } = await upgraded();
  assertEquals(acceptor.getProvider(), undefined);
  const provider = { f: () => 1 };
  void acceptor.accept(provider);
  assertStrictEquals(acceptor.getProvider(), provider);
  const other = await accepted({}, { provider: null });
  other.socket.receives({ uid: 1, listener: "f", parameters: [] });
  assertEquals(other.socket.messages.map(({ success }) => success), [false]);
});

Deno.test("accept() never throws: a provider that can't be looked at is offered all the same", async () => {
  const { acceptor, socket } = await upgraded();
  const provider = new Proxy({ f: () => 1 }, {
    has: () => {
      throw new Error("private");
    },
  });
  let accepting: Promise<void> | undefined;
  try {
    accepting = acceptor.accept(provider);
  } catch {
    // what returns a promise does not throw
  }
  assertEquals([accepting instanceof Promise, acceptor.state], [true, State.OPEN]);
  await accepting;
  socket.receives({ uid: 1, listener: "f", parameters: [] });
  assertEquals(socket.messages, [{ uid: 1, success: true, value: 1 }]);
});

Deno.test("accept() drops calls that came in before it", async () => {
  let ran = 0;
  const { acceptor, socket } = await upgraded();
  socket.receives({ uid: 1, listener: "f", parameters: [] });
  socket.receives(HEADER);
  await acceptor.accept({ f: () => ran++ });
  assertEquals([ran, socket.sent], [0, ["1"]]);
});

Deno.test("accept() can't take in a client that sent no JSON before it", async () => {
  const { acceptor, socket } = await upgraded();
  socket.receives("{");
  await assertRejects(() => acceptor.accept({}), StateError, "closing");
  assertEquals([socket.sent, socket.closes[0]?.[0]], [[], 1002]);
  socket.closed(1002, "");
});

Deno.test("accept() rejects with a StateError when the client has left undecided", async () => {
  const { acceptor, socket } = await upgraded();
  await closedBy(socket, 1006);
  assertEquals(acceptor.state, State.CLOSED);
  await assertRejects(() => acceptor.accept(null), StateError, "the connection is closed");
  await assertRejects(() => acceptor.reject(), StateError, "the connection is closed");
  assertEquals(await acceptor.join(), undefined);
  assertEquals(socket.sent, []);
});

for (
  const [what, args, sent] of [
    ["nothing", [], [1000, ""]],
    ["undefined", [undefined, undefined], [1000, ""]],
    ["a code", [3001], [3001, ""]],
    ["a server's code", [1008, "no"], [1008, "no"]],
    ["a reason that is too long", [3001, "€".repeat(60)], [3001, "€".repeat(41)]],
    ["a reason of pairs that is too long", [3001, "😀".repeat(60)], [3001, "😀".repeat(30)]],
  ] as [string, [number?, string?], [number, string]][]
) {
  Deno.test(`reject() is closed without an answer of the client when it is given ${what}`, async () => {
    const { acceptor, socket } = await upgraded();
    const rejecting = acceptor.reject(...args);
    assertEquals([acceptor.state, socket.closes], [State.REJECTING, [sent]]);
    await rejecting;
    assertEquals(acceptor.state, State.CLOSED);
    assertEquals(await acceptor.join(), undefined);
    socket.fails("late");
    socket.closed(sent[0], "");
    assertEquals(socket.listenerCount, 0);
  });
}

for (const code of [0, 401, 404, 999, 1004, 1005, 1006, 1015, 2999, 5000, -1, NaN, Infinity]) {
  Deno.test(`reject() rejects, but turns the client away with 1008, when its code is ${code}`, async () => {
    const { acceptor, socket } = await upgraded();
    await assertRejects(() => acceptor.reject(code, "no"), RangeError, `Cannot close with ${code}`);
    assertEquals(socket.closes, [[1008, "no"]]);
    await microtasks();
    assertEquals(acceptor.state, State.CLOSED);
  });
}

Deno.test("reject() rejects with a StateError when it is done twice", async () => {
  const { acceptor, socket } = await upgraded();
  const first = acceptor.reject(3001, "no");
  await assertRejects(() => acceptor.reject(3002, "never"), StateError, "being rejected");
  await first;
  await assertRejects(() => acceptor.reject(3002, "never"), StateError, "closed");
  assertEquals(socket.closes, [[3001, "no"]]);
});

Deno.test("handler gets the acceptor once, undecided, with all that is known of the client", async () => {
  const socket = scripted({ readyState: 1, isServer: true });
  const request = { url: "/a/b?c=d&e=what?", headers: { cookie: "id=1" } };
  const got: unknown[] = [];
  WebSocketAcceptor.upgrade(request, socket, (acceptor: Acceptor) => {
    const { state, header, path, ip } = acceptor;
    got.push({ state, header, path, ip, same: acceptor.request === request });
  }, { ip: "::ffff:10.0.0.1" });
  assertEquals(got, []);
  socket.receives('{"header":{"token":"a"}}');
  socket.receives('{"header":{"token":"b"}}');
  assertEquals(got, [{
    state: State.NONE,
    header: { token: "a" },
    path: "/a/b?c=d&e=what?",
    ip: "10.0.0.1",
    same: true,
  }]);
  await microtasks();
});

for (
  const [what, request, ip] of [
    ["the socket of node:http has it", {
      headers: {},
      socket: { remoteAddress: "::ffff:127.0.0.1" },
    }, "127.0.0.1"],
    ["nobody does", { headers: {} }, ""],
    ["the socket is gone", { headers: {}, socket: { remoteAddress: undefined } }, ""],
  ] as [string, UpgradeRequest, string][]
) {
  Deno.test(`ip is "${ip}" when ${what}`, () => {
    const socket = scripted({ readyState: 1, isServer: true });
    const ips: string[] = [];
    const keep = (acceptor: Acceptor) => void ips.push(acceptor.ip);
    WebSocketAcceptor.upgrade(request, socket, keep);
    socket.receives(HEADER);
    assertEquals(ips, [ip]);
  });
}

for (const header of [null, "", 0, false, true, "token", [1], { a: { b: [] } }]) {
  Deno.test(`header is what the client told when that is ${JSON.stringify(header)}`, async () => {
    const { acceptor } = await upgraded({}, { header: JSON.stringify({ header }) });
    assertEquals(acceptor.header, header);
  });
}

Deno.test("header is undefined when the client told none", async () => {
  assertEquals((await upgraded({}, { header: "{}" })).acceptor.header, undefined);
});

Deno.test("handler may return undecided, and accept later", async () => {
  using time = new FakeTime();
  const { acceptor, socket } = await upgraded();
  await time.tickAsync(29_999);
  assertEquals(socket.closes, []);
  await acceptor.accept(null);
  await time.tickAsync(60_000);
  assertEquals([acceptor.state, socket.closes], [State.OPEN, []]);
});

for (const [limits, ms] of [[{}, 30_000], [{ decisionTimeout: 50 }, 50]] as const) {
  Deno.test(`handler that never decides ends its connection with 1008 after ${ms} ms`, async () => {
    using time = new FakeTime();
    const { acceptor, socket } = await upgraded({ limits });
    await time.tickAsync(ms - 1);
    assertEquals(socket.closes, []);
    await time.tickAsync(101); // of long times, up to 100 ms more
    const closes = [[1008, "The server didn't accept or reject in time"]];
    assertEquals([socket.closes, acceptor.state], [closes as typeof socket.closes, State.CLOSING]);
    await assertRejects(() => acceptor.accept(null), StateError);
    socket.closed(1008);
    assertEquals(acceptor.state, State.CLOSED);
  });
}

Deno.test("ping() sends a frame that means nothing every so many ms, until the close", async () => {
  using time = new FakeTime();
  const { acceptor, socket } = await accepted({ heartbeat: Infinity });
  assertEquals(acceptor.ping(100), undefined);
  await time.tickAsync(99);
  assertEquals(socket.sent, []);
  await time.tickAsync(1);
  await time.tickAsync(100);
  assertEquals(socket.sent, [KEEP_ALIVE, KEEP_ALIVE]);
  acceptor.ping(1_000);
  await time.tickAsync(999);
  assertEquals(socket.sent.length, 2);
  await time.tickAsync(101);
  assertEquals(socket.sent.length, 3);
  void acceptor.close();
  await time.tickAsync(4_000);
  socket.closed(1005);
  await time.tickAsync(10_000);
  assertEquals(socket.sent.length, 3);
});

for (const ms of [10, 1_500]) {
  Deno.test(`ping() is over, or takes the new order, when its frame of ${ms} ms brings that about`, async () => {
    using time = new FakeTime();
    for (const way of ["close", "ping"] as const) {
      const { acceptor, socket } = await accepted({ heartbeat: Infinity });
      acceptor.ping(ms);
      const { send } = socket;
      socket.send = (text) => {
        socket.send = send;
        send.call(socket, text);
        if (way === "close") socket.closed(1000);
        else acceptor.ping(60_000);
      };
      await time.tickAsync(10 * ms);
      assertEquals([way, socket.sent], [way, [KEEP_ALIVE]]);
      socket.closed(1000);
    }
  });
}

for (const ms of [0, -1, NaN, "x"]) {
  Deno.test(`ping() throws, and sends nothing, when it is given ${ms}`, async () => {
    const { acceptor } = await accepted();
    const error = assertThrows(() => acceptor.ping(ms as number), RangeError);
    assertEquals(error.message, "Cannot ping: expected a number of ms above 0");
  });
}

Deno.test("ping() throws a StateError when it is undecided, and does nothing when it is ending or over", async () => {
  using timers = new Timers();
  const { acceptor, socket } = await upgraded();
  assertThrows(() => acceptor.ping(5), StateError);
  await acceptor.accept(null);
  void acceptor.close();
  const { sent } = socket;
  const before = [sent.length, timers.count];
  acceptor.ping(5);
  assertEquals([sent.length, timers.count], before);
  socket.closed(1005);
  acceptor.ping(5);
  assertEquals([sent.length, timers.count], [before[0], 0]);
});

Deno.test("asyncDispose turns an undecided client away, closes an open one, and is done twice", async () => {
  const { acceptor, socket } = await upgraded();
  await acceptor[Symbol.asyncDispose]();
  await acceptor[Symbol.asyncDispose]();
  assertEquals([acceptor.state, socket.closes], [State.CLOSED, [[1000, ""]]]);
  const other = await accepted();
  const disposed = other.acceptor[Symbol.asyncDispose]();
  assertEquals(await stateOf(disposed), "waits");
  await closedBy(other.socket, 1005);
  await disposed;
  const rejecting = (await upgraded()).acceptor;
  const both = [rejecting.reject(), rejecting[Symbol.asyncDispose]()];
  assertEquals(await Promise.all(both), [undefined, undefined]);
});

Deno.test("getDriver() may be given away before accept(), and works after it", async () => {
  const { acceptor, socket } = await upgraded();
  const driver = acceptor.getDriver();
  await assertRejects(() => driver.f!(), Error, "Call accept() first.");
  await acceptor.accept(null);
  const call = driver.f!();
  socket.receives({ uid: 1, success: true, value: 1 });
  assertEquals(await call, 1);
});

Deno.test("join() resolves once, with the state CLOSED, however an accepted client ends", async () => {
  for (const code of [1000, 1005, 1006, 3007]) {
    const { acceptor, socket } = await accepted();
    const states: number[] = [];
    const joined = acceptor.join().then(() => states.push(acceptor.state));
    socket.closed(code);
    await joined;
    await turn();
    assertEquals(states, [State.CLOSED]);
  }
});
