import { assertEquals, assertRejects } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { type ConnectionEvent, StateError } from "../../mod.ts";
import { scripted } from "../helpers/ends.ts";
import { gate, microtasks } from "../helpers/waiting.ts";
import { away, type Client, clientOf, cut, endAll, FIRST, ID, pass } from "./script.ts";

Deno.test.afterEach(endAll);

/** More than any wait. */
const LONG = 100_000;

/** The name and the text of what a promise rejects with. */
function textOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(() => "fulfilled", (error: Error) => `${error.name}: ${error.message}`);
}

/** Holds when the connector is closed, dials no more, and has taken everything off its sockets. */
async function assertOver(client: Client, time: FakeTime): Promise<void> {
  const dials = client.sockets.length;
  assertEquals(client.connector.state, 3);
  await client.connector.join();
  await pass(time, LONG);
  assertEquals(client.sockets.length, dials);
  for (const socket of client.sockets) {
    if (socket.readyState !== 3) socket.closed(1000, "");
    assertEquals(socket.listenerCount, 0);
  }
  assertEquals(client.told.filter((one) => one.startsWith("close")).length, 1);
  const again = client.connector.connect("ws://again", {
    socket: () => {
      const socket = scripted({});
      client.sockets.push(socket);
      return socket;
    },
  });
  await microtasks();
  client.accept({});
  await again;
  assertEquals(client.connector.state, 1);
}

/** When `close()` is called, after a cut: how to get there, and what is rejected with what. */
const MOMENTS: Readonly<Record<string, (client: Client, time: FakeTime) => Promise<void>>> = {
  "in the turn of the cut": ({ socket }) => Promise.resolve(socket.closed(1006, "")),
  "right after the cut": ({ socket }) => cut(socket),
  "while it waits": async ({ socket }, time) => {
    await cut(socket);
    await pass(time, 0);
  },
  "while it dials": (client, time) => away(client, time),
  "while the server decides": async (client, time) => {
    await away(client, time);
    client.socket.opens();
  },
  "after an attempt that failed": async (client, time) => {
    await away(client, time);
    await cut(client.socket);
  },
};

for (const [moment, get] of Object.entries(MOMENTS)) {
  Deno.test(`close() ends a connection that is away at once when it is called ${moment}`, async () => {
    using time = new FakeTime();
    const client = await clientOf();
    const { connector } = client;
    const left = textOf(connector.getDriver().left!());
    await microtasks();
    const joins = Promise.all([connector.join(), connector.join(LONG)]);
    await get(client, time);
    assertEquals(connector.state, 0);
    const waits = textOf(connector.getDriver().waits!());
    const closing = connector.close(3005, "enough");
    assertEquals(connector.state, 3);
    await closing;
    assertEquals(await left, "WebSocketError: enough");
    assertEquals(
      await waits,
      'NotSentError: Cannot call "waits": the connection closed before the call was sent',
    );
    assertEquals(await joins, [undefined, true]);
    await assertOver(client, time);
  });
}

const EVENTS: readonly ConnectionEvent["type"][] = [
  "disconnect",
  "reconnecting",
  "reconnect",
  "open",
  "close",
];

for (const said of [{ session: [ID, 0] }, { session: "another" }]) {
  const what = Array.isArray(said.session) ? "resumes" : "begins anew";
  for (const type of EVENTS) {
    if (type === "close" || (type === "open" && what === "resumes")) continue;
    Deno.test(`close() ends a connection that ${what} when it is called at ${type}`, async () => {
      using time = new FakeTime();
      const client = await clientOf();
      client.heard = (event) => {
        if (event.type === type) void client.connector.close(3005, "enough");
      };
      await cut(client.socket);
      await pass(time, FIRST);
      if (client.sockets.length > 1) {
        client.accept(said);
        await microtasks();
        client.socket.closed(3005, "enough");
      }
      await assertOver(client, time);
      const before = EVENTS.indexOf(type);
      assertEquals(client.sockets.length, before < 2 ? 2 : 3);
    });
  }
}

Deno.test("close() ends a connection that is away when it is called in retry()", async () => {
  using time = new FakeTime();
  for (const asked of [1, 2]) {
    let count = 0;
    const client: Client = await clientOf({
      retry() {
        if (++count === asked) void client.connector.close(3005, "enough");
        return true;
      },
    });
    await cut(client.socket);
    await pass(time, FIRST);
    if (asked === 2) await cut(client.socket);
    await assertOver(client, time);
    assertEquals(count, asked);
  }
});

Deno.test("close() ends a connection that is away when header() is pending or calls it", async () => {
  using time = new FakeTime();
  for (const calls of [false, true]) {
    const pending = gate<string>();
    let count = 0;
    const client: Client = await clientOf({
      header() {
        if (++count === 1) return "first";
        if (calls) void client.connector.close(3005, "enough");
        return pending.promise;
      },
    });
    await cut(client.socket);
    await pass(time, FIRST);
    assertEquals([count, client.sockets.length], [2, 1]);
    if (!calls) await client.connector.close(3005, "enough");
    assertEquals(client.connector.state, 3);
    pending.open("late");
    await assertOver(client, time);
  }
});

Deno.test("close() ends a connection that is away when the socket's factory calls it", async () => {
  using time = new FakeTime();
  const client = await clientOf({ retry: () => true });
  client.dials = () => {
    void client.connector.close(3005, "enough");
    return scripted({});
  };
  await cut(client.socket);
  await pass(time, FIRST);
  client.dials = undefined;
  assertEquals(client.sockets.length, 2);
  await assertOver(client, time);
});

Deno.test("connect() is refused while a connection is away, and close() makes way for it", async () => {
  using time = new FakeTime();
  const client = await clientOf();
  await away(client, time);
  const error = await assertRejects(() => client.connect(), StateError);
  assertEquals(
    error.message,
    "Cannot connect: the connector is reconnecting. Call close() first.",
  );
  await client.connector.close();
  await assertOver(client, time);
});
