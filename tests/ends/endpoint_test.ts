import { assertEquals, assertInstanceOf, assertRejects, assertThrows } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { ConnectionClosedError, NotSentError, StateError, WebSocketError } from "../../mod.ts";
import { Endpoint } from "../../src/ends/endpoint.ts";
import {
  accepted,
  type Acceptor,
  closeAll,
  closedBy,
  connected,
  type Connector,
  dialled,
  upgraded,
} from "../helpers/ends.ts";
import { LocalEnd } from "../helpers/local_end.ts";
import { openSession } from "../helpers/sessions.ts";
import { stateOf } from "../helpers/waiting.ts";

Deno.test.afterEach(closeAll);

/** What a call and `join` say of an end in which neither can be done. */
async function texts(end: Connector | Acceptor): Promise<string[]> {
  const call = await assertRejects(() => end.getDriver().a!.f!(), NotSentError);
  const join = await assertRejects(() => end.join(), StateError);
  const timed = await assertRejects(() => end.join(5), StateError);
  assertEquals(timed.message, join.message);
  return [call, join].map(({ message }) => message);
}

Deno.test("Endpoint says what to do when a connector was never connected", async () => {
  const { connector, connecting, socket } = dialled();
  socket.closed(1006);
  await connecting.catch(() => {});
  assertEquals(await texts(connector), [
    'Cannot call "a.f": the connector isn\'t connected. Call connect() first.',
    "Cannot join: the connector isn't connected. Call connect() first.",
  ]);
});

Deno.test("Endpoint says what to do when a connector is connecting", async () => {
  const { connector, connecting } = dialled();
  const call = await assertRejects(() => connector.getDriver().f!(), NotSentError);
  const text = "the connector is still connecting. Await connect() first.";
  assertEquals(call.message, `Cannot call "f": ${text}`);
  const join = await assertRejects(() => connector.join(), StateError);
  assertEquals(join.message, `Cannot join: ${text}`);
  const again = await assertRejects(() => connector.connect("ws://host"), StateError);
  assertEquals(again.message, `Cannot connect: ${text}`);
  await connector.close();
  await assertRejects(() => connecting, ConnectionClosedError);
});

Deno.test("Endpoint says what to do when a connector is open, closing and closed", async () => {
  const { connector, socket } = await connected();
  const connect = async () =>
    (await assertRejects(() => connector.connect("ws://host"), StateError)).message;
  assertEquals(
    await connect(),
    "Cannot connect: the connector is already connected. Call close() first.",
  );
  const closing = connector.close();
  assertEquals(
    await connect(),
    "Cannot connect: the connection is closing. Await close(), then call connect() again.",
  );
  const call = await assertRejects(() => connector.getDriver().f!(), NotSentError);
  assertEquals(
    call.message,
    'Cannot call "f": the connection is closing. Await close(), then call connect() again.',
  );
  await closedBy(socket);
  await closing;
  const late = await assertRejects(() => connector.getDriver().f!(), NotSentError);
  assertEquals(late.message, 'Cannot call "f": the connection is closed. Call connect() again.');
  assertEquals(await stateOf(connector.close()), { value: undefined });
});

Deno.test("Endpoint names how the connection ended as the cause when a call comes later", async () => {
  const { connector, socket } = await connected();
  await closedBy(socket, 3001, "enough");
  const { cause } = await assertRejects(() => connector.getDriver().f!(), Error);
  assertInstanceOf(cause, WebSocketError);
  assertEquals([cause.status, cause.message], [3001, "enough"]);
});

Deno.test("Endpoint says what to do when an acceptor is undecided", async () => {
  const { acceptor } = await upgraded();
  assertEquals(await texts(acceptor), [
    'Cannot call "a.f": the client hasn\'t been accepted. Call accept() first.',
    "Cannot join: the client hasn't been accepted. Call accept() first.",
  ]);
  const close = await assertRejects(() => acceptor.close(), StateError);
  assertEquals(
    close.message,
    "Cannot close: the client hasn't been accepted. Call accept() first.",
  );
  const ping = assertThrows(() => acceptor.ping(5), StateError);
  assertEquals(
    ping.message,
    "Cannot ping: the client hasn't been accepted. Call accept() first.",
  );
});

