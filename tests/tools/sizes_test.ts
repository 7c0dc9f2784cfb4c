import { assertEquals, assertGreater } from "@std/assert";
import { gzippedLength, partsOf } from "../../tools/sizes/parts.ts";

/** Columns 0, 6 and 12 of the first line, then columns 0 and 5 of the second: a, b, a, none, b. */
const MAPPINGS = "AAAA,MCAA,MDAA;A,KCAA";

Deno.test("partsOf() gives each file its own stretches when a source map tells of them", () => {
  const code = "var a;let b;if(a)c\nhelp;b++;é";
  const map = { sources: ["a.js", "b.js", "c.js"], mappings: MAPPINGS };
  const parts = partsOf(code, map);
  assertEquals(
    parts.map(({ path, minified }) => [path, minified]).sort(),
    [["a.js", "var a;if(a)c\n".length], ["b.js", "let b;b++;é".length + 1]],
  );
});

Deno.test("partsOf() tells what the compressed bundle would lose when a file were not there", () => {
  const [noise, alike] = ["qzxwvkjypgbfh", "abcabcabcabcabc"];
  const map = { sources: ["noise.js", "alike.js"], mappings: "AAAA,aCAA" };
  const [first, second] = partsOf(noise + alike, map);
  assertEquals([first!.path, second!.path], ["noise.js", "alike.js"]);
  assertEquals(first!.gzipped, gzippedLength(noise + alike) - gzippedLength(alike));
  assertGreater(first!.gzipped, second!.gzipped);
});
