import { assertEquals } from "@std/assert";
import { isDeeperThan } from "../../src/session/parse_json.ts";

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
  const text = `["${"\\\\".repeat(2 ** 19)}","${'\\"'.repeat(2 ** 19)}"]`;
  const start = performance.now();
  assertEquals(isDeeperThan(text, 10), false);
  assertEquals(performance.now() - start < 2_000, true);
});
