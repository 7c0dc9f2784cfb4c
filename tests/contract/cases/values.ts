import { equal, show } from "../check.ts";
import type { Case } from "../world.ts";

class Pair {
  constructor(readonly a: number, readonly b: number) {}
  sum(): number {
    return this.a + this.b;
  }
}

/** What is given as a parameter, and what arrives in its place. */
const PARAMETERS: readonly (readonly [what: string, value: unknown, arrives: unknown])[] = [
  ["undefined", undefined, undefined],
  ["null", null, null],
  ["a boolean", false, false],
  ["a number", 0.1, 0.1],
  ["a negative zero", -0, 0],
  ["a number that is none", NaN, null],
  ["infinity", -Infinity, null],
  ["an empty text", "", ""],
  ["a text of all kinds", 'ü 👋 \u0000 \u2028 " \\', 'ü 👋 \u0000 \u2028 " \\'],
  ["half a character", "\ud83d", "\ud83d"],
  ["a list with holes", [1, undefined, NaN], [1, null, null]],
  ["a field that is undefined", { a: 1, b: undefined }, { a: 1 }],
  ["a date", new Date(0), "1970-01-01T00:00:00.000Z"],
  ["a map", new Map([["a", 1]]), {}],
  ["a set", new Set([1]), {}],
  ["bytes", new Uint8Array([1, 2]), { 0: 1, 1: 2 }],
  ["an instance of a class", new Pair(1, 2), { a: 1, b: 2 }],
  ["a value with toJSON", { toJSON: () => "told" }, "told"],
  ["a function", () => 1, undefined],
  ["a symbol", Symbol("s"), undefined],
  ["an error", new RangeError("r"), {}],
];

const parameters: readonly Case[] = PARAMETERS.map(([what, value, arrives]) => ({
  name: `a parameter arrives as JSON has it when it is ${what}`,
  onlyCalls: true,
  async run(world) {
    const { remote } = await world.visit();
    // as the callee saw it, with its neighbours: it keeps its place
    equal(await remote.shown(1, value), show([1, arrives]));
    equal(await remote.shown(value, 2), show([arrives, 2]));
  },
}));

/** What the server's function returns, by name, and what its caller gets. */
const RESULTS: readonly (readonly [name: string, value: unknown])[] = [
  ["undefined", undefined],
  ["null", null],
  ["true", true],
  ["zero", 0],
  ["minus zero", 0],
  ["fraction", 0.1],
  ["not a number", null],
  ["infinity", null],
  ["empty text", ""],
  ["text", 'tschüß 👋 \u0000 \u2028 " \\'],
  ["list", [1, null, [null]]],
  ["object", { a: 1, c: { d: null } }],
  ["date", "1970-01-01T00:00:00.000Z"],
  ["map", {}],
  ["set", {}],
  ["bytes", { 0: 1, 1: 2 }],
  ["instance", { x: 3, y: 4 }],
  ["with toJSON", "said by toJSON"],
  ["function", undefined],
  ["symbol", undefined],
  ["promise", "awaited"],
  ["thenable", "awaited too"],
  ["error", {}],
];

const results: readonly Case[] = RESULTS.map(([name, value]) => ({
  name: `a result arrives as JSON has it when it is "${name}"`,
  onlyCalls: true,
  async run(world) {
    const { remote } = await world.visit();
    equal(await remote.give(name), value);
  },
}));

/** What becomes of values on the way. */
export const VALUES: readonly Case[] = [...parameters, ...results];
