import { assertEquals } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { type ConnectionEvent, WebSocketAcceptor } from "../../mod.ts";
import { closeAll, HEADER, scripted } from "../helpers/ends.ts";
import { Timers } from "../helpers/timers.ts";
import { microtasks } from "../helpers/waiting.ts";
import { outputOf } from "./run.ts";

Deno.test.afterEach(closeAll);

for (
  const [scenario, what, output] of [
    [
      "next",
      "a server lets the next client in when others have reset TCP in their upgrade",
      "let in",
    ],
    ["nextByTls", "a server with TLS lets the next client in when others have reset", "let in"],
    ["close", "server.close() waits for no client that has reset TCP in its upgrade", "closed"],
    ["reset", "upgrade() ends a connection when its client resets TCP meanwhile", "all over"],
    ["thrownAway", "upgrade() ends a connection when its Response is thrown away", "all over"],
  ] as const
) {
  Deno.test(what, async () => {
    assertEquals(await outputOf("upgrade_reset.ts", scenario), output);
  });
}

Deno.test("a connection is let go at once when its socket never opened by its deadline", () => {
  using time = new FakeTime();
  using timers = new Timers();
  const events: string[] = [];
  const onEvent = (event: ConnectionEvent): void => void events.push(event.type);
  const socket = scripted({ isServer: true });
  WebSocketAcceptor.upgrade({ url: "/", headers: {} }, socket, () => {}, { onEvent });
  time.tick(9_999);
  assertEquals(events, []);
  time.tick(101); // of long times, up to 100 ms more
  assertEquals([events, timers.count], [["limit", "close"], 0]);
});

Deno.test("a connection without a limit for its header is let go when its socket never opens", () => {
  using time = new FakeTime();
  const events: string[] = [];
  const onEvent = (event: ConnectionEvent): void => void events.push(event.type);
  const limits = { headerTimeout: Infinity };
  const [ghost, slow] = [scripted({ isServer: true }), scripted({ isServer: true })];
  for (const socket of [ghost, slow]) {
    WebSocketAcceptor.upgrade({ url: "/", headers: {} }, socket, () => {}, { onEvent, limits });
  }
  slow.opens();
  time.tick(600_000);
  assertEquals([events, slow.closes], [["limit", "close"], []]);
});

Deno.test("a socket that opens too late is closed with the code of its end, and kept by no listener", async () => {
  using time = new FakeTime();
  const socket = scripted({ isServer: true });
  const close = socket.close.bind(socket);
  // as in Deno, nothing happens while it is connecting
  socket.close = (...given) => socket.readyState === 0 ? undefined : close(...given);
  const limits = { headerTimeout: 5 };
  let handled = 0;
  WebSocketAcceptor.upgrade({ url: "/", headers: {} }, socket, () => handled++, { limits });
  time.tick(20);
  assertEquals(socket.closes, []);
  socket.opens();
  socket.receives(HEADER);
  await microtasks();
  assertEquals([socket.closes, handled], [[[1008, "No header arrived in time"]], 0]);
  socket.closed(1008);
  assertEquals(socket.listenerCount, 0);
});
