import { equal, inTime, matches, rejects } from "../check.ts";
import type { Case, World } from "../world.ts";

/** With nothing to close, TGrid's client rejects, and ours resolves. */
async function closesNothing(
  { pairing }: World,
  connector: { close(): Promise<void> },
): Promise<void> {
  if (pairing.client === "tgrid") await rejects(connector.close(), { is: [Error] });
  else equal(await connector.close(), undefined);
}

/** What is asked for in the wrong state, or with a wrong code. */
export const MISUSE: readonly Case[] = [
  {
    name:
      "join() is rejected with an Error, and close() does nothing, when there was no connection",
    async run(world) {
      const { connector } = world.prepare("/accept");
      await rejects(connector.join(), { is: [Error] });
      await closesNothing(world, connector);
      equal(connector.state, -1);
    },
  },
  {
    name: "connect() is rejected with an Error when it is connecting",
    needs: ["our client"], // TGrid sees a second connect() only some turns later
    async run(world) {
      const { connector, connect, url } = world.prepare("/accept");
      const connecting = connect();
      equal(connector.state, 0);
      await rejects(connector.connect(url), { is: [Error], isNot: [world.lib.WebSocketError] });
      await connecting;
      equal(connector.state, 1);
    },
  },
  {
    name: "connect() is rejected with an Error when it is open or closing",
    async run(world) {
      const { connector, connect, url } = world.prepare("/accept");
      const wanted = { is: [Error], isNot: [world.lib.WebSocketError] };
      await connect();
      await rejects(connector.connect(url), wanted);
      const closing = connector.close();
      await rejects(connector.connect(url), wanted);
      await closing;
    },
  },
  {
    name: "close() does nothing when it is closed",
    async run(world) {
      const { connector } = await world.visit();
      await connector.close();
      await closesNothing(world, connector);
      equal(connector.state, 3);
    },
  },
  {
    name: "close() shares the closing when one is under way",
    needs: ["our client"],
    async run(world) {
      const { connector } = await world.visit();
      const both = [connector.close(3005, "enough"), connector.close(3006, "again")];
      equal(await inTime(Promise.all(both), "the closes"), [undefined, undefined]);
      equal(connector.state, 3);
    },
  },
  ...[0, 999, 1005, 1006, 1015, 2_999, 5_000, NaN, 3_000.5].map((code): Case => ({
    name: `close() is rejected, and the connection goes on, when the code is ${code}`,
    needs: ["our client"],
    async run(world) {
      const { connector, remote } = await world.visit();
      await rejects(connector.close(code, "no"), { is: [RangeError], text: String(code) });
      equal(connector.state, 1);
      equal(await remote.plus(1, 2), 3);
    },
  })),
  ...[0, 999, 1005, 1006, 1015, 5_000].map((code): Case => ({
    name:
      `close() of the acceptor is rejected, and the connection goes on, when the code is ${code}`,
    needs: ["our server"],
    async run(world) {
      const { remote } = await world.visit();
      const told = await remote.tryTo("close", code, "no");
      matches(told, { fields: { name: "RangeError" }, text: String(code) });
      equal(await remote.state(), 1);
    },
  })),
  {
    name: "close() cuts its reason at a character when it is too long",
    needs: ["our client"],
    async run(world) {
      const { connector, remote, saw } = await world.visit("/accept", {
        provider: { never: () => new Promise(() => {}) },
      });
      await remote.hang();
      await connector.close(3005, `${"a".repeat(120)}👋${"b".repeat(50)}`);
      matches(await saw("hung"), { fields: { status: 3005, message: "a".repeat(120) } });
    },
  },
  {
    name: "close() ends the attempt when it is connecting",
    needs: ["our client"],
    async run(world) {
      const { connector, connect } = world.prepare("/never");
      const connecting = rejects(connect(), { is: [world.lib.ConnectionClosedError!] });
      await connector.close();
      await connecting;
      equal(connector.state, -1);
    },
  },
  {
    name: "await using closes, and leaves alone what is not open",
    needs: ["our client"],
    async run(world) {
      const { connector, connect, saw } = world.prepare("/accept");
      const dispose = (): Promise<void> => connector[Symbol.asyncDispose]!();
      await dispose();
      equal(connector.state, -1);
      await connect();
      await dispose();
      equal([connector.state, await saw("joined")], [3, 3]);
      await dispose();
      equal(connector.state, 3);
    },
  },
];
