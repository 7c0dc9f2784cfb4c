import { assert, assertEquals } from "@std/assert";
import { tokenOf } from "../../src/groups/subjects.ts";

const NAMES = [
  "",
  " ",
  ".",
  "*",
  ">",
  "a.b",
  "a.*",
  "a_002e_b",
  "a_b",
  "_",
  "a",
  "A",
  "\0",
  "\ud800",
  "\ud801",
  "\ufffd",
  "😀",
  "名前",
  "x".repeat(30),
  "x".repeat(31),
  "x".repeat(10_000_000),
  `${"x".repeat(9_999_999)}y`,
  "\ud800".repeat(40),
  "\ud801".repeat(40),
  "n",
  "h",
  "process",
  "a/b",
  "a b",
  "a\nb",
];

Deno.test("each name of a group has a part of a subject of its own, without wildcards and dots", async () => {
  const tokens = await Promise.all(NAMES.map(tokenOf));
  assertEquals(new Set(tokens).size, NAMES.length);
  for (const token of tokens) assert(/^[nh][\w-]{0,150}$/.test(token), token);
  assertEquals(tokens[NAMES.indexOf("a.b")], "na_002eb");
  assertEquals(await Promise.all(NAMES.map(tokenOf)), tokens);
});
