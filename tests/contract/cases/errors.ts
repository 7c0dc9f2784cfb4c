import { equal, inTime, matches, ok, rejects } from "../check.ts";
import type { Case, World } from "../world.ts";

async function raised(world: World, name: string, member = "raise"): Promise<unknown> {
  const { remote } = await world.visit();
  return await rejects(remote[member](name));
}

/** What is thrown, by name, and which fields of it any caller can read. */
const FIELDS: readonly (readonly [name: string, fields: Record<string, unknown>])[] = [
  ["error", { name: "RangeError", message: "too large" }],
  [
    "error with fields",
    {
      name: "TypeError",
      message: "no such user",
      code: "E_USER",
      status: 404,
      deep: { a: [1] },
    },
  ],
  ["error with toJSON", { name: "Told", message: "by toJSON" }],
  ["own class", { name: "OwnError", message: "of a class", own: "field" }],
  ["object", { code: 12, why: "no reason" }],
  ["object like an error", { name: "Likeness", message: "looks like one", extra: 1 }],
];

/** Values that are thrown and arrive as they are. */
const PLAIN: readonly (readonly [name: string, value: unknown])[] = [
  ["text", "a text"],
  ["number", 7],
  ["null", null],
  ["undefined", undefined],
  ["false", false],
];

/** What a peer of ours tells of errors that can't be told whole. */
const BROKEN: readonly (readonly [name: string, fields: Record<string, unknown>])[] = [
  ["error with an unreadable field", { name: "Error", message: "still told", bad: undefined }],
  ["error with a field that is no JSON", { name: "Error", message: "told too", big: undefined }],
  [
    "error that can't be read",
    { name: "Error", message: "Cannot send the thrown value: it can't be read" },
  ],
  ["error whose toJSON throws", { name: "Error", message: "and this" }],
  ["symbol", { name: "Error", message: "Cannot send the thrown value: it is a symbol" }],
  ["bigint", { name: "Error", message: "Cannot send the thrown value: it is a bigint" }],
  ["function", { name: "Error", message: "Cannot send the thrown value: it is a function" }],
];

const thrown: readonly Case[] = [
  ...FIELDS.map(([name, fields]): Case => ({
    name: `a call is rejected with what was thrown, and its fields, when it is "${name}"`,
    onlyCalls: true,
    async run(world) {
      matches(await raised(world, name), { fields });
      matches(await raised(world, name, "raiseLater"), { fields });
    },
  })),
  ...PLAIN.map(([name, value]): Case => ({
    name: `a call is rejected with the very value when "${name}" was thrown`,
    onlyCalls: true,
    run: async (world) => equal(await raised(world, name), value),
  })),
  ...BROKEN.map(([name, fields]): Case => ({
    name: `a call is rejected with what can be told when "${name}" was thrown`,
    needs: ["our server"],
    onlyCalls: true,
    run: async (world) => matches(await raised(world, name), { fields }),
  })),
];

const remoteErrors: readonly Case[] = [
  {
    name: "a call is rejected with a RemoteError when an error was thrown",
    needs: ["our client"],
    onlyCalls: true,
    async run(world) {
      const is = [Error, world.lib.RemoteError!];
      matches(await raised(world, "error with fields"), { is });
      matches(await raised(world, "object like an error"), { is });
    },
  },
  {
    name: "a call is rejected with no Error when an object was thrown that is none",
    onlyCalls: true,
    async run(world) {
      ok(!(await raised(world, "object") instanceof Error), "it is no Error");
    },
  },
  {
    name: "a remote error holds its name, message and fields when it is turned into JSON",
    onlyCalls: true,
    async run(world) {
      const error = await raised(world, "error with fields");
      const { name, message, code, status, deep } = JSON.parse(JSON.stringify(error));
      equal([name, message, code, status, deep], [
        "TypeError",
        "no such user",
        "E_USER",
        404,
        { a: [1] },
      ]);
    },
  },
  {
    name: "an error's stack and cause stay at home when it is thrown",
    needs: ["our server"],
    onlyCalls: true,
    async run(world) {
      const text = JSON.stringify(await raised(world, "error with a cause"));
      ok(!text.includes("secret") && !text.includes("provider"), `nothing leaks in ${text}`);
    },
  },
];

/** Parameters that can't be put on the wire, and where in them the fault lies. */
function untellable(
  world: World,
): readonly (readonly [what: string, value: unknown, at: string])[] {
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  const failing = {
    toJSON() {
      throw new Error("no JSON of me");
    },
  };
  const driver = world.connector(null, null).getDriver();
  return [
    ["a bigint", { list: [0, 1n] }, "parameters[1].list[1]"],
    ["a circle", circle, "parameters[1].self"],
    ["a toJSON that throws", [failing], "parameters[1][0]"],
    ["a driver", { driver }, "parameters[1].driver"],
    ["a driver's namespace", driver.deep.er, "parameters[1]"],
  ];
}

