import { assertEquals } from "@std/assert";
import { partsOf } from "../../tools/sizes/parts.ts";

/** What a text takes that has each letter but once. */
const lettersOf = (text: string) => Promise.resolve(new Set(text).size);

Deno.test("partsOf() gives each file its own stretches when a source map tells of them", async () => {
  // columns 0, 6 and 12 of the first line, then 0 and 5 of the second: a, b, a, of no file, b
  const map = { sources: ["a.js", "b.js", "c.js"], mappings: "AAAA,MCAA,MDAA;A,KCAA" };
  const parts = await partsOf("var a;let b;if(a)c\nhelp;b++;é", map, lettersOf);
  assertEquals(
    parts.map(({ path, minified }) => [path, minified]).sort(),
    [["a.js", "var a;if(a)c\n".length], ["b.js", "let b;b++;é".length + 1]], // é has two bytes
  );
});

Deno.test("partsOf() tells what the bundle would lose when a file's text were cut out", async () => {
  const map = { sources: ["alike.js", "own.js"], mappings: "AAAA,ICAA" };
  assertEquals(await partsOf("abcbabcd", map, lettersOf), [
    { path: "own.js", minified: 4, gzipped: 1 },
    { path: "alike.js", minified: 4, gzipped: 0 },
  ]);
});
