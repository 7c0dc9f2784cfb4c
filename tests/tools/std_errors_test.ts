/** The assertions on what is thrown, and `assertObjectMatch`; see `tests/std_test.ts`. */
import { assertObjectMatch, assertRejects, assertThrows } from "@std/assert";
import { type AssertionRow, expect, testAssertion } from "./assertion_rows.ts";

class Odd extends TypeError {}

const odd = new Odd("it is odd");

const text = { name: "Error", message: "it is odd" };

const throws = (what: unknown) => () => {
  throw what;
};

const rejects = (what: unknown) => () => Promise.reject(what);

const loop: Record<string, unknown> = { a: 1 };
loop["self"] = loop;
const longLoop: Record<string, unknown> = { a: 1, b: 2 };
longLoop["self"] = longLoop;
const sameLoop: Record<string, unknown> = { a: 1 };
sameLoop["self"] = sameLoop;

const ROWS: readonly AssertionRow[] = [
  ["assertThrows() passes when anything is thrown", () => assertThrows(throws("text"))],
  ["assertThrows() passes when undefined is thrown", () => assertThrows(throws(undefined))],
  ["assertThrows() passes when the class fits", () => assertThrows(throws(odd), Odd)],
  ["assertThrows() passes when derived", () => assertThrows(throws(odd), Error, "is odd")],
  ["assertThrows() fails when nothing is thrown", () => assertThrows(() => 1), "to throw."],
  [
    "assertThrows() says why when nothing is thrown",
    () => assertThrows(() => 1, Error, "a", "why"),
    "Expected function to throw: why",
  ],
  ["assertThrows() takes a text alone when given one", () => assertThrows(() => 1, "why"), ": why"],
  [
    "assertThrows() fails when of another class",
    () => assertThrows(throws(odd), RangeError),
    'instance of "RangeError", but was "Odd".',
  ],
  [
    "assertThrows() fails when the text is another",
    () => assertThrows(throws(odd), Odd, "even"),
    'to include "even", but got "it is odd".',
  ],
  [
    "assertThrows() fails when no error is thrown",
    () => assertThrows(throws(text), Error),
    "A non-Error object was thrown.",
  ],
  [
    "assertThrows() fails when a promise rejects that nobody hands to it",
    () => assertThrows(() => void rejects(odd)().catch(() => {})),
    "to throw.",
  ],
  ["assertRejects() passes when anything rejects", () => assertRejects(rejects("text"))],
  ["assertRejects() passes when undefined rejects", () => assertRejects(rejects(undefined))],
  ["assertRejects() passes when the class fits", () => assertRejects(rejects(odd), Odd, "odd")],
  ["assertRejects() passes when it is a thenable", () => assertRejects(() => thenable(odd), Odd)],
  [
    "assertRejects() fails when it resolves",
    () => assertRejects(() => Promise.resolve(), Odd, "a", "why"),
    "Expected function to reject: why",
  ],
  [
    "assertRejects() fails when it throws at once",
    () => assertRejects(throws(odd) as () => never, Odd),
    "Function throws when expected to reject.",
  ],
  [
    "assertRejects() fails when it gives no promise",
    () => assertRejects((() => 1) as () => never),
    "Function throws when expected to reject.",
  ],
  [
    "assertRejects() fails when of another class",
    () => assertRejects(rejects(odd), RangeError),
    'instance of "RangeError", but was "Odd".',
  ],
  [
    "assertRejects() fails when the text is another",
    () => assertRejects(rejects(odd), Odd, "even"),
    'to include "even", but got "it is odd".',
  ],
  [
    "assertRejects() fails when no error rejects",
    () => assertRejects(rejects(text), Error),
    "A non-Error object was rejected.",
  ],
  [
    "assertObjectMatch() passes when more is there",
    () => assertObjectMatch({ a: 1, b: 2 }, { a: 1 }),
  ],
  [
    "assertObjectMatch() passes when more is there inside",
    () =>
      assertObjectMatch({ a: { b: 1, c: 2 }, d: [{ e: 1, f: 2 }] }, { a: { b: 1 }, d: [{ e: 1 }] }),
  ],
  [
    "assertObjectMatch() passes when only the class differs",
    () => assertObjectMatch(instance(), { a: 1 }),
  ],
  [
    "assertObjectMatch() passes when a list goes on",
    () => assertObjectMatch({ a: [1, 2] }, { a: [1] }),
  ],
  [
    "assertObjectMatch() passes when objects hold themselves",
    () => assertObjectMatch(loop, sameLoop),
  ],
  [
    "assertObjectMatch() passes when one object stands in two places",
    () => assertObjectMatch({ a: longLoop, b: longLoop }, { a: { a: 1 }, b: { b: 2 } }),
  ],
  [
    "assertObjectMatch() passes when maps and sets hold more",
    () =>
      assertObjectMatch(
        { a: new Map([["b", { c: 1, d: 2 }], ["e", { c: 1, d: 2 }]]), f: new Set([1, 2]) },
        { a: new Map([["b", { c: 1 }]]), f: new Set([1]) },
      ),
  ],
  [
    "assertObjectMatch() fails when a value differs",
    () => assertObjectMatch({ a: 1 }, { a: 2 }),
    "",
  ],
  [
    "assertObjectMatch() fails when one is missing",
    () => assertObjectMatch({ a: 1 }, { a: 1, b: 2 }),
    "",
  ],
  [
    "assertObjectMatch() fails when the second round of a circle holds more",
    () => assertObjectMatch(longLoop, sameLoop),
    "",
  ],
  ["assertObjectMatch() fails when none is there", () => assertObjectMatch({ a: 1 }, { b: 1 }), ""],
  [
    "assertObjectMatch() fails when a list is too short",
    () => assertObjectMatch({ a: [1] }, { a: [1, 2] }, "why"),
    "not equal: why",
  ],
  [
    "assertObjectMatch() fails when dates differ",
    () => assertObjectMatch({ a: new Date(1) }, { a: new Date(2) }),
    "",
  ],
];

function thenable(reason: unknown): PromiseLike<never> {
  return { then: (_, onRejected) => Promise.reject(reason).then(null, onRejected) as never };
}

function instance(): { a: number; b: number } {
  return new class {
    a = 1;
    b = 2;
  }();
}

ROWS.forEach(testAssertion);

Deno.test("assertThrows() returns the error when it passes", () => {
  expect(assertThrows(throws(odd), Odd) === odd, "it is another");
  expect(assertThrows(throws("text")) === "text", "it is another");
});

Deno.test("assertRejects() returns the error when it passes", async () => {
  expect(await assertRejects(rejects(odd), Odd) === odd, "it is another");
  expect(await assertRejects(rejects("text")) === "text", "it is another");
});
