import {
  assert,
  assertEquals,
  assertNotStrictEquals,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { DEFAULT_LIMITS, type Limits, limitsOf } from "../src/limits.ts";

Deno.test("limitsOf() gives the defaults when nothing is given", () => {
  assertStrictEquals(limitsOf(undefined), DEFAULT_LIMITS);
  assertEquals(limitsOf({}), DEFAULT_LIMITS);
  assertEquals(limitsOf({ depth: undefined } as never), DEFAULT_LIMITS);
});

Deno.test("limitsOf() leaves the defaults as they are when one is given", () => {
  const before = structuredClone(DEFAULT_LIMITS);
  const limits = limitsOf({ frameBytes: 1_000, headerTimeout: 0, depth: Infinity });
  assertNotStrictEquals(limits, DEFAULT_LIMITS);
  assertEquals(limits, { ...before, frameBytes: 1_000, headerTimeout: 0, depth: Infinity });
  assertEquals(DEFAULT_LIMITS, before);
});

for (
  const [what, value] of [
    ["negative", -1],
    ["NaN", NaN],
    ["null", null],
    ["a text", "5"],
    ["a big integer", 5n],
  ] as const
) {
  Deno.test(`limitsOf() throws and names the limit when it is ${what}`, () => {
    const error = assertThrows(
      () => limitsOf({ closeTimeout: value } as never as Partial<Limits>),
      RangeError,
    );
    assertEquals(
      error.message,
      'Cannot set the limit "closeTimeout": expected a number from 0',
    );
  });
}

for (
  const [name, nearest] of [
    ["frameByte", "frameBytes"],
    ["FRAMEBYTES", "frameBytes"],
    ["toString", "streams"],
    ["__proto__", "depth"],
  ]
) {
  Deno.test(`limitsOf() throws when a limit is called "${name}"`, () => {
    const given = JSON.parse(`{"${name}":1}`);
    const error = assertThrows(() => limitsOf(given), TypeError);
    const text = `Cannot set the limits: there is no limit "${name}". Did you mean "${nearest}"?`;
    assertEquals(error.message, text);
  });
}

Deno.test("DEFAULT_LIMITS are those of the documentation when nobody changes them", async () => {
  const source = await Deno.readTextFile(new URL("../src/limits.ts", import.meta.url));
  const documented = new Map<string, number>();
  const units: Record<string, number> = { MiB: 2 ** 20, s: 1_000, "": 1 };
  const pattern = /Default: ([\d,]+|no limit)(?: (MiB|s))?\.\s*\*\/\s*readonly (\w+): number/g;
  for (const [, count, unit, name] of source.matchAll(pattern)) {
    const figure = count === "no limit" ? Infinity : Number(count!.replaceAll(",", ""));
    documented.set(name!, figure * units[unit ?? ""]!);
  }
  assert(documented.size >= 10);
  assertEquals(Object.fromEntries(documented), { ...DEFAULT_LIMITS });
});
