import { assertEquals, assertGreater } from "@std/assert";
import { DEFAULT_LIMITS } from "../../src/limits.ts";

const UNITS: Readonly<Record<string, number>> = { "": 1, MiB: 2 ** 20, s: 1_000 };

/** The limits that a page's tables list, with their defaults. */
function listedIn(page: string): Record<string, number> {
  const listed: Record<string, number> = {};
  for (
    const [, name, figure, unit] of page.matchAll(/^\| `(\w+)` *\| +([\d,]+|no limit) ?(\w*) +\|/gm)
  ) {
    listed[name!] = figure === "no limit"
      ? Infinity
      : Number(figure!.replaceAll(",", "")) * UNITS[unit!]!;
  }
  return listed;
}

function read(page: string): Promise<string> {
  return Deno.readTextFile(new URL(`../../${page}`, import.meta.url));
}

Deno.test("the reference lists every limit with its default when it is read", async () => {
  assertEquals(listedIn(await read("docs/API.md")), { ...DEFAULT_LIMITS });
});

Deno.test("the security page gives the real defaults when it advises on limits", async () => {
  const listed = listedIn(await read("docs/SECURITY.md"));
  const defaults = Object.entries(DEFAULT_LIMITS).filter(([name]) => name in listed);
  assertGreater(defaults.length, 5);
  assertEquals(listed, Object.fromEntries(defaults));
});
