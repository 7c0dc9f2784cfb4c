import { equal, inTime, isSettled, ok } from "../check.ts";
import type { Case, World } from "../world.ts";

/** A call's path at the root of the remote, its parameters, and what comes back. */
const REACHED: readonly (readonly [what: string, path: string, args: unknown[], value: unknown])[] =
  [
    ["a function at the root", "plus", [1, 2], 3],
    ["a function five levels down", "deep.a.b.c.leaf", [1], 2],
    ["an inherited method that reads a private field", "counter.inherited", [], "inherited"],
    ["an overridden method that calls the one above", "counter.overridden", [], "sub over base"],
    [
      "a method behind a getter",
      "counter.lazy.value",
      [],
      "behind a getter of sub over base",
    ],
    ["a static method that reads this", "Tools.times", [4], 8],
    ["a static method of the class above", "Tools.inheritedStatic", [], "static of Sub"],
    ["a method of a frozen object", "frozen.answer", [], "from a frozen object"],
    ["a method of an object without a prototype", "bare.answer", [], "from a bare object"],
    ["a function that has functions of its own", "format", ["x"], "plain x"],
    ["a function that a function owns", "format.bold", ["x"], "bold x"],
    ["a method of a list's element", "list.1.id", [], "second"],
    ["a bound function", "bound", [], "bound"],
    ["a method of an old-style class", "old.own", [], "old own"],
    ["a method of an old-style class's parent", "old.above", [], "old above"],
    ["an own function named toString", "own.toString", [], "own toString"],
    ["an own function named valueOf", "own.valueOf", [], "own valueOf"],
    ["an own function named push", "own.push", [1], "own push of 1"],
    ["an own function named name", "own.name", [], "own name"],
  ];

/** Names that a driver or a function might take for its own, at the root of a provider. */
const EVERYDAY = [
  "call",
  "apply",
  "bind",
  "on",
  "off",
  "close",
  "join",
  "name",
  "length",
  "connect",
];

function follow(world: World, path: string, args: unknown[]): Promise<unknown> {
  return world.visit().then(({ remote }) => {
    const names = path.split(".");
    const last = names.pop()!;
    return names.reduce((object, name) => object[name], remote)[last](...args);
  });
}

const reached: readonly Case[] = REACHED.map(([what, path, args, value]) => ({
  name: `a driver calls ${what} when its path is "${path}"`,
  onlyCalls: true,
  run: async (world) => equal(await follow(world, path, args), value),
}));

const everyday: readonly Case[] = EVERYDAY.map((name) => ({
  name: `a driver calls the remote "${name}" when it stands at the root`,
  onlyCalls: true,
  run: async (world) => equal(await follow(world, name, [1]), `remote ${name} of 1`),
}));

const drivers: readonly Case[] = [
  {
    name: "a driver keeps call, apply and bind local when they stand below the root",
    onlyCalls: true,
    async run(world) {
      const { remote } = await world.visit();
      equal(await remote.plus.call(null, 1, 2), 3);
      equal(await remote.plus.apply({}, [3, 4]), 7);
      equal(await remote.plus.bind(undefined, 5)(6), 11);
    },
  },
  {
    name: "a driver is no promise when it is awaited",
    onlyCalls: true,
    async run(world) {
      const { remote, connector } = await world.visit();
      ok(typeof remote.then !== "function", "a driver has no then");
      ok(await inTime(Promise.resolve(remote), "the driver") === remote, "it is itself");
      ok(connector.getDriver() === remote, "it stays the same");
    },
  },
  {
    name: "a driver's namespace is no promise when it is awaited",
    needs: ["our client"],
    onlyCalls: true,
    async run(world) {
      const { remote } = await world.visit();
      const namespace = await inTime(Promise.resolve(remote.deep.a), "the namespace");
      equal(await namespace.b.c.leaf(1), 2);
      equal(await (await remote.plus)(1, 2), 3);
    },
  },
  {
    name: "a driver is a Driver when instanceof asks",
    run(world) {
      ok(world.connector(null, null).getDriver() instanceof world.lib.Driver, "it is one");
      return Promise.resolve();
    },
  },
  {
    name: "a driver makes no call when it is turned into text",
    needs: ["our client"],
    async run(world) {
      const { remote, connector } = await world.visit();
      const sent: string[] = [];
      connector.on("send", ({ function: { listener } }) => sent.push(listener));
      ok(`${remote} ${remote.deep.f}`.includes("Driver"), "it has a text of its own");
      equal(sent, [], "what was sent");
    },
  },
  {
    name: "getDriver() gives one object for ever when the connector connects later, and again",
    async run(world) {
      const { connector, remote, connect } = world.prepare("/accept");
      await connect();
      equal(await remote.plus(1, 2), 3);
      await connector.close();
      await connect();
      equal(await remote.plus(3, 4), 7);
      ok(connector.getDriver() === remote, "it is the same driver");
    },
  },
];

