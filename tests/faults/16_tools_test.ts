/** Libraries that look at a driver make no remote call. */
import { assertEquals, assertStrictEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { equals } from "npm:@jest/expect-utils@30";
import * as format29 from "npm:pretty-format@29";
import * as format30 from "npm:pretty-format@30";
import { isReactive, isRef, markRaw, reactive, ref, toRaw, watch } from "npm:vue@3";
import { createDriver } from "../../src/rpc/driver.ts";

interface Wild {
  (...args: unknown[]): Promise<unknown>;
  readonly [name: string]: Wild;
}

function noting(): { readonly driver: Wild; readonly calls: string[] } {
  const calls: string[] = [];
  const driver = createDriver({ call: (path) => Promise.resolve(calls.push(path)) }) as Wild;
  return { driver, calls };
}

Deno.test("Vue makes a state around a driver, and no call", async () => {
  const { driver, calls } = noting();
  const seen: unknown[] = [];
  for (const one of [driver, driver.ns!, driver.ns!.f!]) {
    const state = reactive({ one, list: [one] });
    const other = ref<unknown>(one);
    watch(state, () => seen.push("changed"), { deep: true, flush: "sync" });
    state.list.push(one);
    assertEquals([isRef(one), isReactive(one)], [false, false]);
    assertStrictEquals(toRaw(state.one), one);
    assertStrictEquals(other.value, one);
    assertStrictEquals(markRaw(one), one);
  }
  assertEquals([seen.includes("changed"), calls], [true, []]);
  await reactive({ driver }).driver.f!();
  assertEquals(calls, ["f"]);
});

for (const [version, { format, plugins }] of [[29, format29], [30, format30]] as const) {
  Deno.test(`Jest ${version} shows a driver in a snapshot or refuses, and makes no call`, () => {
    const { driver, calls } = noting();
    const mock = {
      test: (value: { _isMockFunction?: unknown } | null) => Boolean(value?._isMockFunction),
      serialize: () => "a mock",
    };
    const all = { plugins: [...Object.values(plugins), mock] };
    for (const one of [driver.ns!, driver.ns!.f!]) {
      assertEquals(format({ one }, all).includes(`"one": ${format(one, all)}`), true);
    }
    assertStringIncludes(format(driver, { ...all, callToJSON: false }), "Driver {}");
    assertThrows(() => format(driver, all), TypeError, "Cannot turn a driver into JSON");
    assertEquals(calls, []);
  });
}

Deno.test("Jest compares drivers without a call", () => {
  const { driver, calls } = noting();
  assertEquals(equals(driver.ns, driver.ns), true);
  assertEquals(equals({ a: driver }, { a: 1 }), false);
  assertEquals(equals(driver, noting().driver), true);
  assertEquals(calls, []);
});
