import { equal, rejects, show } from "../contract/check.ts";
import type { Case } from "../contract/world.ts";

/** Values that JSON can't tell, by what they are. */
const VALUES: Readonly<Record<string, () => unknown>> = {
  "undefined": () => undefined,
  "a number that is none": () => NaN,
  "a negative zero": () => -0,
  "infinity": () => -Infinity,
  "a bigint": () => -(2n ** 70n),
  "a date": () => new Date(1),
  "an invalid date": () => new Date(NaN),
  "a list with holes": () => Object.assign([], { 1: 1, length: 3 }),
  "a field that is undefined": () => ({ a: 1, b: undefined }),
  "a map": () => new Map<unknown, unknown>([["a", 1n], [{ b: 1 }, new Date(0)]]),
  "a set": () => new Set([1, "1", new Set([NaN])]),
  "a regular expression": () => /a\/b[\n]/dgimsy,
  "a URL": () => new URL("https://user@example.com:8080/a%20b?c=ü#d"),
  "an error with a cause and fields": () =>
    Object.assign(new RangeError("outer", { cause: new TypeError("inner") }), { code: "E", n: 1n }),
  "bytes": () => new Uint8Array([0, 127, 255]),
  "no bytes": () => new ArrayBuffer(0),
  "a view with an offset": () => new Uint16Array(new Uint16Array([1, 2, 3, 4]).buffer, 2, 2),
  "many bytes": () => new Uint8Array(200_000).map((_, index) => index % 251),
  "bytes in a map in a list": () => [new Map([["a", new Float64Array([0.1, NaN])]])],
  "two places that hold one object": () => {
    const one = { at: new Date(0) };
    return [one, one];
  },
  "a circle": () => {
    const circle: Record<string, unknown> = { list: [] };
    (circle.list as unknown[]).push(circle);
    return circle;
  },
};

/**
 * A value as text that tells apart what `structured` tells apart, by class names alone, so that two
 * ends in two runtimes can be compared.
 */
export function describe(value: unknown, seen: Map<object, number> = new Map()): string {
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value !== "object" || value === null) return show(value);
  const known = seen.get(value);
  if (known !== undefined) return `#${known}`;
  seen.set(value, seen.size);
  const fields = ArrayBuffer.isView(value) ? [] : fieldsOf(value, seen);
  return `${value.constructor.name}(${contentOf(value, seen)}){${fields.join(", ")}}`;
}

function fieldsOf(value: object, seen: Map<object, number>): string[] {
  return Object.entries(value).map(([key, inner]) => `${key}: ${describe(inner, seen)}`);
}

/** What is in a built-in object beside its fields. */
function contentOf(value: object, seen: Map<object, number>): string {
  if (value instanceof Date) return String(value.getTime());
  if (value instanceof RegExp || value instanceof URL) return String(value);
  if (value instanceof Map || value instanceof Set) {
    return [...value].flat().map((inner) => describe(inner, seen)).join(", ");
  }
  if (value instanceof Error) {
    const cause = "cause" in value ? `, ${describe(value.cause, seen)}` : "";
    return `${value.name}: ${value.message}${cause}`;
  }
  if (value instanceof ArrayBuffer) return new Uint8Array(value).join();
  if (ArrayBuffer.isView(value)) {
    const { buffer, byteOffset, byteLength } = value;
    return new Uint8Array(buffer, byteOffset, byteLength).join();
  }
  return Array.isArray(value) ? String(value.length) : "";
}

const roundTrips: readonly Case[] = Object.entries(VALUES).map(([what, make]) => ({
  name: `a value comes back from either end with structured values when it is ${what}`,
  needs: ["linked"],
  async run(world) {
    const echo = (value: unknown): unknown => value;
    const { remote } = await world.visit("/accept", { provider: { echo } });
    const wanted = describe(make());
    equal(describe(await remote.same(make())), wanted, "what the server gave back");
    const { value } = await remote.callBack("echo", make());
    equal(describe(value), wanted, "what the client gave back");
  },
}));

/** What the server's functions return, by name: here it is made at the other end. */
const RESULTS: Readonly<Record<string, unknown>> = {
  "undefined": undefined,
  "minus zero": -0,
  "not a number": NaN,
  "infinity": Infinity,
  "list": [1, undefined, [NaN]],
  "object": { a: 1, b: undefined, c: { d: null } },
  "date": new Date(0),
  "map": new Map([["a", 1]]),
  "set": new Set([1]),
  "bytes": new Uint8Array([1, 2]),
  "error": new RangeError("a value like others"),
  "with toJSON": "said by toJSON",
};

const results: readonly Case[] = Object.entries(RESULTS).map(([name, value]) => ({
  name: `a result arrives as it is with structured values when it is "${name}"`,
  needs: ["linked"],
  onlyCalls: true,
  async run(world) {
    const { remote } = await world.visit();
    equal(describe(await remote.give(name)), describe(value));
  },
}));

const others: readonly Case[] = [
  {
    name: "an acceptor has the client's header with structured values when it is undefined",
    needs: ["linked"],
    async run(world) {
      const { saw } = await world.visit("/accept", { header: undefined });
      equal(await saw("header"), ["undefined", undefined]);
    },
  },
  {
    name: "a call is rejected with all fields with structured values when an error was thrown",
    needs: ["linked"],
    onlyCalls: true,
    async run(world) {
      const { remote } = await world.visit();
      await rejects(remote.raise("error with a field that is no JSON"), {
        is: [world.lib.RemoteError!],
        fields: { message: "told too", big: 1n },
      });
    },
  },
  {
    name: "an EncodeError names the place with structured values when a parameter can't be told",
    needs: ["linked"],
    onlyCalls: true,
    async run(world) {
      const { remote } = await world.visit();
      const both = [remote.same({ a: [Object(7n)] }), remote.plus(1, 2)];
      await rejects(both[0]!, { is: [TypeError, world.lib.EncodeError!], text: "a[0]" });
      equal(await both[1], 3);
    },
  },
  {
    name: "a result arrives as it is with structured values when it is circular",
    needs: ["linked"],
    onlyCalls: true,
    async run(world) {
      const { remote } = await world.visit();
      const circle = await remote.untellable("circular");
      equal(circle.self === circle, true);
      equal(describe(await remote.untellable("bigint")), describe({ list: [{ big: 1n }] }));
    },
  },
];

/** What holds where both ends chose `structured`. */
export const STRUCTURED: readonly Case[] = [...roundTrips, ...results, ...others];
