import { assertEquals, assertGreater, assertNotEquals } from "@std/assert";
import { CONTRACT } from "../contract/cases/mod.ts";
import { VALUES } from "../contract/cases/values.ts";
import { MODES } from "./modes.ts";
import { describe, STRUCTURED } from "./structured_cases.ts";

Deno.test("MODES leaves out what is about JSON alone when values are structured", () => {
  const names = MODES.structured.cases.map(({ name }) => name);
  const left = CONTRACT.filter(({ name }) => !names.includes(name)).map(({ name }) => name);
  const ofValues = VALUES.map(({ name }) => name);
  assertEquals(left.filter((name) => ofValues.includes(name)), ofValues);
  assertEquals(left.length, ofValues.length + 6); // each by its name, which is a case's
  assertEquals(names.length, CONTRACT.length - left.length + STRUCTURED.length);
  assertEquals(new Set(names).size, names.length);
});

Deno.test("MODES runs the whole contract when values are JSON", () => {
  assertGreater(CONTRACT.length, 200);
  for (const mode of ["linked", "plain"] as const) assertEquals(MODES[mode].cases, CONTRACT);
});

Deno.test("describe() tells values apart when JSON or their text would not", () => {
  const shared: unknown[] = [];
  const pairs: readonly (readonly [unknown, unknown])[] = [
    [1n, 1],
    [-0, 0],
    [undefined, null],
    [{ a: undefined }, {}],
    [new Date(0), new Date(1)],
    [new Map([[1, 2]]), new Map([[1, 3]])],
    [new Set([1]), new Map([[1, undefined]])],
    [[shared, shared], [[], []]],
    [new Uint8Array(1), new Uint8Array(2)],
    [new Uint8Array(2), new Int8Array(2)],
    [new ArrayBuffer(1), new Uint8Array(1)],
    [Object.assign([], { length: 1 }), [undefined]],
    [new Error("a"), new TypeError("a")],
    [new Error("a", { cause: undefined }), new Error("a")],
    [/a/g, /a/],
  ];
  for (const [one, other] of pairs) {
    assertEquals(describe(one), describe(one));
    assertNotEquals(describe(one), describe(other));
  }
});