const directions: readonly Case[] = [
  {
    name: "a server calls its client when the client asks it to",
    async run(world) {
      const { remote } = await world.visit("/accept", {
        provider: { deep: { plus: (x: number, y: number) => x + y } },
      });
      equal(await remote.callBack("deep.plus", 1, 2), { value: 3 });
    },
  },
  {
    name: "calls run inside calls when both ends wait for each other",
    async run(world) {
      const provider = {
        countDown: async (n: number): Promise<number> =>
          n <= 0 ? 0 : 1 + await remote.countDown(n - 1),
      };
      const { remote } = await world.visit("/accept", { provider });
      equal(await remote.countDown(12), 12);
    },
  },
  {
    name: "setProvider() counts from the next call when the client's changes",
    async run(world) {
      const first = { who: () => "first" };
      const second = { who: () => "second" };
      const { connector, remote } = await world.visit("/accept", { provider: first });
      ok(connector.getProvider() === first, "it is the very object");
      equal(await remote.callBack("who"), { value: "first" });
      connector.setProvider(second);
      ok(connector.getProvider() === second, "it is the new one");
      equal(await remote.callBack("who"), { value: "second" });
    },
  },
  {
    name: "setProvider() counts from the next call when the server's changes",
    async run(world) {
      const { remote, saw } = await world.visit("/swap");
      equal(await remote.answer(), "first");
      await remote.swap();
      equal(await remote.answer(), "second");
      equal(await saw("the very object"), true);
    },
  },
  {
    name: "a call reaches a third end when the provider holds its driver",
    async run(world) {
      const name = `lent${Math.random().toString(36).slice(2)}`;
      const provider = { greet: (who: string) => `hello ${who}`, deep: { er: () => "deeper" } };
      await world.visit(`/lend?name=${name}`, { provider });
      const { remote } = await world.visit("/relay");
      equal(await remote.lent[name].greet("you"), "hello you");
      equal(await remote.lent[name].deep.er(), "deeper");
    },
  },
];

const flow: readonly Case[] = [
  {
    name: "calls begin in the order in which they were made when they are not awaited",
    onlyCalls: true,
    async run(world) {
      const { remote } = await world.visit();
      const numbers = Array.from({ length: 100 }, (_, i) => i);
      await Promise.all(numbers.map((i) => remote.push(i)));
      equal(await remote.pushed(), numbers);
    },
  },
  {
    name: "a return overtakes another when its function is quicker",
    onlyCalls: true,
    async run(world) {
      const { remote } = await world.visit();
      const slow: Promise<unknown> = remote.held();
      equal(await remote.plus(1, 2), 3);
      ok(!await isSettled(slow), "the slow one is still under way");
      await remote.release();
      equal(await slow, "released");
    },
  },
  {
    name: "each call gets its own return when 300 are in flight both ways",
    async run(world) {
      const { remote } = await world.visit("/accept", { provider: { same: (x: unknown) => x } });
      const calls = Array.from(
        { length: 300 },
        (_, i) => i % 2 === 0 ? remote.same(i) : remote.callBack("same", i),
      );
      const wanted = calls.map((_, i) => i % 2 === 0 ? i : { value: i });
      equal(await Promise.all(calls), wanted);
    },
  },
  {
    name: "a call sends a value as it was when it changes right afterwards",
    onlyCalls: true,
    async run(world) {
      const { remote } = await world.visit();
      const value = { list: [1] };
      const call = remote.same(value);
      value.list.push(2);
      equal(await call, { list: [1] });
    },
  },
  {
    name: "a call takes 2 MB when its parameter or its result is that large",
    onlyCalls: true,
    async run(world) {
      const { remote } = await world.visit();
      equal(await remote.size("ü".repeat(1_000_000)), 1_000_000);
      equal((await remote.filled(2_000_000)).length, 2_000_000);
    },
  },
  {
    name: "a call keeps the count of its parameters when there are none or many",
    onlyCalls: true,
    async run(world) {
      const { remote } = await world.visit();
      equal(await remote.shown(), "[]");
      const many = Array.from({ length: 500 }, (_, i) => i);
      equal(await remote.shown(...many), `[${many.join(", ")}]`);
    },
  },
];

/** Calls, both ways: where they get to, and in which order. */
export const CALLS: readonly Case[] = [...reached, ...everyday, ...drivers, ...directions, ...flow];