Deno.test("Endpoint says the state when an acceptor is rejecting, open, closing and closed", async () => {
  const rejecting = (await upgraded()).acceptor;
  const rejected = rejecting.reject();
  assertEquals(
    (await assertRejects(() => rejecting.accept(null), StateError)).message,
    "Cannot accept: the client is being rejected",
  );
  await rejected;
  const { acceptor, socket } = await accepted();
  for (
    const [state, act] of [
      ["the client has already been accepted", undefined],
      ["the connection is closing", () => void acceptor.close()],
      ["the connection is closed", () => socket.closed(1000)],
    ] as const
  ) {
    act?.();
    for (
      const [verb, failed] of [["accept", () => acceptor.accept(null)], [
        "reject",
        () => acceptor.reject(),
      ]] as const
    ) {
      const error = await assertRejects(failed, StateError);
      assertEquals(error.message, `Cannot ${verb}: ${state}`);
    }
  }
});

for (
  const [what, code, reason, isNormal] of [
    ["normally", 1000, "bye", true],
    ["without a code", 1005, "", true],
    ["with an error", 3001, "enough", false],
    ["as the server goes away", 1001, "The server is closing", false],
    ["by breaking off", 1006, "", false],
  ] as const
) {
  Deno.test(`ended() rejects unreturned calls in order, then wakes joiners, when it ends ${what}`, async () => {
    const { socket, connector } = await connected();
    const log: unknown[] = [];
    const joined = [connector.join(), connector.join(60_000), connector.join()]
      .map((join) => join.then((value) => log.push(["joined", value, connector.state])));
    const calls = ["a", "b"].map((name) =>
      connector.getDriver()[name]!().catch((error: Error) => log.push([name, error]))
    );
    await closedBy(socket, code, reason);
    await Promise.all([...joined, ...calls]);
    const errors = (log as [string, Error][]).slice(0, 2);
    assertEquals(errors.map(([name]) => name), ["a", "b"]);
    for (const [, error] of errors) {
      assertInstanceOf(error, isNormal ? ConnectionClosedError : WebSocketError);
      assertEquals(error instanceof WebSocketError, !isNormal);
      if (reason !== "") assertEquals(error.message, reason);
      if (error instanceof WebSocketError) assertEquals(error.status, code);
    }
    assertEquals(log.slice(2).map((entry) => (entry as unknown[])[0]), Array(3).fill("joined"));
    assertEquals(new Set(log.slice(2).map((entry) => (entry as unknown[])[2])), new Set([3]));
  });
}

Deno.test("ended() rejects calls that never left before the other unreturned ones", async () => {
  using time = new FakeTime();
  const { socket, acceptor } = await accepted({ limits: { sendBytes: 10 } });
  const log: unknown[] = [];
  const call = (name: string) =>
    acceptor.getDriver()[name]!().catch((error: Error) => log.push([name, error.name]));
  const calls = [call("left")];
  socket.bufferedAmount = 11;
  calls.push(call("waits"), call("waits too"));
  const joined = acceptor.join().then(() => log.push("joined"));
  socket.closed(3001, "enough");
  await time.runMicrotasks();
  await Promise.all([...calls, joined]);
  assertEquals(log, [
    ["waits", "NotSentError"],
    ["waits too", "NotSentError"],
    ["left", "WebSocketError"],
    "joined",
  ]);
});

Deno.test("join() waits while it is closing and rejecting, and resolves when it is closed", async () => {
  const { socket, connector } = await connected();
  const closing = connector.close();
  const joined = [connector.join(), connector.join(60_000)];
  assertEquals(await stateOf(Promise.race(joined)), "waits");
  await closedBy(socket);
  await closing;
  assertEquals(await Promise.all(joined), [undefined, true]);
  assertEquals(await connector.join(), undefined);
  assertEquals(await connector.join(undefined), undefined);
  assertEquals([await connector.join(0), await connector.join(-1)], [true, true]);
  assertEquals(await connector.join(new Date(0)), true);
  await assertRejects(() => connector.join(NaN), TypeError);

  const { acceptor } = await upgraded();
  const rejected = acceptor.reject();
  const other = [acceptor.join(), acceptor.join(60_000)];
  await rejected;
  assertEquals(await Promise.all(other), [undefined, true]);
});

Deno.test("join() is false when its limit comes before the end, and the connection goes on", async () => {
  using time = new FakeTime();
  const { socket, connector } = await connected({ heartbeat: Infinity });
  const joined = connector.join(50);
  await time.tickAsync(50);
  assertEquals(await stateOf(joined), { value: false });
  assertEquals(await stateOf(connector.join(0)), { value: false });
  assertEquals([connector.state, socket.closes], [1, []]);
});

Deno.test("close() is one closing when it is called twice, with whatever code", async () => {
  const { socket, connector } = await connected();
  const both = [connector.close(3001, "first"), connector.close(3002, "second")];
  assertEquals([socket.closes, connector.state], [[[3001, "first"]], 2]);
  assertEquals(await stateOf(Promise.race(both)), "waits");
  await closedBy(socket, 3001, "first");
  assertEquals(await Promise.all(both), [undefined, undefined]);
});

