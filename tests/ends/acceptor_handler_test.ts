import { assertEquals, assertStrictEquals } from "@std/assert";
import { type ConnectionEvent, WebSocketAcceptor } from "../../mod.ts";
import { type Acceptor, closeAll, HEADER, scripted } from "../helpers/ends.ts";
import type { ScriptedSocket } from "../helpers/scripted_socket.ts";
import { gate, microtasks } from "../helpers/waiting.ts";

Deno.test.afterEach(closeAll);

/** A connection whose header has come in, and what its operator was told of errors. */
async function handledBy(handler: (acceptor: Acceptor) => unknown): Promise<{
  readonly socket: ScriptedSocket;
  readonly errors: unknown[];
}> {
  const socket = scripted({ readyState: 1, isServer: true });
  const errors: unknown[] = [];
  const onEvent = (event: ConnectionEvent) =>
    void (event.type === "error" && errors.push(event.error));
  WebSocketAcceptor.upgrade({ headers: {} }, socket, handler, { onEvent });
  socket.receives(HEADER);
  await microtasks();
  return { socket, errors };
}

const SECRET = new Error("the password is 1234");

for (
  const [when, handler] of [
    ["at once", () => {
      throw SECRET;
    }],
    ["in its promise", () => Promise.reject(SECRET)],
    ["after a while", async () => {
      await microtasks(3);
      throw SECRET;
    }],
    ["after accept()", async (acceptor) => {
      await acceptor.accept(null);
      throw SECRET;
    }],
    ["what is no error", () => Promise.reject(SECRET.message)],
  ] as [string, (acceptor: Acceptor) => unknown][]
) {
  Deno.test(`handler that throws ${when} ends its connection with 1011, and keeps the text`, async () => {
    const { socket, errors } = await handledBy(handler);
    assertEquals(socket.closes, [[1011, "Internal server error"]]);
    assertEquals(errors, [when === "what is no error" ? SECRET.message : SECRET]);
    assertEquals(socket.sent.join().includes("1234"), false);
  });
}

Deno.test("handler that throws after the end harms nothing", async () => {
  const end = gate();
  for (const how of ["reject", "close", "left"]) {
    const { socket, errors } = await handledBy(async (acceptor) => {
      if (how === "reject") await acceptor.reject(3001, "no");
      else await acceptor.accept(null);
      if (how === "close") void acceptor.close(3001, "no");
      await end.promise;
      throw SECRET;
    });
    socket.closed(3001);
    const { length } = socket.closes;
    end.open();
    await microtasks();
    assertEquals([socket.closes.length, errors], [length, [SECRET]]);
  }
});

Deno.test("handler may wait for the end, and is over with it", async () => {
  const log: unknown[] = [];
  const { socket } = await handledBy(async (acceptor) => {
    await acceptor.accept(null);
    await acceptor.join();
    log.push(acceptor.state);
  });
  assertEquals(log, []);
  socket.closed(1006);
  await microtasks();
  assertEquals(log, [3]);
});

Deno.test("handler may give back anything: a driver makes no call, a value does nothing", async () => {
  for (const give of [(acceptor: Acceptor) => acceptor.getDriver(), () => 7, () => ({ then: 7 })]) {
    const { socket, errors } = await handledBy(give);
    assertEquals([socket.sent, socket.closes, errors], [[], [], []]);
  }
});

Deno.test("onEvent harms nothing when it throws or rejects", async () => {
  const socket = scripted({ readyState: 1, isServer: true });
  let told = 0;
  WebSocketAcceptor.upgrade({ headers: {} }, socket, () => Promise.reject(SECRET), {
    onEvent: () => {
      told++;
      if (told === 1) throw SECRET;
      return Promise.reject(SECRET) as never;
    },
  });
  socket.receives(HEADER);
  await microtasks();
  socket.closed(1011);
  await microtasks();
  assertEquals([told, socket.listenerCount], [2, 0]);
});

Deno.test("onEvent is told who it was, without the query", async () => {
  const socket = scripted({ readyState: 1, isServer: true });
  const events: ConnectionEvent[] = [];
  const request = { url: "/room?token=secret", headers: {} };
  WebSocketAcceptor.upgrade(request, socket, (one: Acceptor) => one.accept(null), {
    ip: "::ffff:10.0.0.1",
    onEvent: (event) => void events.push(event),
  });
  socket.receives(HEADER);
  socket.closed(3001, "enough");
  await microtasks();
  const peer = { ip: "10.0.0.1", path: "/room" };
  assertEquals(events, [
    { type: "open", peer },
    { type: "close", peer, code: 3001, reason: "enough" },
  ]);
  assertStrictEquals(socket.listenerCount, 0);
});
