import { assert, assertEquals, assertGreater } from "@std/assert";
import { anchorsOf, linksOf, pagePaths, ROOT, textOf } from "./page.ts";

/** What is wrong with a link of a page; `undefined` where it leads somewhere. */
async function faultOf(path: string, target: string): Promise<string | undefined> {
  if (/^(https?|mailto):/.test(target)) return undefined;
  const url = new URL(target, new URL(path, ROOT));
  const anchor = decodeURIComponent(url.hash.slice(1));
  url.hash = "";
  if (!url.href.startsWith(ROOT.href)) return "leads out of the project";
  const there = await Deno.stat(url).catch(() => undefined);
  if (there === undefined) return "leads to no file";
  if (anchor === "" || !url.pathname.endsWith(".md")) return undefined;
  return anchorsOf(await Deno.readTextFile(url)).has(anchor) ? undefined : "leads to no heading";
}

Deno.test("every link of a page leads to a file and a heading that exist", async () => {
  const faults: string[] = [];
  let count = 0;
  for (const path of await pagePaths()) {
    for (const target of linksOf(await textOf(path))) {
      count++;
      const fault = await faultOf(path, target);
      if (fault !== undefined) faults.push(`${path}: ${target} ${fault}`);
    }
  }
  assertEquals(faults, []);
  assertGreater(count, 50);
});

Deno.test("a link is found to be broken when its file or its heading is missing", async () => {
  assertEquals(await faultOf("docs/README.md", "../README.md"), undefined);
  assertEquals(await faultOf("docs/README.md", "NOWHERE.md"), "leads to no file");
  assertEquals(await faultOf("README.md", "docs/README.md#nowhere"), "leads to no heading");
  assertEquals(await faultOf("README.md", "../elsewhere.md"), "leads out of the project");
  assert(anchorsOf("## A `b()` & [c](d.md)\n## x\n## x\n").has("a-b--c"));
  assert(anchorsOf("## x\n## x\n").has("x-1"));
});
