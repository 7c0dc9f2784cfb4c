import { equal, matches, ok, rejects } from "../check.ts";
import type { Case } from "../world.ts";

/** Headers arrive as they were. `undefined` has no JSON, and has to be read back all the same. */
const HEADERS: readonly (readonly [what: string, header: unknown])[] = [
  ["null", null],
  ["undefined", undefined],
  ["a text", "token"],
  ["an empty text", ""],
  ["zero", 0],
  ["false", false],
  ["a list", [1, [null]]],
  ["an object", { token: "t", deep: { list: [1, "ü"] } }],
  ["an object that looks like the wire's", { header: { link: { version: 1 } }, link: 7 }],
];

const headers: readonly Case[] = HEADERS.map(([what, header]) => ({
  name: `an acceptor has the client's header when it is ${what}`,
  async run(world) {
    const { connector, saw } = await world.visit("/accept", { header });
    const kind = header === undefined ? "undefined" : "given";
    equal(await saw("header"), JSON.parse(JSON.stringify([kind, header])));
    ok(connector.header === header, "the connector has the very value");
  },
}));

/** What a rejected client is told, word for word. */
const REJECTIONS: readonly (readonly [status: number, reason: string])[] = [
  [1000, "not today"],
  [1001, "going away"],
  [1002, "not of this kind"],
  [1003, "no such data"],
  [1008, "not allowed"],
  [3001, "wrong token"],
  [3999, ""],
  [4999, 'grüße: 👋 & "quotes"'],
];

const rejections: readonly Case[] = REJECTIONS.map(([status, reason]) => ({
  name:
    `connect() is rejected with code and reason when the server rejects with ${status} "${reason}"`,
  async run(world) {
    const query = new URLSearchParams({ status: String(status), reason });
    const { connect, connector, saw } = world.prepare(`/reject?${query}`);
    const error = await rejects(connect(), {
      is: [Error, world.lib.WebSocketError],
      fields: { status, message: reason },
    });
    ok(Object.hasOwn(error as object, "status"), "status is a field of its own");
    equal(connector.state, -1);
    equal(await saw("state after reject()"), -2);
    equal(await saw("reject"), "done");
    equal(await saw("state at the end"), 3);
  },
}));

const decisions: readonly Case[] = [
  {
    name: "connect() is rejected when the server rejects without a code",
    async run(world) {
      const { connect, connector } = world.prepare("/reject");
      const status = world.pairing.server === "ours" ? 1000 : 1005; // no code: 1005
      await rejects(connect(), {
        is: [world.lib.WebSocketError],
        fields: { status, message: "" },
      });
      equal(connector.state, -1);
    },
  },
  ...[401, 404, 1005, 1006, 5000].map((status): Case => ({
    name: `reject() is rejected, and the client is told all the same, when the code is ${status}`,
    needs: ["our server"],
    async run(world) {
      const { connect, saw } = world.prepare(`/reject?status=${status}&reason=no`);
      await rejects(connect(), {
        is: [world.lib.WebSocketError],
        fields: { status: 1008, message: "no" },
      });
      matches(await saw("reject"), { fields: { name: "RangeError" }, text: String(status) });
      equal(await saw("state at the end"), 3);
    },
  })),
  {
    name: "connect() is rejected with the reason cut at a character when it is too long",
    needs: ["our server"],
    async run(world) {
      const { connect } = world.prepare("/reject-long");
      await rejects(connect(), { fields: { status: 3001, message: `${"a".repeat(121)}ü` } });
    },
  },
  {
    name: "an acceptor is undecided in its handler, and open on the line after accept()",
    async run(world) {
      const { saw } = await world.visit();
      equal(await saw("state in the handler"), -1);
      equal(await saw("state after accept()"), 1);
    },
  },
  {
    name: "accept() and reject() are rejected, and the connection goes on, when it is accepted",
    async run(world) {
      const { saw, remote } = await world.visit("/twice");
      for (const event of ["second accept", "late reject"]) {
        const { thrown, outcome } = await saw(event) as { thrown: boolean; outcome: object };
        equal(thrown, false, "that it throws");
        matches(outcome, { fields: { isError: true, isWebSocketError: false } });
      }
      equal(await saw("state at the end"), 1);
      equal(await remote.plus(1, 2), 3);
    },
  },
  {
    name: "accept() and reject() are rejected when it is rejected already",
    async run(world) {
      const { saw, connect } = world.prepare("/reject-accept");
      await rejects(connect(), { fields: { status: 3001, message: "no" } });
      for (const event of ["accept", "second reject"]) {
        const { thrown, outcome } = await saw(event) as { thrown: boolean; outcome: object };
        equal(thrown, false, "that it throws");
        matches(outcome, { fields: { isError: true } });
      }
    },
  },
  {
    name: "an acceptor refuses to call, join, close and ping when it is undecided",
    async run(world) {
      const provider = { plus: (x: number, y: number) => x + y };
      const { saw, remote } = await world.visit("/before", { provider });
      for (const act of ["call", "join", "close", "ping"]) {
        const { thrown, outcome } = await saw(act) as { thrown: boolean; outcome: object };
        equal(thrown, act === "ping", `that ${act} throws`);
        matches(outcome, { fields: { isError: true } });
      }
      equal(await saw("same driver"), true);
      equal(await remote.callBack("plus", 1, 2), { value: 3 });
    },
  },
  {
    name: "a server calls right after accept(), and every call is answered, in order",
    needs: ["an end of ours"],
    async run(world) {
      const began: number[] = [];
      const provider = {
        early(i: number): number {
          began.push(i);
          return i * 2;
        },
      };
      const { saw } = await world.visit("/early", { provider });
      const answers = await saw("answers") as unknown[];
      equal(answers.slice(1), Array.from({ length: 20 }, (_, i) => i * 2));
      equal(began, Array.from({ length: 20 }, (_, i) => i));
    },
  },
  {
    name: "ping() returns nothing, and the connection goes on, when it is open",
    async run(world) {
      const { remote, saw } = await world.visit("/ping");
      equal(await saw("returned by ping()"), true);
      equal(await remote.later(15, "after some pings"), "after some pings");
    },
  },
  {
    name: "connect() resolves when the server accepts late",
    async run(world) {
      const { remote } = await world.visit("/late?ms=20");
      equal(await remote.plus(1, 2), 3);
    },
  },
  {
    name: "connect() resolves when the handler returns first and accepts later",
    async run(world) {
      const { remote } = await world.visit("/return-first?ms=20");
      equal(await remote.plus(1, 2), 3);
    },
  },
];

/** From dialling to the decision. */
export const HANDSHAKE: readonly Case[] = [
  ...headers,
  ...rejections,
  ...decisions,
];
