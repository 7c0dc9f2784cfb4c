import { assertEquals } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { microtasks, stateOf } from "../helpers/waiting.ts";
import { Client, clientOf, cut, endAll, FIRST, ID, pass } from "./script.ts";

Deno.test.afterEach(endAll);

/** More than any wait. */
const LONG = 100_000;

/** The name and the text of what a promise rejects with. */
function textOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(() => "fulfilled", (error: Error) => `${error.name}: ${error.message}`);
}

Deno.test("connect() is tried again with `first`, until it succeeds", async () => {
  using time = new FakeTime();
  const client = new Client();
  const connecting = client.connect({ first: true, delay: 500 });
  await microtasks();
  await cut(client.socket);
  assertEquals([client.connector.state, await stateOf(connecting)], [0, "waits"]);
  await pass(time, FIRST);
  client.socket.opens();
  await cut(client.socket, 1013, "busy");
  await pass(time, 500);
  assertEquals(client.sockets.length, 3);
  client.accept({ session: ID });
  await connecting;
  assertEquals(client.connector.state, 1);
  assertEquals(client.told, [
    "close 1006",
    "reconnecting 1",
    "close 1013 busy",
    "reconnecting 2",
    "open",
  ]);
});

Deno.test("connect() rejects at once without `first`, and with it where the server rejects", async () => {
  for (const [first, code, reason] of [[false, 1006, ""], [true, 3001, "no"]] as const) {
    const client = new Client();
    const connecting = textOf(client.connect({ first }));
    await microtasks();
    client.socket.opens();
    await cut(client.socket, code, reason);
    assertEquals(
      await connecting,
      `WebSocketError: ${reason || 'Cannot connect to "ws://host/path": the connection broke'}`,
    );
    assertEquals([client.connector.state, client.sockets.length], [-1, 1]);
  }
});

/** What ends a `connect()` that is tried again. */
const ENDS = {
  "close()": (client: Client) => client.connector.close(),
  "its signal": (_: Client, control: AbortController) => control.abort(new RangeError("enough")),
};

for (const [by, end] of Object.entries(ENDS)) {
  for (const moment of ["dials", "waits", "dials again", "awaits header()"]) {
    Deno.test(`connect() with \`first\` is ended by ${by} while it ${moment}`, async () => {
      using time = new FakeTime();
      const control = new AbortController();
      const client = new Client();
      const header = () => moment === "awaits header()" ? new Promise(() => {}) : "h";
      const connecting = textOf(
        client.connect({ first: true, header, retry: () => true }, { signal: control.signal }),
      );
      await microtasks();
      if (moment.startsWith("waits") || moment === "dials again") await cut(client.socket);
      if (moment === "dials again") await pass(time, FIRST);
      const dials = client.sockets.length;
      assertEquals(client.connector.state, 0);
      await end(client, control);
      assertEquals(client.connector.state, -1);
      assertEquals(
        await connecting,
        by === "close()"
          ? "ConnectionClosedError: Cannot connect: close() was called"
          : "RangeError: enough",
      );
      await pass(time, LONG);
      assertEquals(client.sockets.length, dials);
      for (const socket of client.sockets) {
        if (socket.readyState !== 3) socket.closed(1000, "");
        assertEquals(socket.listenerCount, 0);
      }
      const again = client.connect();
      await microtasks();
      client.accept({});
      await again;
    });
  }
}

Deno.test("close() in the callback of `reconnecting` ends a connect() with `first`", async () => {
  using time = new FakeTime();
  const client = new Client();
  client.heard = ({ type }) => void (type === "reconnecting" && client.connector.close());
  const connecting = textOf(client.connect({ first: true }));
  await microtasks();
  await cut(client.socket);
  assertEquals(await connecting, "ConnectionClosedError: Cannot connect: close() was called");
  await pass(time, LONG);
  assertEquals([client.connector.state, client.sockets.length], [-1, 1]);
});

Deno.test("the signal of connect() has no effect on a connection that is away", async () => {
  using time = new FakeTime();
  const control = new AbortController();
  const client = await clientOf({}, { signal: control.signal });
  await cut(client.socket);
  control.abort();
  await pass(time, FIRST);
  client.resume(0);
  assertEquals(client.connector.state, 1);
});

Deno.test("connect() with `first` rejects when its signal has aborted before", async () => {
  using time = new FakeTime();
  const client = new Client();
  const signal = AbortSignal.abort(new RangeError("enough"));
  const connecting = client.connect({ first: true, retry: () => true }, { signal });
  const text = textOf(connecting);
  await pass(time, LONG);
  assertEquals(await stateOf(text), { value: "RangeError: enough" });
  assertEquals([client.connector.state, client.sockets.length, client.told], [-1, 0, []]);
});
