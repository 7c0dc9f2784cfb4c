import { assertEquals, assertGreater } from "@std/assert";
import { filesIn } from "../tools/source.ts";
import { testFaults } from "../tools/test_rules.ts";

Deno.test("testFaults() finds none when asked about each test of this project", async () => {
  const files = await filesIn("tests", /\.(ts|js|mjs|cjs)$/);
  assertGreater(files.length, 5);
  for (const file of files) {
    assertEquals(testFaults(await Deno.readTextFile(file)), [], file);
  }
});

Deno.test("deno.json keeps the sanitizers on when tests run", async () => {
  const { test } = JSON.parse(await Deno.readTextFile("deno.json"));
  assertEquals(test, { sanitizeOps: true, sanitizeResources: true });
});

const OFF = "line 1 switches a sanitizer off";
const OPTION = "line 1 leaves tests out by an option";
const CALL = "line 1 leaves tests out by a function";

for (
  const [text, fault] of [
    ["Deno.test({ name, fn, sanitizeOps: false });", OFF],
    ["Deno.test({ name, fn, sanitizeResources: false });", OFF],
    ["Deno.test({ name, fn, sanitizeExit: false });", OFF],
    ["Deno.test({ name, fn, sanitizeOps });", OFF],
    ["Deno.test({ name, fn, sanitizeOps: !CI });", OFF],
    ['Deno.test({ name, fn, "sanitizeOps": false });', OFF],
    ['Deno.test({ name, fn, ["sanitizeOps"]: false });', OFF],
    ["options.sanitizeOps = false;", OFF],
    ["Deno.test({ name, fn, ignore: true });", OPTION],
    ["Deno.test({ name, fn, ignore: !hasBun });", OPTION],
    ['Deno.test({ name, fn, "ignore": true });', OPTION],
    ["Deno.test({ name, fn, ignore });", OPTION],
    ["Deno.test({ name, fn, only: true });", OPTION],
    ["test(name, { skip: true }, fn);", OPTION],
    ['test(name, { skip: "later" }, fn);', OPTION],
    ["Deno.test.ignore(name, fn);", CALL],
    ["Deno.test.only(name, fn);", CALL],
    ["test.skip(name, fn);", CALL],
    ["test.todo(name);", CALL],
    ['Deno.test["ignore"](name, fn);', CALL],
  ] as const
) {
  Deno.test(`testFaults() tells when a test holds ${text}`, () => {
    assertEquals(testFaults(text), [fault]);
  });
}

Deno.test("testFaults() takes no offence when the words stand in comments, strings or true", () => {
  assertEquals(
    testFaults([
      "// Deno.test.ignore(name, fn);",
      "/* sanitizeOps: false */",
      'const text = "Deno.test.only(name, fn);";',
      "const other = `{ ignore: true } ${name}`;",
      "Deno.test({ name, fn, sanitizeOps: true, sanitizeExit: true });",
      "const ignored = [skipped, only1];",
      "queue.skipAll(1);",
      'const provider = { only: "this", ignore: "that" };',
    ].join("\n")),
    [],
  );
});

Deno.test("testFaults() names the line when the fault comes late", () => {
  const text = "/*\n * two\n */\n\nDeno.test.only(name, fn);\n";
  assertEquals(testFaults(text), ["line 5 leaves tests out by a function"]);
});
