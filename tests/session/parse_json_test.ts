import { assertEquals, assertThrows } from "@std/assert";
import {
  DepthError,
  FrameError,
  isDeeperThan,
  isLongerThan,
  parseJson,
} from "../../src/session/parse_json.ts";

function lists(depth: number, inside = ""): string {
  return "[".repeat(depth) + inside + "]".repeat(depth);
}

function objects(depth: number): string {
  return '{"a":'.repeat(depth) + "1" + "}".repeat(depth);
}

const LONG = `"${" ".repeat(5_000)}"`;

for (
  const [what, text, limit, deeper] of [
    ["lists are as deep as may be", lists(1_000, LONG), 1_000, false],
    ["lists are one deeper", lists(1_001, LONG), 1_000, true],
    ["objects are as deep as may be", objects(1_000), 1_000, false],
    ["objects are one deeper", objects(1_001), 1_000, true],
    [
      "lists and objects are mixed",
      `{"a":`.repeat(600) + lists(401) + "}".repeat(600),
      1_000,
      true,
    ],
    ["many lists stand side by side", `[${"[],".repeat(5_000)}[]]`, 2, false],
    ["brackets are in a string", `["${"[".repeat(5_000)}"]`, 1, false],
    ["brackets are behind an escaped quote", `["\\"${"[".repeat(5_000)}"]`, 1, false],
    ["brackets are behind an escaped backslash", `["\\\\",${lists(3, LONG)}]`, 3, true],
    ["a string ends in three backslashes and a quote", `["\\\\\\"${"[".repeat(3_000)}"]`, 1, false],
    ["a string has no end", `["${"[".repeat(5_000)}`, 1, false],
    ["it is no JSON: a megabyte of brackets", "[".repeat(2 ** 20), 1_000, true],
    ["it is no JSON: it closes more than it opens", "]".repeat(5_000) + lists(2), 1, false],
    ["no limit is set", lists(100_000), Infinity, false],
    ["the text is empty", "", 0, false],
    ["the limit is 0 and there is no list", LONG, 0, false],
    ["the limit is 0 and there is a list", `[${LONG}]`, 0, true],
    ["the limit is low and the text is short", lists(6), 5, true],
    ["the limit is low and the short text keeps it", lists(5), 5, false],
  ] as const
) {
  Deno.test(`isDeeperThan() is ${deeper} when ${what}`, () => {
    assertEquals(isDeeperThan(text, limit), deeper);
  });
}

Deno.test("isDeeperThan() takes time in proportion to the text when it is full of backslashes", () => {
  // what looked back through it at each backslash or quote would not end
  const text = `["${"\\\\".repeat(2 ** 22)}","${'\\"'.repeat(2 ** 22)}"]`;
  assertEquals(isDeeperThan(text, 10), false);
});

for (
  const [what, text, limit, error] of [
    ["it is a list", "[1,[2]]", 2, undefined],
    ["it is deeper", "[1,[2]]", 1, DepthError],
    ["it is deeper by an object", `[${" ".repeat(20)}{"a":{}}]`, 2, DepthError],
    ["a long one keeps the limit", `[${LONG},${lists(999, "1")}]`, 1_000, undefined],
    ["a long one is deeper", `[${LONG},${lists(1_000, "1")}]`, 1_000, DepthError],
    ["a very long one keeps it", `["${"[".repeat(70_000)}",${lists(9)}]`, 10, undefined],
    ["a very long one is deeper", `["${"[".repeat(70_000)}",${lists(10)}]`, 10, DepthError],
    ["it is deeper than the stack", "[".repeat(1e6) + "]".repeat(1e6), 1_000, DepthError],
    ["it is no JSON, and deeper", "[".repeat(1e6), 1_000, DepthError],
    ["it is no JSON", "[1,secret]", 1_000, FrameError],
    ["a long one is no JSON", `[${LONG},secret]`, 1_000, FrameError],
    ["a very long one is no JSON", `["${"x".repeat(70_000)}",secret]`, 1_000, FrameError],
    ["it is empty", "", 1_000, FrameError],
  ] as const
) {
  Deno.test(`parseJson() ${error === undefined ? "reads" : "refuses"} a text when ${what}`, () => {
    if (error === undefined) return assertEquals(parseJson(text, limit), JSON.parse(text));
    const thrown = assertThrows(() => parseJson(text, limit), error);
    assertEquals([thrown.constructor, thrown.message.includes("secret")], [error, false]);
  });
}

for (
  const [text, bytes, isLonger] of [
    ["", 0, false],
    ["a", 0, true],
    ["aaa", 3, false],
    ["aaaa", 3, true],
    ["ää", 4, false],
    ["ää", 3, true],
    ["😀", 4, false],
    ["😀", 3, true],
    ["a", Infinity, false],
  ] as const
) {
  Deno.test(`isLongerThan() is ${isLonger} when "${text}" is held against ${bytes} bytes`, () => {
    assertEquals(isLongerThan(text, bytes), isLonger);
  });
}
