import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { structured } from "../mod.ts";
import { DEFAULT_LIMITS } from "../src/limits.ts";
import { DEFAULT_SETTINGS, settingsOf } from "../src/options.ts";

Deno.test("settingsOf() gives the defaults of the end when nothing is chosen", () => {
  assertEquals(settingsOf({}, 25_000), { ...DEFAULT_SETTINGS, heartbeat: 25_000 });
  const none = { limits: undefined, heartbeat: undefined, exposeErrors: undefined };
  assertEquals(settingsOf(none, 25_000), { ...DEFAULT_SETTINGS, heartbeat: 25_000 });
});

Deno.test("settingsOf() gives what was chosen", () => {
  const options = { limits: { depth: 5 }, heartbeat: 50, exposeErrors: true, use: [structured] };
  const { values, ...settings } = settingsOf(options, 25_000);
  assertStrictEquals(values, structured);
  const limits = { ...DEFAULT_LIMITS, depth: 5 };
  assertEquals(settings, { limits, heartbeat: 50, exposeErrors: true });
  assertEquals(settingsOf({ heartbeat: Infinity }, 25_000).heartbeat, Infinity);
});

Deno.test("settingsOf() exposes errors when it is told to by true alone", () => {
  for (const exposeErrors of [false, 1, "yes", {}, null] as never[]) {
    assertEquals(settingsOf({ exposeErrors }, 1).exposeErrors, false);
  }
});

for (const heartbeat of [0, -1, NaN, "5", false]) {
  Deno.test(`settingsOf() throws when the heartbeat is ${heartbeat}`, () => {
    const options = { heartbeat } as { heartbeat: number };
    const error = assertThrows(() => settingsOf(options, 25_000), RangeError);
    assertEquals(error.message, "Cannot set the heartbeat: it takes a number of ms above 0");
  });
}

Deno.test("settingsOf() throws when a limit is none", () => {
  assertThrows(() => settingsOf({ limits: { depth: NaN } }, 25_000), RangeError);
});
