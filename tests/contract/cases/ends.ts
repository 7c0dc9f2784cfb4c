import { equal, goOn, inTime, isSettled, matches, ok, pause, rejects, SOON } from "../check.ts";
import type { Case, World } from "../world.ts";

/** How an unreturned call is rejected when its connection ends with a code and a reason. */
function endedWith(world: World, code: number | undefined, reason: string): {
  readonly is: (new (...args: never[]) => object)[];
  readonly isNot?: (new (...args: never[]) => object)[];
  readonly fields?: Record<string, unknown>;
} {
  const { lib, pairing } = world;
  if (code === undefined && pairing.client === "tgrid") {
    return { is: [lib.WebSocketError], fields: { status: 1005 } };
  }
  if (code === undefined || code === 1000) return { is: [Error], isNot: [lib.WebSocketError] };
  return { is: [lib.WebSocketError], fields: { status: code, message: reason } };
}

/** What the server's unreturned call was rejected with, as it told. */
function toldEnd(world: World, code: number | undefined, reason: string): Record<string, unknown> {
  if (world.pairing.server === "tgrid") {
    return { isWebSocketError: true, status: code ?? 1005, message: reason };
  }
  return code === undefined || code === 1000
    ? { isWebSocketError: false, isClosed: true }
    : { isWebSocketError: true, status: code, message: reason };
}

type Close = readonly [code: number | undefined, reason: string];

const CLIENT_CLOSES: readonly Close[] = [
  [undefined, ""],
  [1000, ""],
  [3005, "enough"],
  [3007, ""],
  [4999, "grüße 👋"],
];
const SERVER_CLOSES: readonly Close[] = [
  ...CLIENT_CLOSES,
  [1001, "going away"],
  [1008, "not allowed"],
  [1011, "broken"],
];

const closes: readonly Case[] = [
  ...CLIENT_CLOSES.map(([code, reason]): Case => ({
    name:
      `both ends' unreturned calls are rejected when the client closes with ${code} "${reason}"`,
    async run(world) {
      const provider = { never: () => new Promise(() => {}) };
      const { connector, remote, saw } = await world.visit("/accept", { provider });
      const call: Promise<unknown> = remote.never().catch((error: unknown) => error);
      await remote.hang();
      const closing = code === undefined ? connector.close() : connector.close(code, reason);
      equal(connector.state, 2);
      await inTime(closing, "the close");
      equal(connector.state, 3);
      matches(await call, endedWith(world, code, reason));
      matches(await saw("hung"), { fields: toldEnd(world, code, reason) });
      equal(await saw("joined"), 3);
    },
  })),
  ...SERVER_CLOSES.map(([code, reason]): Case => ({
    name:
      `both ends' unreturned calls are rejected when the server closes with ${code} "${reason}"`,
    async run(world) {
      const provider = { never: () => new Promise(() => {}) };
      const { connector, remote, saw } = await world.visit("/accept", { provider });
      const call: Promise<unknown> = remote.never().catch((error: unknown) => error);
      await remote.hang();
      const join = connector.join();
      const given = code === undefined ? [] : [code, reason];
      // TGrid's acceptor leaves out the code when it is 1000
      const sent = world.pairing.server === "tgrid" && code === 1000 ? undefined : code;
      matches(await inTime(remote.closeMe(...given).catch((error: unknown) => error), "the end"), {
        is: [Error],
      });
      equal(await inTime(join, "the join"), undefined);
      equal(connector.state, 3);
      matches(await call, endedWith(world, sent, reason));
      matches(await saw("hung"), { fields: toldEnd(world, sent, reason) });
      equal(await saw("state after close()"), 2);
      equal(await saw("closed"), 3);
      equal(await saw("joined"), 3);
    },
  })),
  {
    name: "a code and its reason arrive when the server closes and the client goes on calling",
    async run(world) {
      const { connector, remote } = await world.visit("/close-soon?code=3005&reason=enough");
      const join = connector.join();
      const unreturned = rejects(remote.never(), endedWith(world, 3005, "enough"));
      for (let i = 0; i < 4; i++) void goOn((n) => remote.same(n));
      await unreturned;
      await inTime(join, "the end");
    },
  },
  {
    name: "a code and its reason arrive when the client closes and the server goes on calling",
    async run(world) {
      const provider = { same: (value: unknown) => value, never: () => new Promise(() => {}) };
      const { connector, saw } = await world.visit("/go-on", { provider });
      await pause(SOON);
      await connector.close(3005, "enough");
      matches(await saw("unreturned"), { fields: toldEnd(world, 3005, "enough") });
    },
  },
  {
    name: "a call leaves before the close when it was made before it in the same turn",
    async run(world) {
      const { connector, remote, saw } = await world.visit();
      const call = remote.later(100, "the last").catch((error: unknown) => error);
      await connector.close();
      equal(await saw("begun"), "the last");
      matches(await call, { is: [Error] });
    },
  },
  {
    name: "connect() resolves, and the connection ends, when the server accepts and closes at once",
    needs: ["our client"], // TGrid's misses a close that comes right behind its acceptance
    async run(world) {
      const { connector, connect } = world.prepare("/close?code=3005&reason=enough");
      await connect();
      await inTime(connector.join(), "the end");
      equal(connector.state, 3);
    },
  },
  {
    name: "a call is rejected with a ConnectionClosedError when the connection ended normally",
    needs: ["our client"],
    async run(world) {
      const { connector, remote } = await world.visit();
      const call: Promise<unknown> = remote.never().catch((error: unknown) => error);
      await connector.close();
      matches(await call, {
        is: [world.lib.ConnectionClosedError!],
        fields: { code: "CONNECTION_CLOSED" },
      });
    },
  },
];

