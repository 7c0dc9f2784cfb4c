import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { WebSocketAcceptor } from "../../mod.ts";
import { accepted, type Acceptor, closeAll, HEADER, scripted, upgraded } from "../helpers/ends.ts";
import { Timers } from "../helpers/timers.ts";
import { microtasks, turn } from "../helpers/waiting.ts";

Deno.test.afterEach(closeAll);

const { State } = WebSocketAcceptor;

for (const [limits, ms] of [[{}, 10_000], [{ headerTimeout: 50 }, 50]] as const) {
  Deno.test(`upgrade() ends with 1008, and calls no handler, when no header comes for ${ms} ms`, async () => {
    using time = new FakeTime();
    const socket = scripted({ readyState: 1, isServer: true });
    let handled = 0;
    WebSocketAcceptor.upgrade({ headers: {} }, socket, () => handled++, { limits });
    await time.tickAsync(ms - 1);
    assertEquals(socket.closes, []);
    await time.tickAsync(101); // of long times, up to 100 ms more
    assertEquals(socket.closes, [[1008, "No header arrived in time"]]);
    socket.receives(HEADER);
    socket.closed(1008);
    assertEquals([handled, socket.sent, socket.listenerCount], [0, [], 0]);
  });
}

Deno.test("upgrade() ends by its deadline when there is no handler to decide", async () => {
  using time = new FakeTime();
  const socket = scripted({ readyState: 1, isServer: true });
  WebSocketAcceptor.upgrade({ headers: {} }, socket);
  socket.receives(HEADER);
  await time.tickAsync(30_100);
  assertEquals(socket.closes.map(([code]) => code), [1008]);
});

Deno.test("upgrade() leaves no timer when the client was turned away or has left", async () => {
  using timers = new Timers();
  const { acceptor } = await upgraded();
  assertEquals(timers.count, 1);
  await acceptor.reject();
  await microtasks();
  assertEquals(timers.count, 0);
  const other = await upgraded();
  other.socket.closed(1006);
  assertEquals(timers.count, 0);
});

Deno.test("upgrade() throws before it listens when an option is none", () => {
  const socket = scripted({ readyState: 1, isServer: true });
  for (
    const [options, type] of [
      [{ limits: { depth: -1 } }, RangeError],
      [{ limits: { deep: 1 } as never }, TypeError],
      [{ heartbeat: 0 }, RangeError],
    ] as const
  ) {
    const upgrade = () => WebSocketAcceptor.upgrade({ headers: {} }, socket, () => {}, options);
    assertThrows(upgrade, type);
  }
  assertEquals(socket.listenerCount, 0);
});

Deno.test("upgrade() follows a socket that its owner closes", async () => {
  const { acceptor, socket } = await accepted();
  const joined = acceptor.join();
  socket.close(1001, "owner");
  const call = acceptor.getDriver().f!().catch((error: Error) => error.name);
  const closing = acceptor.close(3001, "late");
  socket.closed(1001, "owner");
  assertEquals([await joined, await closing, await call], [undefined, undefined, "NotSentError"]);
  assertMatch(`${socket.closes[0]}`, /^1001/);
  assert(acceptor.state === State.CLOSED);
});

for (const readyState of [2, 3]) {
  Deno.test(`upgrade() calls no handler, and listens to nothing, when the socket's state is ${readyState}`, async () => {
    const socket = scripted({ readyState, isServer: true });
    let handled = 0;
    WebSocketAcceptor.upgrade({ headers: {} }, socket, () => handled++);
    await turn();
    socket.receives(HEADER);
    socket.closed(1006);
    assertEquals([handled, socket.listenerCount], [0, 0]);
  });
}

Deno.test("upgrade() waits for a socket that is not open yet", async () => {
  const socket = scripted({ isServer: true });
  const got: Acceptor[] = [];
  WebSocketAcceptor.upgrade({ headers: {} }, socket, (one: Acceptor) => void got.push(one));
  assertEquals([got, socket.sent], [[], []]);
  socket.opens();
  socket.receives(HEADER);
  await got[0]!.accept(null);
  assertEquals(socket.sent, ["1"]);
});
