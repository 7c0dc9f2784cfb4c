import { assertEquals, assertFalse, assertMatch, assertThrows } from "@std/assert";
import { npmReadmeOf } from "../../tools/npm/readme.ts";

const HOME = "https://github.com/sheetbend/sheetbend";

Deno.test("npmReadmeOf() renames imports when they are in code blocks", () => {
  const code = '```ts\nimport { Driver } from "@sheetbend/rpc";\n// jsr:@sheetbend/rpc\n```';
  assertEquals(
    npmReadmeOf(`On JSR it is \`@sheetbend/rpc\`.\n\n${code}\n`),
    `On JSR it is \`@sheetbend/rpc\`.\n\n${code.replace('"@sheetbend/rpc"', '"sheetbend"')}\n`,
  );
});

Deno.test("npmReadmeOf() makes links absolute when they are relative", () => {
  const targetOf = (target: string) => npmReadmeOf(`[text](${target})`).slice("[text](".length, -1);
  assertEquals(targetOf("docs/GUIDE.md#closing"), `${HOME}/blob/main/docs/GUIDE.md#closing`);
  assertEquals(targetOf("./LICENSE"), `${HOME}/blob/main/LICENSE`);
  assertEquals(targetOf("#install"), "#install");
  assertEquals(targetOf("https://jsr.io/"), "https://jsr.io/");
});

Deno.test("npmReadmeOf() links to the file itself when it is a picture", () => {
  assertEquals(
    npmReadmeOf('[![bars](a.svg)](docs/B.md)\n<img alt="" src="docs/a.svg">'),
    `[![bars](${HOME}/raw/main/a.svg)](${HOME}/blob/main/docs/B.md)\n` +
      `<img alt="" src="${HOME}/raw/main/docs/a.svg">`,
  );
});

Deno.test("npmReadmeOf() leaves code alone when it looks like a link", () => {
  const code = "```ts\nlist[0](x);\n```\n\n`list[0](x)`\n";
  assertEquals(npmReadmeOf(code), code);
  const link = (target: string) => `[\`list\`](${target})`;
  assertEquals(npmReadmeOf(link("a.md")), link(`${HOME}/blob/main/a.md`));
});

Deno.test("npmReadmeOf() chooses what npm's readers see when there are marks", () => {
  assertEquals(
    npmReadmeOf("a\n\n<!-- deno -->\n\nb\n\n<!-- /deno -->\n\n<!-- npm: [c](d) -->\n"),
    `a\n\n[c](${HOME}/blob/main/d)\n`,
  );
  assertThrows(() => npmReadmeOf("<!-- deno -->\n\nb\n"), Error, 'has a "<!-- deno -->"');
});

Deno.test("README.md of npm has no relative link and no import from JSR when it is made", async () => {
  const readme = npmReadmeOf(await Deno.readTextFile(new URL("../../README.md", import.meta.url)));
  const [prose, code] = [readme.replace(/^```[^]*?^```/gm, ""), readme.match(/^```[^]*?^```/gm)!];
  assertFalse(/\]\((?!https:|#|\))/.test(prose));
  assertMatch(code.join("\n"), /from "sheetbend"/);
  assertFalse(/from "@sheetbend\/rpc"/.test(code.join("\n")));
});
