import { assertEquals, assertThrows } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { reconnection, type ReconnectionOptions, WebSocketAcceptor } from "../../mod.ts";
import { microtasks } from "../helpers/waiting.ts";
import { scripted } from "../helpers/ends.ts";
import { checked } from "../../src/features/reconnection/options.ts";
import { Client, endAll, ID, Serving } from "./script.ts";

Deno.test.afterEach(endAll);

const NUMBERS = [
  "delay",
  "maxDelay",
  "attempts",
  "window",
  "awaySessions",
  "unacknowledgedBytes",
  "awayCalls",
  "awayBytes",
] as const;

Deno.test("reconnection() takes numbers from 0 to Infinity", () => {
  for (const name of NUMBERS) {
    for (const value of [0, 1, 0.5, 1e9, Infinity, undefined]) {
      reconnection({ [name]: value });
    }
    for (const value of [-1, NaN, -Infinity, "5", null, {}, true, 5n]) {
      assertThrows(
        () => reconnection({ [name]: value }),
        RangeError,
        `Cannot set "${name}" of reconnection: expected a number from 0`,
      );
    }
  }
});

Deno.test("reconnection() refuses options of a wrong type, or with a wrong name", () => {
  for (const value of [1, "true", null, {}]) {
    const options = { first: value } as unknown as ReconnectionOptions;
    assertThrows(
      () => reconnection(options),
      TypeError,
      'Cannot set "first" of reconnection: it must be a boolean',
    );
    for (const name of ["retry", "header"]) {
      assertThrows(
        () => reconnection({ [name]: value }),
        TypeError,
        `Cannot set "${name}" of reconnection: it must be a function`,
      );
    }
  }
  assertThrows(
    () => reconnection({ maxdelay: 5 } as ReconnectionOptions),
    TypeError,
    "maxDelay",
  );
  assertThrows(() => reconnection(null as unknown as ReconnectionOptions), TypeError);
});

Deno.test("reconnection() has the defaults that its docs give", () => {
  const { retry, header, ...others } = checked({});
  assertEquals([typeof retry, header()], ["function", undefined]);
  assertEquals(others, {
    delay: 500,
    maxDelay: 30_000,
    attempts: Infinity,
    window: 60_000,
    awaySessions: 10_000,
    unacknowledgedBytes: 16 * 2 ** 20,
    awayCalls: 10_000,
    awayBytes: 16 * 2 ** 20,
    first: false,
  });
  assertEquals(checked({ delay: undefined, retry: undefined }).delay, 500);
});

Deno.test("the option `resumed` must be a function", () => {
  for (const resumed of [5, null, "x", {}]) {
    assertThrows(
      () =>
        WebSocketAcceptor.upgrade({ url: "/", headers: {} }, scripted({}), () => {}, {
          resumed: resumed as never,
        }),
      TypeError,
      'Cannot use the option "resumed": expected a function',
    );
  }
});

/** How often this end says something in 30 s. */
async function beats(time: FakeTime, said: string[]): Promise<number> {
  said.length = 0;
  await time.tickAsync(30_000);
  return said.length;
}

Deno.test("the heartbeat is 10 s at both ends, unless the program gives one", async () => {
  using time = new FakeTime();
  for (const [heartbeat, count] of [[undefined, 3], [Infinity, 0], [30_000, 1]] as const) {
    const client = new Client();
    const connecting = client.connect({}, { heartbeat });
    await microtasks();
    client.accept({ session: ID });
    await connecting;
    const { socket } = client;
    // a peer that answers at once: something is said once in each interval
    const answering = setInterval(() => socket.receives("[65]"), 1_000);
    assertEquals([heartbeat, await beats(time, socket.sent)], [heartbeat, count]);
    clearInterval(answering);
    socket.closed(1000, "");

    const serving = new Serving({}, { heartbeat });
    const { socket: held } = await serving.begin();
    const pinging = setInterval(() => held.receives("[65]"), 1_000);
    assertEquals([heartbeat, await beats(time, held.sent)], [heartbeat, count]);
    clearInterval(pinging);
    held.closed(1000, "");
  }
});

Deno.test("an end notices a peer that is gone within three heartbeats, and goes away", async () => {
  using time = new FakeTime();
  const client = new Client();
  const connecting = client.connect({}, { heartbeat: undefined });
  await microtasks();
  client.accept({ session: ID });
  await connecting;
  const { socket } = client;
  const serving = new Serving({}, { heartbeat: undefined });
  const { socket: held, acceptor } = await serving.begin();
  await time.tickAsync(30_100); // an acceptor's timers are up to 100 ms late
  await microtasks();
  const gone = "disconnect 1006 The peer no longer answers";
  assertEquals([client.told[1], serving.told[1]], [gone, gone]);
  assertEquals(acceptor.state, 1);
  assertEquals([socket.closes.length, held.closes.length], [1, 1]);
  await client.connector.close();
});
