import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import fc from "npm:fast-check@3.23.2";
import { type Feature, structured } from "../../../mod.ts";
import { callOf, playedSession, type SessionOptions } from "../../helpers/session.ts";
import { Money, structuredValue, WITH_MONEY } from "./arbitrary.ts";
import { encode, roundTrip } from "./coding.ts";
import { paired } from "../../linked/pair.ts";
import { difference } from "./same.ts";

/** What arrives of a result over the wire of linked mode. */
function told<T>(value: T, feature: Feature = WITH_MONEY): T {
  return roundTrip(value, feature) as T;
}

/** What arrives of parameters. */
function toldAll(args: unknown[], options: SessionOptions = RICH): unknown {
  const [here, there] = [playedSession(options), playedSession(options)];
  const bytes: Uint8Array[] = [];
  there.session.text(here.session.wire.call(callOf(args), here.session.values, bytes));
  for (const part of bytes) there.session.binary(part.slice().buffer);
  assertEquals(there.heard.map(({ kind }) => kind), ["call"]);
  return (there.heard[0] as { args: unknown }).args;
}

const RICH: SessionOptions = { use: [WITH_MONEY], values: "structured" };

Deno.test("structured gives back any value as a result, equal and of the same class", () => {
  fc.assert(
    fc.property(structuredValue, (value) => {
      const found = difference(value, told(value));
      if (found !== undefined) throw new Error(found);
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("structured gives back any values as parameters, and what they share", () => {
  fc.assert(
    fc.property(fc.array(structuredValue, { maxLength: 3 }), (values) => {
      const all = [...values, values[0]];
      const got = toldAll(all) as unknown[];
      const isMoney = values[0] instanceof Money; // by value: two places get two
      const found = difference(
        isMoney ? values : all,
        got.slice(0, isMoney ? -1 : undefined),
      );
      if (found !== undefined) throw new Error(found);
    }),
    { numRuns: 500 },
  );
});

Deno.test("structured gives back any value when it went through a connection, both ways", async () => {
  const seen: unknown[] = [];
  const provider = {
    same: (value: unknown) => {
      seen.push(value);
      return value;
    },
  };
  await using pair = await paired({ here: provider, there: provider, use: [WITH_MONEY] });
  await fc.assert(
    fc.asyncProperty(structuredValue, fc.boolean(), async (value, isClient) => {
      const end = isClient ? pair.client : pair.server;
      const got = await end.getDriver().same!(value);
      const found = difference(value, seen.pop()) ?? difference(value, got);
      if (found !== undefined) throw new Error(found);
    }),
    { numRuns: 200 },
  );
});

for (
  const [what, value] of [
    ["-0", -0],
    ["a list with holes at both ends", Object.assign([], { 1: 1, length: 3 })],
    ["an empty list of a length", Object.assign([], { length: 5 })],
    ["holes beside undefined", Object.assign([], { 1: undefined, length: 3 })],
    ["an invalid date", new Date(NaN)],
    ["the earliest and the latest date", [new Date(-8.64e15), new Date(8.64e15)]],
    ["no bytes at all", [new ArrayBuffer(0), new Uint8Array(0), new DataView(new ArrayBuffer(0))]],
    ["a view with an offset", new Float64Array(new ArrayBuffer(64), 16, 2)],
    ["a large bigint", -(10n ** 5_000n)],
    ["a map that holds lists with holes", new Map([[Object.assign([], { length: 1 }), 1]])],
    ["a key that is __proto__", JSON.parse('{"__proto__":{"a":1}}')],
    ["a regular expression of a newline", /a\/b[\n]/dgimsy],
    [
      "an error in an error in an error",
      new Error("a", { cause: new TypeError("b", { cause: 1n }) }),
    ],
    ["deep lists", JSON.parse("[".repeat(900) + "]".repeat(900))],
  ] as [string, unknown][]
) {
  Deno.test(`structured gives back ${what}`, () => {
    assertEquals(difference(value, told(value)), undefined);
  });
}

Deno.test("structured keeps circular and repeated references when they go through all containers", () => {
  const map = new Map<unknown, unknown>();
  const error = new Error("e", { cause: map });
  const list: unknown[] = [map, error];
  const set = new Set<unknown>([list, map]);
  map.set(map, set).set(set, error);
  const [gotMap, gotError] = told(list) as [Map<unknown, Set<unknown>>, Error];
  assertStrictEquals(gotError.cause, gotMap);
  const gotSet = gotMap.get(gotMap)!;
  assert(gotSet.has(gotMap));
  assertStrictEquals([...gotMap.keys()][1], gotSet);
  assertStrictEquals([...gotMap.values()][1], gotError as unknown);
});

Deno.test("structured tells each instance of an own class by value, and what it holds by reference", () => {
  const shared = { at: new Date(0) };
  const money = new Money(5n, shared);
  const [one, other, same] = told([money, money, shared] as const);
  assert(one instanceof Money && other instanceof Money);
  assertEquals([one.cents, other.cents], [5n, 5n]);
  assertStrictEquals(one.note, same);
  assertStrictEquals(other.note, same);
});

Deno.test("structured gives an own class what it told, with its holes, maps and classes", () => {
  const seen: unknown[] = [];
  class Box {
    constructor(readonly inside: unknown) {}
  }
  const boxes = structured({
    types: {
      Box: {
        class: Box,
        encode: (box: Box) => box.inside,
        decode: (inside) => {
          seen.push(structuredClone(inside instanceof Box ? "a box" : inside));
          return new Box(inside);
        },
      },
    },
  });
  const holes = Object.assign([], { 1: 1, length: 3 });
  const map = new Map([["a", new Set([1n])]]);
  const got = told([new Box(holes), new Box(map), new Box(new Box(-0)), new Box(undefined)], boxes);
  const expected = [undefined, -0, "a box", map, holes]; // the last mark is the first to be made
  assertEquals(difference(expected, seen), undefined);
  assertEquals(got.map((box) => box instanceof Box), [true, true, true, true]);
});

class Temperature {
  constructor(readonly degrees: number) {}
  toJSON() {
    return { degrees: this.degrees, at: new Date(0) };
  }
}

class Itself {
  readonly a = 1;
  toJSON() {
    return this;
  }
}

for (
  const [what, value, expected] of [
    ["an instance with toJSON()", new Temperature(7), { degrees: 7, at: new Date(0) }],
    ["a literal with toJSON()", { a: 1, toJSON: () => ({ at: new Date(0) }) }, { at: new Date(0) }],
    ["a literal whose toJSON() gives text", { toJSON: () => "x" }, "x"],
    ["one whose toJSON() gives itself", new Itself(), { a: 1 }],
    ["functions and symbols in an object", { f() {}, s: Symbol(), a: -0 }, { a: -0 }],
    [
      "an instance of a class",
      new (class A {
        a = 1n;
        #b = 2;
        c() {
          return this.#b;
        }
      })(),
      { a: 1n },
    ],
    ["no prototype", Object.assign(Object.create(null), { a: -0 }), { a: -0 }],
    ["a class that extends Date", new (class D extends Date {})(7), new Date(7)],
    ["a class that extends Map", new (class M extends Map<1, 2> {})([[1, 2]]), new Map([[1, 2]])],
    ["a class that extends TypeError", new (class E extends TypeError {})("m"), new TypeError("m")],
    ["a function", () => 1, undefined],
    ["a symbol", Symbol(), undefined],
  ] as [string, unknown, unknown][]
) {
  Deno.test(`structured says what JSON says, and more, of ${what}`, () => {
    assertEquals(difference(expected, told(value)), undefined);
  });
}

Deno.test("structured gives undefined where a parameter is a function or a symbol, as JSON's mode does", () => {
  const args = [() => 1, Symbol(), undefined, 1];
  for (const options of [{}, { wire: "plain" }, RICH] as const) {
    assertEquals(toldAll(args, options), [undefined, undefined, undefined, 1]);
  }
});

Deno.test("structured marks nothing when a value is JSON, and sends the same text", () => {
  fc.assert(fc.property(fc.jsonValue(), (json) => {
    const value = JSON.parse(JSON.stringify(json)); // without -0
    const { text, marks, bytes } = encode(value);
    assertEquals([text, marks, bytes], [JSON.stringify(value), undefined, []]);
  }));
});

Deno.test("structured leaves the value as it was when it tells it", () => {
  fc.assert(
    fc.property(structuredValue, (value) => {
      const before = told(value);
      const again = told(value);
      const found = difference(before, again) ?? difference(value, before);
      if (found !== undefined) throw new Error(found);
    }),
    { numRuns: 200 },
  );
});