const encoding: readonly Case[] = [
  {
    name: "a call is rejected with a TypeError, and others go on, when a parameter can't be told",
    onlyCalls: true,
    async run(world) {
      const { remote } = await world.visit();
      const before = remote.later(20, "before");
      for (const [, value] of untellable(world).slice(0, 2)) {
        await rejects(remote.same(1, value), { is: [TypeError] });
      }
      equal(await before, "before");
      equal(await remote.plus(1, 2), 3);
    },
  },
  {
    name: "an EncodeError names the place when a parameter can't be told",
    needs: ["our client"],
    onlyCalls: true,
    async run(world) {
      const { remote } = await world.visit();
      for (const [what, value, at] of untellable(world)) {
        const error = await rejects(remote.same(1, value), {
          is: [TypeError, world.lib.EncodeError!],
          fields: { code: "ENCODE" },
          text: `"${at}"`,
        });
        ok((error as Error).cause !== undefined, `the error of ${what} has a cause`);
      }
      equal(await remote.plus(1, 2), 3);
    },
  },
  {
    name: "connect() is rejected, and works afterwards, when the header can't be told",
    needs: ["our client"],
    async run(world) {
      const header: { fault?: unknown } = { fault: 1n };
      const { connector, connect, remote } = world.prepare("/accept", { header });
      await rejects(connect(), { is: [world.lib.EncodeError!], text: '"header.fault"' });
      equal(connector.state, -1);
      delete header.fault;
      await connect();
      equal(await remote.plus(1, 2), 3);
    },
  },
  ...["bigint", "circular", "toJSON that throws", "driver"].map((name): Case => ({
    name: `a call is rejected at once when its result can't be told: "${name}"`,
    needs: ["our server"],
    onlyCalls: true,
    async run(world) {
      const { remote } = await world.visit();
      const call = inTime(remote.untellable(name), "the answer", 1_000);
      await rejects(call, { text: "Cannot encode" });
      equal(await remote.plus(1, 2), 3);
    },
  })),
];

/** The rows of the table of errors that lie between two ends. */
const classes: readonly Case[] = [
  {
    name: "a call is rejected with a NotSentError, and does not run, when nothing is open",
    needs: ["our client"],
    async run(world) {
      const { lib } = world;
      const { connector, connect, remote, hasSeen } = world.prepare("/accept");
      const wanted = { is: [lib.NotSentError!], fields: { code: "NOT_SENT" }, text: '"later"' };
      await rejects(remote.later(0, 1), wanted); // none
      const connecting = connect();
      await rejects(remote.later(0, 2), wanted);
      await connecting;
      const closing = connector.close(3005, "enough");
      await rejects(remote.later(0, 3), wanted);
      await closing;
      const error = await rejects(remote.later(0, 4), wanted);
      matches((error as Error).cause, {
        is: [lib.WebSocketError],
        fields: { status: 3005, message: "enough" },
      });
      ok(!await hasSeen("begun"), "none has run");
    },
  },
  {
    name: "a call is rejected with an Error, and does not run, when nothing is open",
    async run(world) {
      const { connector, connect, remote, hasSeen } = world.prepare("/accept");
      await rejects(remote.later(0, 1), { is: [Error] });
      const connecting = connect();
      await rejects(remote.later(0, 2), { is: [Error] });
      await connecting;
      const closing = connector.close();
      await rejects(remote.later(0, 3), { is: [Error] });
      await closing;
      await rejects(remote.later(0, 4), { is: [Error] });
      ok(!await hasSeen("begun"), "none has run");
    },
  },
  {
    name: "a call may have run when the connection ended first",
    async run(world) {
      const { connector, remote, saw } = await world.visit();
      const call = remote.later(200, "asked").catch((error: unknown) => error);
      equal(await saw("begun"), "asked");
      await connector.close(3005, "enough");
      matches(await call, {
        is: [world.lib.WebSocketError],
        fields: { status: 3005, message: "enough" },
      });
      equal(await saw("finished"), "asked");
    },
  },
  {
    name: "a call is rejected with a BusyError, and does not run, when too many are under way",
    needs: ["our server"],
    async run(world) {
      const { port } = await world.control.openSpare({ servedCalls: 2 });
      const { remote, hasSeen } = await world.visit("/accept", { port });
      // Deno's client may keep frames back for 44 ms, so the first two run longer than that
      const running = [remote.later(150, 1), remote.later(150, 2)];
      await rejects(remote.later(0, 3), { fields: { name: "BusyError" } });
      equal(await Promise.all(running), [1, 2]);
      equal(await remote.plus(1, 2), 3);
      ok(!await hasSeen("begun #3"), "the third has not run");
      await world.control.closeSpare(port);
    },
  },
];

/** What callers are told when something goes wrong. */
export const ERRORS: readonly Case[] = [...thrown, ...remoteErrors, ...encoding, ...classes];
