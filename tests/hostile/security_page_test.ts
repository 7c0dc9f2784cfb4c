import { assertEquals } from "@std/assert";
import { DEFAULT_LIMITS, type Limits } from "../../src/limits.ts";

const page = await Deno.readTextFile(new URL("../../.github/SECURITY.md", import.meta.url));

const UNITS: Readonly<Record<string, number>> = { "": 1, MiB: 2 ** 20, s: 1_000 };

Deno.test("the security page lists every limit with its default when it is read", () => {
  const listed: Record<string, number> = {};
  for (
    const [, name, figure, unit] of page.matchAll(/^\| `(\w+)` *\| +([\d,]+|no limit) ?(\w*) \|/gm)
  ) {
    listed[name!] = figure === "no limit"
      ? Infinity
      : Number(figure!.replaceAll(",", "")) * UNITS[unit!]!;
  }
  assertEquals(listed as unknown as Limits, { ...DEFAULT_LIMITS });
});
