import { assertEquals, assertInstanceOf } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { ConnectionClosedError, WebSocketError } from "../../mod.ts";
import { microtasks } from "../helpers/waiting.ts";
import { away, clientOf, cut, endAll, FIRST, ID, pass } from "./script.ts";

Deno.test.afterEach(endAll);

/** The codes after which it dials again by default. */
const AGAIN = [1001, 1006, 1012, 1013, 1014];
const OTHERS = [1000, 1002, 1003, 1005, 1007, 1008, 1009, 1010, 1011, 1015, 3000, 3001, 4999];

Deno.test("a connector dials again by default after some codes, and not after others", async () => {
  using _time = new FakeTime();
  for (const code of [...AGAIN, ...OTHERS]) {
    const client = await clientOf();
    const call = client.connector.getDriver().f!().catch((error: unknown) => error);
    await microtasks();
    await cut(client.socket, code, "why");
    const isAgain = AGAIN.includes(code);
    assertEquals([code, client.connector.state], [code, isAgain ? 0 : 3]);
    const first = isAgain ? "disconnect" : "close";
    assertEquals(client.told.slice(0, 1), [`${first} ${code} why`]);
    if (isAgain) await client.connector.close();
    else {
      const error = await call;
      const isDeliberate = code === 1000 || code === 1005;
      assertInstanceOf(error, isDeliberate ? ConnectionClosedError : WebSocketError);
    }
  }
});

Deno.test("a connector does not dial again after its own close, whatever comes back", async () => {
  for (const code of AGAIN) {
    const client = await clientOf({ retry: () => true });
    const closing = client.connector.close();
    await cut(client.socket, code);
    await closing;
    assertEquals(client.connector.state, 3);
  }
});

Deno.test("a connector goes on after an attempt that fails, and ends after one that is rejected", async () => {
  using time = new FakeTime();
  for (const code of [...AGAIN, ...OTHERS]) {
    const client = await clientOf();
    await away(client, time);
    client.socket.opens();
    await cut(client.socket, code, "why");
    const isAgain = AGAIN.includes(code);
    assertEquals([code, client.connector.state], [code, isAgain ? 0 : 3]);
    if (isAgain) await client.connector.close();
    else assertEquals(client.told.at(-1), `close ${code} why`);
  }
});

Deno.test("a connector goes on after dials that fail in any way", async () => {
  using time = new FakeTime();
  const client = await clientOf();
  const failures = [
    () => {
      throw new Error("the factory fails");
    },
    () => {
      throw new TypeError("a bad URL");
    },
    () => undefined as never, // no socket
  ];
  await cut(client.socket);
  for (const dials of failures) {
    client.dials = dials;
    await pass(time, FIRST);
    assertEquals(client.connector.state, 0);
  }
  client.dials = undefined;
  await pass(time, FIRST);
  const refused = client.socket;
  refused.fails("no route"); // it stays CONNECTING, as Node's
  await pass(time, FIRST);
  client.resume(0);
  assertEquals(client.connector.state, 1);
  refused.closed(1006, "");
});

Deno.test("a connector ends when a server does not speak the protocol", async () => {
  using time = new FakeTime();
  const client = await clientOf();
  await away(client, time);
  client.socket.opens();
  client.socket.receives("hello");
  await microtasks();
  assertEquals([client.connector.state, client.socket.closes.length], [3, 1]);
  assertEquals(
    client.told.at(-1),
    'close 1008 Cannot connect to "ws://host/path": the server doesn\'t speak this protocol',
  );
});

Deno.test("a connector ends when its header can't be sent", async () => {
  using time = new FakeTime();
  let header: unknown = "first";
  const client = await clientOf({ header: () => header });
  header = 5n;
  await cut(client.socket);
  await pass(time, FIRST);
  assertEquals([client.connector.state, client.sockets.length], [3, 1]);
  assertEquals(client.told.at(-1)?.startsWith("close 1006 EncodeError: "), true);
});

