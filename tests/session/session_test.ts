import { assertEquals, assertInstanceOf, assertRejects, assertStrictEquals } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { type ConnectionEvent, NotSentError, WebSocketError } from "../../mod.ts";
import { accepted, closeAll, closedBy, connected } from "../helpers/ends.ts";
import { gate, microtasks, stateOf } from "../helpers/waiting.ts";

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

Deno.test("Session answers a call, and settles its own, when it is open", async () => {
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
  Deno.test(`Session goes on, and no call is harmed, when a plain frame ${what}`, async () => {
    const { socket, connector } = await connected();
    const call = connector.getDriver().f!();
    socket.receives(frame);
    assertEquals([connector.state, socket.closes, socket.messages.length], [1, [], 1]);
    socket.receives({ uid: 1, success: true, value: "fine" });
    assertEquals(await call, "fine");
    await closedBy(socket);
  });
}

Deno.test("Session ignores a binary frame when it is open and plain", async () => {
  const { socket, connector } = await connected();
  socket.receivesBinary();
  assertEquals([connector.state, socket.sent], [1, []]);
  await closedBy(socket);
});

Deno.test("Session tells an operator when a frame can't be read, and when it is over", async () => {
  const { log, onEvent } = events();
  const { socket } = await connected({ onEvent });
  socket.receives("{");
  await closedBy(socket, 3001, "enough");
  const [open, first, ...rest] = log as { type: string; error?: unknown }[];
  assertEquals([open?.type, first?.type], ["open", "error"]);
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
      "A value is nested too deeply",
    ],
  ] as const
) {
  Deno.test(`Session ends with a client's code when a frame breaks ${what}`, async () => {
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
    assertEquals(log, [
      { type: "open" },
      { type: "limit", limit },
      { type: "close", code, reason },
    ]);
  });
}

Deno.test("Session takes a frame when it is just as long as the limit", async () => {
  const { socket, connector } = await connected({ limits: { frameBytes: 102 } });
  socket.receives(`"${"x".repeat(100)}"`);
  socket.receives(`"${"ä".repeat(50)}"`);
  assertEquals([socket.closes, connector.state], [[], 1]);
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

Deno.test("Session sends no result when the function ends after the close", async () => {
  const slow = gate<number>();
  const { socket } = await connected({}, { provider: { f: () => slow.promise } });
  socket.receives(callOf(1));
  await closedBy(socket, 1006);
  slow.open(1);
  await microtasks();
  assertEquals(socket.sent, []);
});

Deno.test("Session gives NotSentError when a socket's owner has begun to close it", async () => {
  const { socket, acceptor } = await accepted();
  socket.readyState = 2;
  const call = acceptor.getDriver().f!().catch((error: unknown) => error);
  await closedBy(socket, 1001, "going");
  const error = await call;
  assertInstanceOf(error, NotSentError);
  assertEquals((error.cause as WebSocketError).status, 1001);
});

Deno.test("Session ends with 1006, and its call has not left, when a socket takes no frame", async () => {
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
  const [open, first, last] = log as { type: string; error?: unknown; code?: number }[];
  assertEquals([open?.type, first?.type], ["open", "error"]);
  assertEquals([last?.type, last?.code], ["close", 1006]);
  assertStrictEquals(first?.error, cause);
});
