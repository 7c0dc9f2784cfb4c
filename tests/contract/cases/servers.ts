import { equal, inTime, matches, rejects } from "../check.ts";
import type { Case } from "../world.ts";

/** The server's own life; each case has a server to itself. */
export const SERVERS: readonly Case[] = [
  {
    name: "a server goes through its states when it is opened and closed",
    async run(world) {
      const { port, states } = await world.control.openSpare();
      equal(states, [-1, 1]);
      equal(await world.control.closeSpare(port), [2, 3]);
    },
  },
  {
    name: "open() is rejected with an Error when the server is open",
    async run(world) {
      const { port } = await world.control.openSpare();
      matches(await world.control.reopenSpare(port), { fields: { isError: true } });
      const { remote } = await world.visit("/accept", { port });
      equal(await remote.plus(1, 2), 3);
      await world.control.closeSpare(port);
    },
  },
  {
    name: "open() is rejected, and the state is as before, when the port is in use",
    async run(world) {
      const { port } = await world.control.openSpare();
      const { state, error } = await world.control.occupy(port);
      equal(state, -1);
      matches(error, { fields: { isError: true } });
      await world.control.closeSpare(port);
    },
  },
  {
    name: "close() does nothing when the server is closed",
    async run(world) {
      const { port } = await world.control.openSpare();
      await world.control.closeSpare(port);
      const told = await world.control.closeAgain(port);
      if (world.pairing.server === "tgrid") matches(told, { fields: { isError: true } });
      else equal(told, undefined);
    },
  },
  {
    name: "open() works at once, on the same object and port, when it was closed: five times",
    async run(world) {
      const { port } = await world.control.openSpare();
      for (let times = 0; times < 5; times++) {
        const { connector, remote } = await world.visit("/accept", { port });
        equal(await remote.plus(1, 2), 3);
        await connector.close();
        await world.control.closeSpare(port);
        equal(await world.control.reopenSpare(port), undefined);
      }
      await world.control.closeSpare(port);
    },
  },
  {
    name: "close() of a server ends its connections when clients are still there",
    async run(world) {
      const { port } = await world.control.openSpare();
      const visits = [];
      for (let i = 0; i < 5; i++) visits.push(await world.visit("/accept", { port }));
      const joins = visits.map(({ connector }) => connector.join());
      const calls = visits.map(({ remote }) => rejects(remote.never(), { is: [Error] }));
      equal(await world.control.closeSpare(port), [2, 3]);
      await inTime(Promise.all([...joins, ...calls]), "the ends");
      equal(visits.map(({ connector }) => connector.state), [3, 3, 3, 3, 3]);
    },
  },
  {
    name: "close() of a server tells its clients 1001 and why when it ends them",
    needs: ["our server"],
    async run(world) {
      const { port } = await world.control.openSpare();
      const { remote } = await world.visit("/accept", { port });
      const undecided = world.prepare("/never", { port });
      const wanted = {
        is: [world.lib.WebSocketError],
        fields: { status: 1001, message: "The server is closing" },
      };
      const ends = [rejects(remote.never(), wanted), rejects(undecided.connect(), wanted)];
      await undecided.saw("path");
      await world.control.closeSpare(port);
      await Promise.all(ends);
    },
  },
  {
    name: "close() of a server waits for calls that run when it is given a grace",
    needs: ["our server"],
    async run(world) {
      const { port } = await world.control.openSpare();
      const { remote, saw } = await world.visit("/accept", { port });
      const call: Promise<unknown> = remote.later(40, "in time");
      await saw("begun");
      const closing = world.control.closeSpare(port, 30_000);
      equal(await call, "in time");
      equal(await closing, [2, 3]);
    },
  },
  {
    name: "a server ends a connection with 1009, and no other, when its frame is too long",
    needs: ["our server"],
    async run(world) {
      const { port } = await world.control.openSpare({ frameBytes: 1_000 });
      const other = await world.visit("/accept", { port });
      const { remote } = await world.visit("/accept", { port });
      equal(await remote.size("x".repeat(800)), 800);
      await rejects(remote.size("x".repeat(1_001)), {
        is: [world.lib.WebSocketError],
        fields: { status: 1009 },
      });
      equal(await other.remote.plus(1, 2), 3);
      await world.control.closeSpare(port);
    },
  },
];
