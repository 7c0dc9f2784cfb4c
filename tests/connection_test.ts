import { assertEquals, assertInstanceOf, assertRejects, assertStrictEquals } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { type ConnectionEvent, NotSentError, WebSocketError } from "../mod.ts";
import {
  accepted,
  closeAll,
  closedBy,
  connected,
  dialled,
  HEADER,
  upgraded,
} from "./helpers/ends.ts";
import { gate, microtasks, stateOf } from "./helpers/waiting.ts";

/** The first frame of TGrid's connector. */
const PLAIN_HEADER = '{"header":null}';
const NUDGE = '{"uid":0,"listener":"$","parameters":[]}';
const KEEP_ALIVE = '{"uid":0,"success":true}';

Deno.test.afterEach(closeAll);

function callOf(uid: number, listener = "f", value: unknown = 1): Record<string, unknown> {
  return { uid, listener, parameters: [{ type: typeof value, value }] };
}

/** What an operator is told. */
function events(): { readonly log: unknown[]; readonly onEvent: (event: ConnectionEvent) => void } {
  const log: unknown[] = [];
  return { log, onEvent: ({ peer: _peer, ...event }) => void log.push(event) };
}

Deno.test("Connection answers a call, and settles its own, when it is open", async () => {
  const { socket, connector } = await connected({}, { provider: { f: (x: number) => x + 1 } });
  socket.receives(callOf(9));
  assertEquals(socket.messages, [{ uid: 9, success: true, value: 2 }]);
  const call = connector.getDriver().g!(5);
  assertEquals(socket.messages[1], callOf(1, "g", 5));
  socket.receives({ uid: 1, success: true, value: 6 });
  assertEquals(await call, 6);
  await closedBy(socket);
  assertEquals(socket.listenerCount, 0);
});

for (
  const [what, frame] of [
    ["is no JSON", "{"],
    ["is empty", ""],
    ["is null", "null"],
    ["is a list", "[]"],
    ["is a number", "7"],
    ["is a megabyte that ends too early", `["${"x".repeat(2 ** 20)}`],
    ["names no call of ours", '{"uid":99,"success":true,"value":1}'],
    ["is a keep-alive", KEEP_ALIVE],
  ] as const
) {
  Deno.test(`Connection goes on, and no call is harmed, when a plain frame ${what}`, async () => {
    const { socket, connector } = await connected();
    const call = connector.getDriver().f!();
    socket.receives(frame);
    assertEquals([connector.state, socket.closes, socket.messages.length], [1, [], 1]);
    socket.receives({ uid: 1, success: true, value: "fine" });
    assertEquals(await call, "fine");
    await closedBy(socket);
  });
}

Deno.test("Connection ignores a binary frame when it is open and plain", async () => {
  const { socket, connector } = await connected();
  socket.receivesBinary();
  assertEquals([connector.state, socket.sent], [1, []]);
  await closedBy(socket);
});

Deno.test("Connection tells an operator when a frame can't be read, and when it is over", async () => {
  const { log, onEvent } = events();
  const { socket } = await connected({ onEvent });
  socket.receives("{");
  await closedBy(socket, 3001, "enough");
  const [first, ...rest] = log as { type: string; error?: unknown }[];
  assertEquals(first?.type, "error");
  assertInstanceOf(first?.error, SyntaxError);
  assertEquals(rest as unknown[], [{ type: "close", code: 3001, reason: "enough" }]);
});

for (
  const [what, limits, frame, code, reason] of [
    ["frameBytes", { frameBytes: 100 }, `"${"x".repeat(99)}"`, 3009, "The frame is too long"],
    [
      "frameBytes in bytes",
      { frameBytes: 100 },
      `"${"ä".repeat(50)}"`,
      3009,
      "The frame is too long",
    ],
    [
      "depth",
      { depth: 5 },
      `${"[".repeat(6)}"${" ".repeat(4_000)}"${"]".repeat(6)}`,
      3008,
      "A value is nested too deep",
    ],
  ] as const
) {
  Deno.test(`Connection ends with a client's code when a frame breaks ${what}`, async () => {
    const { log, onEvent } = events();
    const { socket, connector } = await connected({ limits, onEvent });
    const call = connector.getDriver().f!();
    socket.receives(frame);
    assertEquals([socket.closes, connector.state], [[[code, reason]], 2]);
    socket.receives({ uid: 1, success: true, value: "too late" });
    const rejected = assertRejects(() => call, WebSocketError, reason);
    await closedBy(socket, code, reason);
    assertEquals((await rejected).status, code);
    const limit = what.split(" ")[0];
    assertEquals(log, [{ type: "limit", limit }, { type: "close", code, reason }]);
  });
}

Deno.test("Connection takes a frame when it is just as long as the limit", async () => {
  const { socket, connector } = await connected({ limits: { frameBytes: 102 } });
  socket.receives(`"${"x".repeat(100)}"`);
  socket.receives(`"${"ä".repeat(50)}"`);
  assertEquals([socket.closes, connector.state], [[], 1]);
  await closedBy(socket);
});

for (
  const [what, limits, header, code] of [
    ["is too long", { headerBytes: 20 }, '{"header":"01234567890"}', 1009],
    ["is too deep", { depth: 1_000 }, `{"header":${"[".repeat(1_000)}${"]".repeat(1_000)}}`, 1008],
    ["is no JSON", {}, "{", 1002],
    ["is null", {}, "null", 1002],
    ["is a list", {}, "[]", 1002],
    ["is a number", {}, "1", 1002],
  ] as const
) {
  Deno.test(`Connection ends with ${code} and never accepts when the header ${what}`, async () => {
    const { socket, acceptor } = await upgraded({ limits }, { header });
    assertEquals(acceptor, undefined);
    assertEquals([socket.closes.map(([code]) => code), socket.sent], [[code], []]);
    socket.receives(HEADER);
    assertEquals(socket.sent, []);
    await closedBy(socket, code);
    assertEquals(socket.listenerCount, 0);
  });
}

