import { assertEquals } from "@std/assert";
import { filesIn, linesOfCode, withoutComments } from "../../tools/source.ts";

for (
  const [when, text, expected] of [
    ["a comment ends a line", "a(); // b\nc();", "a();     \nc();"],
    ["a comment goes over lines", "a /* b\n c */ d", "a     \n      d"],
    ["a comment looks like a string", `// it's\nb("x");`, `       \nb("x");`],
    ["a string looks like a comment", `a("http://b"); // c`, `a("http://b");     `],
    ["a template looks like a comment", "a(`//${b}`);", "a(`//${b}`);"],
    ["a template holds one more", "a(`${b ? `//c` : ''} //d`);", "a(`${b ? `//c` : ''} //d`);"],
    ["a quote is escaped", `a("\\"//"); // b`, `a("\\"//");     `],
    ["a regular expression holds quotes", `a(/["'\`]/); // b`, `a(/["'\`]/);     `],
    ["a division is no regular expression", "a = b / c; // d / e", "a = b / c;         "],
  ] as const
) {
  Deno.test(`withoutComments() blanks comments alone when ${when}`, () => {
    assertEquals(withoutComments(text), expected);
  });
}

Deno.test("linesOfCode() counts lines with code when there are others", () => {
  assertEquals(linesOfCode("// a\n\nb();\n/*\n * c\n */\nd(); // e\n"), 2);
});

Deno.test("filesIn() goes into folders when it looks for names", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${folder}/b`);
    await Deno.mkdir(`${folder}/node_modules`);
    for (const name of ["c.ts", "b/a.ts", "b/a.md", "node_modules/d.ts"]) {
      await Deno.writeTextFile(`${folder}/${name}`, "");
    }
    assertEquals(await filesIn(folder, /\.ts$/), [`${folder}/b/a.ts`, `${folder}/c.ts`]);
    assertEquals(await filesIn(`${folder}/none`, /\.ts$/), []);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