for (
  const [what, args, sent] of [
    ["nothing", [], [undefined, undefined]],
    ["undefined", [undefined, undefined], [undefined, undefined]],
    ["a code", [3001], [3001, ""]],
    ["a code and a reason", [1000, "bye"], [1000, "bye"]],
    ["a reason alone", [undefined, "bye"], [1000, "bye"]],
    ["a long reason", [3001, "€".repeat(60)], [3001, "€".repeat(41)]],
  ] as [string, [number?, string?], [number | undefined, string | undefined]][]
) {
  Deno.test(`close() sends what it must when it is given ${what}`, async () => {
    const { socket, connector } = await connected();
    const closing = connector.close(...args);
    assertEquals(socket.closes, [sent]);
    await closedBy(socket, 1000);
    await closing;
    assertEquals(connector.state, 3);
  });
}

for (const code of [0, 401, 999, 1001, 1005, 1006, 2999, 5000, NaN]) {
  Deno.test(`close() rejects, and the connection goes on, when a client closes with ${code}`, async () => {
    const { socket, connector } = await connected();
    await assertRejects(() => connector.close(code, "no"), RangeError, `Cannot close with ${code}`);
    assertEquals([connector.state, socket.closes], [1, []]);
    const call = connector.getDriver().f!();
    socket.receives({ uid: 1, success: true, value: 1 });
    assertEquals(await call, 1);
  });
}

Deno.test("asyncDispose closes what is open, shares a closing, and does nothing when it is closed", async () => {
  const { socket, connector } = await connected();
  const disposed = [connector[Symbol.asyncDispose](), connector[Symbol.asyncDispose]()];
  assertEquals([connector.state, socket.closes.length], [2, 1]);
  await closedBy(socket, 1005);
  await Promise.all(disposed);
  await connector[Symbol.asyncDispose]();
  assertEquals([connector.state, socket.closes.length], [3, 1]);
});

Deno.test("phase is the session's once there is one, and its own before it and when it begins anew", () => {
  const { session, socket } = openSession();
  const end = new Endpoint("none", {
    none: "the connector isn't connected. Call connect() first.",
  });
  end.communicator = new LocalEnd(null);
  end.begin("connecting");
  assertEquals([end.phase, end.rpc.port === end], ["connecting", true]);
  end.session = session;
  assertEquals(end.phase, "open");
  session.close(3001);
  assertEquals(end.phase, "closing");
  socket.closed(3001);
  end.ended({ code: 3001, reason: "", detail: "", isRefused: false, isOurs: true }, undefined);
  assertEquals(end.phase, "closed");
  assertInstanceOf(end.stateError("close").cause, WebSocketError);
  end.begin("none");
  assertEquals([end.phase, end.stateError("close").cause], ["none", undefined]);
  assertEquals(
    end.refuse("a.b").message,
    'Cannot call "a.b": the connector isn\'t connected. Call connect() first.',
  );
});

Deno.test("ended() tells a feature when the state has moved, then calls are rejected, then joiners wake", async () => {
  const log: unknown[] = [];
  const note = (what: string) => void log.push([what, connector.state]);
  const feature = { name: "watching", begin: () => ({ ended: () => note("ended") }) };
  const { socket, connector } = await connected({ use: [feature] });
  const joined = connector.join().then(() => note("joined"));
  const call = connector.getDriver().f!().catch(() => note("rejected"));
  socket.closed(3001, "enough");
  assertEquals(log, [["ended", 3]]);
  await Promise.all([joined, call]);
  assertEquals(log, [["ended", 3], ["rejected", 3], ["joined", 3]]);
});

Deno.test("a connection that a feature keeps is no end: join() waits, calls wait, close() ends it", async () => {
  const feature = { name: "keeping", begin: () => ({ cut: () => true }) };
  const { socket, connector } = await connected({ use: [feature] });
  socket.closed(1006);
  const joined = connector.join();
  const call = connector.getDriver().f!().catch((error: unknown) => error);
  assertEquals([connector.state, await stateOf(joined), await stateOf(call)], [
    0,
    "waits",
    "waits",
  ]);
  const again = await assertRejects(() => connector.connect("ws://host"), StateError);
  assertEquals(again.message, "Cannot connect: the connector is reconnecting. Call close() first.");
  await connector.close(3001, "enough");
  assertInstanceOf(await call, NotSentError);
  assertEquals([await joined, connector.state], [undefined, 3]);
});
