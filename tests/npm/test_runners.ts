/** What docs/TESTING.md says of Jest and Vitest: its examples run as they are, with the package. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { folderOf, programOf, published, ROOT, run, succeed } from "./workshop.ts";

/** What the page tells its readers to install, and the command that runs their tests. */
const RUNNERS = [
  {
    heading: "Jest",
    packages: { "jest": "30", "@jest/globals": "30", "ts-jest": "29", "typescript": "5" },
    command: ["node_modules/jest/bin/jest.js", "--ci"],
    passed: "3 passed, 3 total",
  },
  {
    heading: "Vitest",
    packages: { "vitest": "4" },
    command: ["node_modules/vitest/vitest.mjs", "run", "--no-color"],
    passed: "1 passed (1)",
  },
] as const;

for (const { heading, packages, command, passed } of RUNNERS) {
  Deno.test(`docs/TESTING.md has an example that passes when ${heading} runs it`, async () => {
    const blocks = blocksUnder(heading, await Deno.readTextFile(`${ROOT}/docs/TESTING.md`));
    const config = blocks.find(({ kind }) => kind === "json");
    const { text: test } = blocks.find(({ kind }) => kind === "ts no-run")!;
    const dependencies = { ...packages, sheetbend: `file:${await published()}`, ws: "8" };
    const folder = await folderOf({
      "package.json": JSON.stringify({ ...JSON.parse(config?.text ?? "{}"), dependencies }),
      "example.test.ts": test.replaceAll('"@sheetbend/rpc"', '"sheetbend"'),
    });
    await succeed(["npm", "install", "--no-audit", "--no-fund", "--install-links"], {
      cwd: folder,
    });
    const { code, stdout, stderr } = await run([await programOf("node22"), ...command], {
      cwd: folder,
    });
    assertStringIncludes(stdout + stderr, passed);
    assertEquals(code, 0);
  });
}

/** The fenced blocks under a heading of a page. */
function blocksUnder(heading: string, page: string): { kind: string; text: string }[] {
  const [, section = ""] = page.split(`\n## ${heading}\n`);
  const own = section.split("\n## ")[0]!;
  return [...own.matchAll(/^```(.+)\n([^]*?)^```$/gm)]
    .map(([, kind, text]) => ({ kind: kind!, text: text! }));
}
