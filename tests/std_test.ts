/**
 * What this project relies on in `@std/assert`, one case a row. The table runs against whichever
 * package is in force, so that the real one and its equivalent are held to the same behaviour.
 */
import {
  assert,
  assertArrayIncludes,
  assertEquals,
  assertExists,
  assertFalse,
  assertGreater,
  assertGreaterOrEqual,
  assertInstanceOf,
  assertIsError,
  assertLess,
  assertLessOrEqual,
  assertMatch,
  assertNotEquals,
  assertNotStrictEquals,
  assertStrictEquals,
  assertStringIncludes,
  fail,
  unreachable,
} from "@std/assert";
import { type AssertionRow, expect, failure, testAssertion } from "./tools/assertion_rows.ts";

class Point {
  constructor(readonly x: number) {}
}

class Hidden {
  #value: number;
  constructor(value: number) {
    this.#value = value;
  }
  get value(): number {
    return this.#value;
  }
}

const circle = (): { self?: unknown } => {
  const value: { self?: unknown } = {};
  value.self = value;
  return value;
};

const error = new Error("one");

/** Pairs of values and whether they count as equal. */
const PAIRS: readonly [when: string, a: unknown, b: unknown, equal: boolean][] = [
  ["numbers are the same", 1, 1, true],
  ["numbers differ", 1, 2, false],
  ["both are NaN", NaN, NaN, true],
  ["zeros have different signs", 0, -0, true],
  ["zeros inside have different signs", [0], [-0], true],
  ["types differ", 1, "1", false],
  ["one is null, the other undefined", null, undefined, false],
  ["bigints are the same", 1n, 1n, true],
  ["symbols differ", Symbol("a"), Symbol("a"), false],
  ["functions are two", () => 1, () => 1, false],
  ["objects hold the same", { a: { b: [1] } }, { a: { b: [1] } }, true],
  ["members come in another order", { a: 1, b: 2 }, { b: 2, a: 1 }, true],
  ["objects differ inside", { a: { b: [1] } }, { a: { b: [2] } }, false],
  ["a member is undefined, and not there", { a: undefined }, {}, false],
  ["a member is undefined, and another", { a: undefined }, { b: undefined }, false],
  ["an item is undefined, and not there", [undefined], new Array(1), false],
  ["lists have different lengths", [1, 2], [1, 2, undefined], false],
  ["one is a list, the other looks like it", [1], { 0: 1 }, false],
  ["a member's name is a symbol", { [Symbol.iterator]: 1 }, { [Symbol.iterator]: 2 }, false],
  ["one has no prototype", Object.create(null), {}, true],
  ["classes differ", new Point(1), { x: 1 }, false],
  ["instances hold the same", new Point(1), new Point(1), true],
  ["instances differ", new Point(1), new Point(2), false],
  ["getters of a class give the same", new Hidden(1), new Hidden(1), true],
  ["getters of a class differ", new Hidden(1), new Hidden(2), false],
  ["a hidden member of a plain object differs", hidden({}, 1), hidden({}, 2), true],
  [
    "a hidden member of an instance differs",
    hidden(new Point(1), 1),
    hidden(new Point(1), 2),
    false,
  ],
  ["errors are the same one", error, error, true],
  ["errors have different texts", new Error("one"), new Error("two"), false],
  ["errors are of different classes", new Error("one"), new TypeError("one"), false],
  ["errors say the same and have no stack", bare(new Error("one")), bare(new Error("one")), true],
  ["errors come from different lines", error, new Error("one"), false],
  ["dates are the same", new Date(1), new Date(1), true],
  ["dates differ", new Date(1), new Date(2), false],
  ["dates are invalid", new Date(NaN), new Date(NaN), true],
  ["regular expressions are the same", /a/g, /a/g, true],
  ["regular expressions have different flags", /a/g, /a/i, false],
  ["addresses are the same", new URL("http://a/b"), new URL("http://a/b"), true],
  ["addresses differ", new URL("http://a/b"), new URL("http://a/c"), false],
  ["bytes are the same", new Uint8Array([1]), new Uint8Array([1]), true],
  ["bytes differ", new Uint8Array([1]), new Uint8Array([2]), false],
  ["bytes are of different kinds", new Uint8Array([1]), new Int8Array([1]), false],
  ["buffers differ", new Uint8Array([1]).buffer, new Uint8Array([2]).buffer, false],
  ["maps hold the same", new Map([["a", { b: 1 }]]), new Map([["a", { b: 1 }]]), true],
  ["maps' values differ", new Map([["a", 1]]), new Map([["a", 2]]), false],
  ["maps' keys are objects", new Map([[{ a: 1 }, 1]]), new Map([[{ a: 1 }, 1]]), true],
  ["sets come in another order", new Set([1, 2]), new Set([2, 1]), true],
  ["sets differ", new Set([1, 2]), new Set([1, 3]), false],
  ["sets hold objects", new Set([{ a: 1 }]), new Set([{ a: 1 }]), true],
  ["sets hold different objects", new Set([{ a: 1 }]), new Set([{ a: 2 }]), false],
  ["objects hold themselves", circle(), circle(), true],
];

function hidden<T extends object>(target: T, value: number): T {
  return Object.defineProperty(target, "secret", { value });
}