Deno.test("retry() gets the error, and its answer counts", async () => {
  using time = new FakeTime();
  const errors: unknown[] = [];
  const answers = [true, true, false];
  const client = await clientOf({
    retry(error) {
      errors.push(error);
      return answers.shift()!;
    },
  });
  await cut(client.socket, 1000, "enough");
  assertEquals(client.connector.state, 0);
  await pass(time, FIRST);
  client.socket.opens();
  await cut(client.socket, 3001, "no");
  await pass(time, FIRST);
  client.dials = () => {
    throw new RangeError("no more");
  };
  await cut(client.socket);
  assertEquals(client.connector.state, 3);
  assertEquals(errors.slice(0, 2).map(String), [
    "ConnectionClosedError: enough",
    "WebSocketError: no",
  ]);
  const [, , last] = errors;
  assertInstanceOf(last, WebSocketError);
  assertEquals(last.status, 1006);
});

Deno.test("a retry() that throws is reported, and ends the connection", async () => {
  using time = new FakeTime();
  let count = 0;
  const client = await clientOf({
    retry() {
      if (++count === 2) throw new RangeError("mine");
      return true;
    },
  });
  await away(client, time);
  await cut(client.socket);
  assertEquals(client.connector.state, 3);
  assertEquals(client.told.slice(2, 3), ["error RangeError: mine"]);
});

Deno.test("a connector gives up after so many attempts, with the last error", async () => {
  using time = new FakeTime();
  for (const attempts of [0, 1, 3]) {
    const client = await clientOf({ attempts });
    const call = client.connector.getDriver().f!().catch((error: Error) => error.message);
    await microtasks();
    await cut(client.socket, 1012, "restart");
    for (let made = 0; made < attempts; made++) {
      assertEquals(client.connector.state, 0);
      await pass(time, 5_000);
      assertEquals(client.sockets.length, made + 2);
      client.socket.opens();
      await cut(client.socket, 1013, `busy ${made + 1}`);
    }
    assertEquals(client.connector.state, 3);
    const last = attempts === 0 ? "restart" : `busy ${attempts}`;
    assertEquals(await call, last);
    assertEquals(client.told.at(-1), `close ${attempts === 0 ? 1012 : 1013} ${last}`);
  }
});

/** The waits of so many attempts in a row that all fail, where chance gives this. */
async function waitsOf(code: number, attempts: number, chance: number): Promise<number[]> {
  using time = new FakeTime();
  const { random } = Math;
  Math.random = () => chance;
  try {
    const client = await clientOf({ delay: 500, maxDelay: 3_000, attempts });
    client.dials = () => {
      throw new Error("no network");
    };
    await cut(client.socket, code);
    for (let at = 0; at < attempts; at++) await pass(time, 5_000);
    assertEquals(client.connector.state, 3);
    return client.events.flatMap((event) => event.type === "reconnecting" ? [event.delay] : []);
  } finally {
    Math.random = random;
  }
}

Deno.test("attempts wait for a random time, whose maximum doubles up to the limit", async () => {
  for (const [code, first] of [[1006, 100], [1001, 5_000], [1012, 5_000], [1013, 100]] as const) {
    const most = [Math.min(first, 3_000), 500, 1_000, 2_000, 3_000, 3_000];
    for (const chance of [0, 0.25, 0.99]) {
      const waits = await waitsOf(code, most.length, chance);
      assertEquals(waits, most.map((ms) => ms * chance));
    }
  }
});

Deno.test("the attempts go on to be counted when a connection did not last", async () => {
  using time = new FakeTime();
  const client = await clientOf({ delay: 500 });
  const attempts = () => client.told.filter((one) => one.startsWith("reconnecting"));
  await cut(client.socket); // at once after connect()
  for (let round = 0; round < 4; round++) {
    await pass(time, 4_000);
    client.resume(0);
    await microtasks();
    await cut(client.socket);
  }
  assertEquals(attempts(), [1, 2, 3, 4, 5].map((at) => `reconnecting ${at}`));
  await pass(time, 8_000);
  client.resume(0);
  await pass(time, 500); // it lasted
  await cut(client.socket);
  assertEquals(attempts().at(-1), "reconnecting 1");
});

Deno.test("a server that is replaced again and again is dialed with growing waits, too", async () => {
  using time = new FakeTime();
  const client = await clientOf({ delay: 500, attempts: 3 });
  for (let round = 0; round < 3; round++) {
    await cut(client.socket);
    await pass(time, 1_000);
    client.accept({ session: `${ID} ${round}` });
    await microtasks();
  }
  await cut(client.socket);
  assertEquals(client.connector.state, 3);
});