const joins: readonly Case[] = [
  {
    name: "join() tells whether it was closed in time when it is given a limit",
    async run(world) {
      const { connector } = await world.visit();
      equal(await connector.join(5), false);
      equal(await connector.join(0), false);
      equal(await connector.join(new Date(Date.now() + 5)), false);
      equal(await connector.join(new Date(Date.now() - 1_000)), false);
      const inMs = connector.join(60_000);
      const byDate = connector.join(new Date(Date.now() + 60_000));
      await connector.close();
      equal(await inTime(Promise.all([inMs, byDate]), "the joins"), [true, true]);
    },
  },
  {
    name: "join() has no limit when it is given undefined",
    async run(world) {
      const { connector } = await world.visit();
      const join = connector.join(undefined);
      ok(!await isSettled(join), "it waits");
      await connector.close();
      equal(await inTime(join, "the join"), undefined);
    },
  },
  {
    name: "join() resolves at once when the connection is closed",
    needs: ["our client"],
    async run(world) {
      const { connector } = await world.visit();
      await connector.close(3005, "enough");
      equal(await inTime(connector.join(), "the join"), undefined);
      equal(await connector.join(10), true);
      equal(await connector.join(0), true);
    },
  },
  {
    name: "join() is rejected with a TypeError when its limit is no time",
    needs: ["our client"],
    async run(world) {
      const { connector } = await world.visit();
      await rejects(connector.join(NaN), { is: [TypeError] });
      await rejects(connector.join(new Date(NaN)), { is: [TypeError] });
    },
  },
  {
    name: "join() of the acceptor tells whether it was closed in time when it is given a limit",
    async run(world) {
      const { remote } = await world.visit();
      equal(await remote.joins(5), false);
      equal(await remote.joins(0), false);
    },
  },
  {
    name: "a handler goes on when it holds on by join() and the client leaves",
    async run(world) {
      const { connector, saw } = await world.visit("/hold");
      await connector.close();
      equal(await saw("handler done"), 3);
    },
  },
];

const again: readonly Case[] = [
  {
    name: "connect() works at once, on the same object, when it was closed before: six times",
    async run(world) {
      const provider = { who: () => "the client" };
      const { connector, connect, remote } = world.prepare("/accept", { provider });
      for (let times = 0; times < 6; times++) {
        await connect();
        equal(connector.state, 1);
        equal(await remote.plus(times, 1), times + 1);
        equal(await remote.callBack("who"), { value: "the client" });
        await connector.close();
        equal(connector.state, 3);
      }
    },
  },
  {
    name: "a call gets its own return when one from before the connect is still running",
    async run(world) {
      const { connector, connect, remote, saw } = await world.visit();
      const old: Promise<unknown> = remote.later(200, "old").catch(() => "rejected");
      await saw("begun");
      await connector.close();
      equal(await old, "rejected");
      await connect();
      const answers = Promise.all(Array.from({ length: 10 }, (_, i) => remote.later(250, i)));
      equal(await answers, Array.from({ length: 10 }, (_, i) => i));
      equal(await saw("finished"), "old");
    },
  },
  {
    name: "a second connection goes on when another ends",
    async run(world) {
      const first = await world.visit();
      const second = await world.visit();
      const call: Promise<unknown> = second.remote.later(20, "goes on");
      await first.connector.close(3005, "enough");
      equal(await call, "goes on");
      await pause(1);
      equal(await second.remote.plus(1, 2), 3);
    },
  },
];

/** How connections end, and begin anew. */
export const ENDS: readonly Case[] = [...closes, ...joins, ...again];