/** Without its stack, in which the place would differ. */
function bare(error: Error): Error {
  Object.defineProperty(error, "stack", { value: "" });
  return error;
}

for (const [when, a, b, equal] of PAIRS) {
  Deno.test(`assertEquals() ${equal ? "passes" : "fails"} when ${when}`, async () => {
    for (const [left, right] of [[a, b], [b, a]]) {
      const text = await failure(() => assertEquals(left, right));
      expect(equal === (text === undefined), `assertEquals: ${text}`);
      const opposite = await failure(() => assertNotEquals(left, right));
      expect(equal === (opposite !== undefined), `assertNotEquals: ${opposite}`);
    }
  });
}

const shared = { a: 1 };
/** Assertions that pass, and those that fail with a part of their text. */
const ASSERTIONS: readonly AssertionRow[] = [
  ["assert() passes when truthy", () => assert(1)],
  ["assert() fails when falsy", () => assert(0, "my words"), "my words"],
  ["assertFalse() passes when falsy", () => assertFalse("")],
  ["assertFalse() fails when truthy", () => assertFalse("a", "my words"), "my words"],
  ["assertExists() passes when it is 0", () => assertExists(0)],
  ["assertExists() fails when null", () => assertExists(null), 'actual: "null" to not be null'],
  ["assertExists() fails when undefined", () => assertExists(undefined, "why"), ": why"],
  ["assertEquals() shows both when they differ", () => assertEquals("left", "right"), "left"],
  ["assertEquals() says why when it is told", () => assertEquals(1, 2, "why"), "not equal: why"],
  ["assertNotEquals() says why when it is told", () => assertNotEquals(1, 1, "why"), ": why"],
  ["assertStrictEquals() passes when one", () => assertStrictEquals(shared, shared)],
  ["assertStrictEquals() passes when NaN", () => assertStrictEquals(NaN, NaN)],
  ["assertStrictEquals() fails when -0", () => assertStrictEquals(0, -0), "not strictly equal"],
  [
    "assertStrictEquals() fails when alike",
    () => assertStrictEquals({ a: 1 }, { a: 1 }),
    "same structure but are not reference-equal",
  ],
  ["assertNotStrictEquals() passes when alike", () => assertNotStrictEquals({ a: 1 }, shared)],
  ["assertNotStrictEquals() fails when one", () => assertNotStrictEquals(shared, shared), "not be"],
  ["assertInstanceOf() passes when derived", () => assertInstanceOf(new TypeError(), Error)],
  [
    "assertInstanceOf() fails when of another class",
    () => assertInstanceOf(new Point(1), Hidden),
    'an instance of "Hidden" but was "Point".',
  ],
  ["assertInstanceOf() fails when null", () => assertInstanceOf(null, Error), 'but was "null"'],
  ["assertIsError() passes when class and text fit", () => assertIsError(error, Error, "on")],
  ["assertIsError() passes when a pattern fits", () => assertIsError(error, Error, /^one$/)],
  ["assertIsError() fails when no error", () => assertIsError("a"), "to be an Error object"],
  [
    "assertIsError() fails when of another class",
    () => assertIsError(error, TypeError),
    'to be instance of "TypeError", but was "Error".',
  ],
  [
    "assertIsError() fails when the text is another",
    () => assertIsError(error, Error, "two", "why"),
    'to include "two", but got "one": why',
  ],
  ["assertMatch() passes when it matches", () => assertMatch("abc", /b/)],
  ["assertMatch() fails when not", () => assertMatch("abc", /d/), '"abc" to match: "/d/"'],
  ["assertStringIncludes() passes when inside", () => assertStringIncludes("abc", "bc")],
  ["assertStringIncludes() fails when not", () => assertStringIncludes("abc", "d"), "to contain"],
  ["assertArrayIncludes() passes when alike", () => assertArrayIncludes([{ a: 1 }, 2], [{ a: 1 }])],
  ["assertArrayIncludes() passes when NaN", () => assertArrayIncludes([NaN], [NaN])],
  [
    "assertArrayIncludes() fails when missing",
    () => assertArrayIncludes([1], [1, 2]),
    "missing: [",
  ],
  ["assertGreater() passes when greater", () => assertGreater(2, 1)],
  ["assertGreater() fails when the same", () => assertGreater(1, 1), "Expect 1 > 1"],
  ["assertGreaterOrEqual() passes when the same", () => assertGreaterOrEqual(1, 1)],
  ["assertGreaterOrEqual() fails when less", () => assertGreaterOrEqual(0, 1), "Expect 0 >= 1"],
  ["assertLess() passes when less", () => assertLess(1, 2)],
  ["assertLess() fails when the same", () => assertLess(1, 1), "Expect 1 < 1"],
  ["assertLess() fails when NaN", () => assertLess(NaN, 1, "why"), "why"],
  ["assertLessOrEqual() passes when the same", () => assertLessOrEqual(1, 1)],
  ["assertLessOrEqual() fails when greater", () => assertLessOrEqual(2, 1), "Expect 2 <= 1"],
  ["fail() fails when called", () => fail("why"), "Failed assertion: why"],
  ["unreachable() fails when called", () => unreachable(), "Unreachable."],
];

ASSERTIONS.forEach(testAssertion);