Deno.test("Connection takes a header when it is just as long as the limit", async () => {
  const { socket, acceptor } = await upgraded({ limits: { headerBytes: HEADER.length } });
  assertEquals(acceptor.state, -1);
  await closedBy(socket);
});

Deno.test("Connection ends with 1002 when the first frame is binary", async () => {
  const { socket } = await upgraded({}, { header: "" });
  assertEquals(socket.closes[0]?.[0], 1002);
  await closedBy(socket);
  const other = dialled();
  other.socket.opens();
  other.socket.receivesBinary();
  assertEquals((await assertRejects(() => other.connecting, WebSocketError)).status, 1008);
  await closedBy(other.socket);
});

Deno.test("hold() keeps calls in order until a plain connector's first frame, and asks meanwhile", async () => {
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

Deno.test("hold() lets calls go after 250 ms when a plain connector says nothing", async () => {
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

Deno.test("hold() never left the calls that it keeps when the connection ends", async () => {
  const { socket, acceptor } = await accepted({}, { header: PLAIN_HEADER });
  const calls = ["a", "b"].map((name) => acceptor.getDriver()[name]!().catch((e: unknown) => e));
  void acceptor.close(3001, "enough");
  socket.closed(3001, "enough");
  for (const [index, error] of (await Promise.all(calls)).entries()) {
    assertInstanceOf(error, NotSentError);
    const path = ["a", "b"][index];
    assertEquals(error.message, `Cannot call "${path}": the connection ended before the call left`);
    assertInstanceOf(error.cause, WebSocketError);
    assertEquals([error.cause.status, error.cause.message], [3001, "enough"]);
  }
  assertEquals(socket.sent, []);
});

Deno.test("Connection holds nothing back when the connector is of this library", async () => {
  const { socket, acceptor } = await accepted();
  const call = acceptor.getDriver().f!();
  assertEquals(socket.messages.map(({ listener }) => listener), ["f"]);
  socket.receives({ uid: 1, success: true, value: 1 });
  assertEquals(await call, 1);
  await closedBy(socket);
});

Deno.test("close() is over after its grace when the other end never answers", async () => {
  using time = new FakeTime();
  const { socket, connector } = await connected({ limits: { closeTimeout: 50 } });
  const call = connector.getDriver().f!().catch((error: unknown) => error);
  const closing = connector.close(3001, "enough");
  await time.tickAsync(49);
  assertEquals([await stateOf(closing), connector.state], ["waits", 2]);
  await time.tickAsync(1);
  await closing;
  assertEquals(connector.state, 3);
  const error = await call;
  assertInstanceOf(error, WebSocketError);
  assertEquals([error.status, error.message], [3001, "enough"]);
  socket.receives({ uid: 1, success: true, value: "late" });
  socket.closed(1006, "");
  assertEquals(socket.listenerCount, 0);
});

Deno.test("close() keeps its own code when the other end answers with another", async () => {
  const { socket, connector } = await connected();
  const call = connector.getDriver().f!().catch((error: unknown) => error);
  const closing = connector.close(3001, "ours");
  await closedBy(socket, 3002, "theirs");
  await closing;
  assertEquals((await call as WebSocketError).status, 3001);
});

Deno.test("close() drops what comes in after it when the other end still sends", async () => {
  let ran = 0;
  const { socket, connector } = await connected({}, { provider: { f: () => ran++ } });
  const closing = connector.close();
  socket.receives(callOf(1));
  assertEquals([ran, socket.sent], [0, []]);
  await closedBy(socket, 1005);
  await closing;
});

Deno.test("Connection sends no result when the function ends after the close", async () => {
  const slow = gate<number>();
  const { socket } = await connected({}, { provider: { f: () => slow.promise } });
  socket.receives(callOf(1));
  await closedBy(socket, 1006);
  slow.open(1);
  await microtasks();
  assertEquals(socket.sent, []);
});

Deno.test("Connection gives NotSentError when a socket's owner has begun to close it", async () => {
  const { socket, acceptor } = await accepted();
  socket.readyState = 2;
  const call = acceptor.getDriver().f!().catch((error: unknown) => error);
  await closedBy(socket, 1001, "going");
  const error = await call;
  assertInstanceOf(error, NotSentError);
  assertEquals((error.cause as WebSocketError).status, 1001);
});

Deno.test("Connection ends with 1006, and its call has not left, when a socket takes no frame", async () => {
  const cause = new Error("out of order");
  let isBroken = false;
  const script = {
    send() {
      if (isBroken) throw cause;
    },
  };
  const { log, onEvent } = events();
  const { socket, connector } = await connected({ onEvent }, { script });
  const left = connector.getDriver().f!().catch((error: unknown) => error);
  isBroken = true;
  const error = await assertRejects(() => connector.getDriver().g!(), NotSentError);
  assertInstanceOf(error.cause, WebSocketError);
  assertEquals(error.cause.status, 1006);
  assertInstanceOf(await left, WebSocketError);
  assertEquals([connector.state, socket.closes.length], [3, 1]);
  const [first, last] = log as { type: string; error?: unknown; code?: number }[];
  assertEquals([first?.type, last?.type, last?.code], ["error", "close", 1006]);
  assertStrictEquals(first?.error, cause);
});
