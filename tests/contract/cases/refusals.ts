import { equal, matches, ok, rejects, show } from "../check.ts";
import type { Remote } from "../library.ts";
import type { Case } from "../world.ts";

// deno-lint-ignore require-await -- a driver without the member throws, which is a rejection here
async function call(remote: Remote, path: string): Promise<unknown> {
  const names = path.split(".");
  return names.reduce((object, name) => object[name], remote)();
}

/** What each end refuses, whoever made it. A driver of ours has no such members to begin with. */
const NEVER_SERVED: readonly (readonly [why: string, path: string])[] = [
  ["begins with an underscore", "_hidden"],
  ["ends with an underscore", "hidden_"],
  ["begins with an underscore below the root", "edge._inner"],
  ["ends with an underscore on the way", "edge.inner_.f"],
  ["is a constructor", "constructor"],
  ["is a constructor on the way", "constructor.constructor"],
  ["is a prototype", "Tools.prototype.next"],
];

/** The same, by its answer. */
const REFUSED: readonly (readonly [why: string, path: string])[] = [
  ["is not there", "absent"],
  ["is not there below the root", "deep.absent"],
  ["leads beyond what is not there", "deep.absent.more"],
  ["leads to a number", "atom"],
  ["leads to a text", "text"],
  ["leads to null", "nothing"],
  ["leads beyond null", "nothing.more"],
  ["leads to an object", "deep"],
];

/** What an end of ours refuses as well. */
const REFUSED_BY_US: readonly (readonly [why: string, path: string])[] = [
  ["is toString of every object", "toString"],
  ["is valueOf of every object", "deep.valueOf"],
  ["is hasOwnProperty of every object", "counter.hasOwnProperty"],
  ["is toString of a function", "plus.toString"],
  ["changes a list", "array.push"],
  ["clears a map", "map.clear"],
  ["sets a date", "date.setTime"],
  ["repeats a text", "text.repeat"],
];

/** What an end of ours would refuse as well, and no driver of ours asks for. */
const NEVER_SERVED_BY_US: readonly (readonly [why: string, path: string])[] = [
  ["is __proto__", "__proto__.toString"],
  ["defines a getter", "__defineGetter__"],
];

const neverServed: readonly Case[] = [
  ...NEVER_SERVED.map(([why, path]) => neverServedCase(why, path, [])),
  ...NEVER_SERVED_BY_US.map(([why, path]) => neverServedCase(why, path, ["our server"])),
];

function neverServedCase(why: string, path: string, needs: Case["needs"] & object): Case {
  return {
    name: `a call is refused when its path ${why}: "${path}"`,
    needs,
    onlyCalls: true,
    async run(world) {
      const { remote, hasSeen } = await world.visit();
      await rejects(call(remote, path));
      equal(await remote.plus(1, 2), 3);
      ok(!await hasSeen("reached"), "it was not reached");
    },
  };
}

const refused: readonly Case[] = REFUSED.map(([why, path]) => ({
  name: `a call is refused with an answer when its path ${why}: "${path}"`,
  onlyCalls: true,
  async run(world) {
    const { remote, hasSeen } = await world.visit();
    await rejects(call(remote, path));
    equal(await remote.plus(1, 2), 3);
    ok(!await hasSeen("reached"), "it was not reached");
  },
}));

const refusedByUs: readonly Case[] = REFUSED_BY_US.map(([why, path]) => ({
  name: `a call is refused with an answer when its path ${why}: "${path}"`,
  needs: ["our server"],
  onlyCalls: true,
  async run(world) {
    const { remote } = await world.visit();
    await rejects(call(remote, path), { fields: { name: "RefusedError" } });
    equal(await remote.array.push(9).catch(() => "refused"), "refused");
  },
}));

const looks: readonly Case[] = [
  {
    name: "refusals look alike when the name exists and when it does not",
    needs: ["our server"],
    onlyCalls: true,
    async run(world) {
      const { remote } = await world.visit();
      const texts = new Set<string>();
      for (const [, path] of [...REFUSED, ...REFUSED_BY_US]) {
        const error = await rejects(call(remote, path), { fields: { name: "RefusedError" } });
        const { message } = error as Error;
        ok(message.includes(`"${path}"`), `"${path}" stands in "${message}"`);
        texts.add(message.replace(path, "…"));
      }
      equal(texts.size, 1, show([...texts]));
    },
  },
  {
    name: "a refusal brings no stack, and the path cut short, when the path is long",
    needs: ["our server"],
    onlyCalls: true,
    async run(world) {
      const { remote } = await world.visit();
      const error = await rejects(remote["x".repeat(2_000)](), {
        fields: { name: "RefusedError" },
      });
      const { message } = error as Error;
      ok(message.length < 300, `it is short: ${message.length}`);
      ok(!JSON.stringify(error).includes(".ts"), "no stack stands in it");
    },
  },
  {
    name: "a call is refused when its path has too many characters or steps",
    needs: ["our server"],
    async run(world) {
      const { port } = await world.control.openSpare({ pathLength: 20, pathSteps: 3 });
      const { remote } = await world.visit("/accept", { port });
      const wanted = { fields: { name: "RefusedError" } };
      await rejects(remote["p".repeat(21)](), wanted);
      await rejects(remote.deep.a.b.c(1), wanted);
      await rejects(remote.deep.a.b.c.leaf(1), wanted);
      equal(await remote.plus(1, 2), 3);
      await world.control.closeSpare(port);
    },
  },
  {
    name: "a call is refused when it has too many arguments",
    needs: ["our server"],
    async run(world) {
      const { port } = await world.control.openSpare({ parameters: 3 });
      const { remote } = await world.visit("/accept", { port });
      equal(await remote.shown(1, 2, 3), "[1, 2, 3]");
      await rejects(remote.shown(1, 2, 3, 4), { fields: { name: "RefusedError" } });
      await world.control.closeSpare(port);
    },
  },
  {
    name: "toString() of a driver's function is a call, and refused, when it is called",
    onlyCalls: true,
    async run(world) {
      const { remote } = await world.visit();
      await rejects(remote.plus.toString());
    },
  },
  {
    name: "every call is refused with an answer when the server's provider is null",
    async run(world) {
      const { remote, connector } = await world.visit("/null");
      await rejects(remote.plus(1, 2));
      await rejects(remote.deep.a());
      equal(connector.state, 1);
    },
  },
  {
    name: "every call is refused with an answer when the client's provider is null",
    async run(world) {
      const { remote } = await world.visit("/accept", { provider: null });
      const { error } = await remote.callBack("anything.at.all");
      equal(typeof error.message, "string");
    },
  },
  {
    name: "a client refuses the names that a server refuses when its server calls",
    needs: ["our client"],
    async run(world) {
      const reached: string[] = [];
      const provider = { secret_: () => reached.push("secret_"), list: [1], f: () => 1 };
      const { remote } = await world.visit("/accept", { provider });
      for (const path of ["list.push", "f.toString", "absent"]) {
        const { error } = await remote.callBack(path);
        matches(error, { fields: { name: "RefusedError" } });
      }
      for (const path of ["secret_", "constructor"]) { // a server of ours does not even ask
        const { error } = await remote.callBack(path);
        equal(typeof error.message, "string");
      }
      equal(await remote.callBack("f"), { value: 1 });
      equal([reached, provider.list], [[], [1]]);
    },
  },
];

/** What a remote may not reach. */
export const REFUSALS: readonly Case[] = [...neverServed, ...refused, ...refusedByUs, ...looks];
