import { assert, assertEquals, assertGreater } from "@std/assert";
import { filesIn, proseIn } from "../../tools/source.ts";
import { pagePaths, proseOf, textOf } from "./page.ts";
import { faultsOf, PHRASES } from "./phrases.ts";

Deno.test("the pages use none of the phrases to avoid", async () => {
  const faults: string[] = [];
  for (const path of await pagePaths()) {
    const text = proseOf(await textOf(path));
    for (const paragraph of text.split(/\n\s*\n|\n(?=[|*-])/)) {
      faults.push(...faultsOf(paragraph).map((fault) => `${path}: ${fault}`));
    }
  }
  assertEquals(faults, []);
});

Deno.test("comments and messages use none of the phrases to avoid", async () => {
  const faults: string[] = [];
  const files = ["mod.ts", ...await filesIn("src", /\.ts$/), ...await filesIn("examples", /\.ts$/)];
  let count = 0;
  for (const path of files) {
    for (const text of proseIn(await textOf(path))) {
      count++;
      faults.push(...faultsOf(text).map((fault) => `${path}: ${fault}`));
    }
  }
  assertGreater(count, 1_000);
  assertEquals(faults, []);
});

Deno.test("faultsOf() finds a phrase when it stands alone or across the lines of a comment", () => {
  assertEquals(faultsOf("A socket of yours").length, 1);
  assertEquals(faultsOf(" * an address that is\n * none of a WebSocket").length, 1);
  assertEquals(faultsOf("there is no connection; it is no longer open").length, 0);
  assert(PHRASES.every(([, instead]) => instead !== ""));
});
