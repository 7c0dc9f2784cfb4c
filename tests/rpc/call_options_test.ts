import { assertEquals, assertThrows } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { type CallOptions, dueOf, NO_TERMS, tighten } from "../../src/rpc/call_options.ts";

Deno.test("tighten() changes nothing when nothing is asked for", () => {
  for (const options of [{}, { reply: true }, { timeout: Infinity }, { signal: undefined }]) {
    assertEquals(tighten(NO_TERMS, options), NO_TERMS);
  }
});

for (
  const [what, outer, inner, terms] of [
    ["the inner timeout is shorter", { timeout: 100 }, { timeout: 50 }, { timeout: 50 }],
    ["the inner timeout is longer", { timeout: 50 }, { timeout: 100 }, { timeout: 50 }],
    ["the inner deadline is sooner", { deadline: 9 }, { deadline: new Date(5) }, { deadline: 5 }],
    ["the inner deadline is later", { deadline: new Date(5) }, { deadline: 9 }, { deadline: 5 }],
    ["the outer one wants no reply", { reply: false }, { reply: true }, { isQuiet: true }],
    ["the inner one wants no reply", {}, { reply: false }, { isQuiet: true }],
    ["each asks for something else", { timeout: 5 }, { deadline: 9 }, { timeout: 5, deadline: 9 }],
  ] as [string, CallOptions, CallOptions, object][]
) {
  Deno.test(`tighten() lets the tighter term hold when ${what}`, () => {
    const all = tighten(tighten(NO_TERMS, outer), inner);
    assertEquals(all, { ...NO_TERMS, ...terms });
  });
}

Deno.test("tighten() keeps each signal when drivers are nested", () => {
  const [one, other] = [new AbortController().signal, new AbortController().signal];
  const outer = tighten(NO_TERMS, { signal: one });
  assertEquals(outer.signals, [one]);
  assertEquals(tighten(outer, {}).signals, [one]);
  assertEquals(tighten(outer, { signal: other }).signals, [one, other]);
  assertEquals(NO_TERMS.signals, []);
});

for (const value of [NaN, new Date("never"), "5", null]) {
  for (const name of ["timeout", "deadline"]) {
    Deno.test(`tighten() throws and names the ${name} when it is ${value}`, () => {
      const options = { [name]: value } as CallOptions;
      const error = assertThrows(() => tighten(NO_TERMS, options), TypeError);
      const text = `Cannot create a driver: "${name}" must be milliseconds or a valid Date`;
      assertEquals(error.message, text);
    });
  }
}

Deno.test("dueOf() counts a timeout from the call, and takes the sooner of two", () => {
  using _time = new FakeTime(1_000);
  assertEquals(dueOf(NO_TERMS), Infinity);
  assertEquals(dueOf({ ...NO_TERMS, timeout: 50 }), 1_050);
  assertEquals(dueOf({ ...NO_TERMS, deadline: 1_020 }), 1_020);
  assertEquals(dueOf({ ...NO_TERMS, timeout: 50, deadline: 1_020 }), 1_020);
  assertEquals(dueOf({ ...NO_TERMS, timeout: 50, deadline: 9_000 }), 1_050);
});
