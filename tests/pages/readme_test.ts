import { assert, assertEquals } from "@std/assert";
import { textOf } from "./page.ts";

const README = await textOf("README.md");

Deno.test("README.md stays short enough to be read", () => {
  assert(README.split("\n").length <= 251, "README.md has at most 250 lines");
});

Deno.test("the pages name tasks that exist when they tell how to run them", async () => {
  const { tasks } = JSON.parse(await textOf("deno.json"));
  const pages = [README, await textOf("docs/GUIDE.md"), await textOf(".github/CONTRIBUTING.md")];
  const named = pages.flatMap((page) => [...page.matchAll(/deno(?:@\S+)? task ([\w:]+)/g)])
    .map(([, task]) => task!);
  assert(named.length > 0);
  assertEquals(named.filter((task) => !(task in tasks)), []);
});
