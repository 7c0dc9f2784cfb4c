import { assertEquals } from "@std/assert";
import { failuresOf, faultsOf, type Ran } from "./pairings.ts";
import type { Make } from "./library.ts";
import type { Case, Need } from "./world.ts";

function someCase(name: string, ...needs: Need[]): Case {
  return { name, needs, run: () => Promise.resolve() };
}

const CASES = [someCase("a"), someCase("b"), someCase("c", "our server")];

function ran(name: string, [client, server]: readonly [Make, Make], cases: string): Ran {
  const results = [...cases].map((one) => ({ case: one, ok: true }));
  return { name, pairing: { client, server, codec: "plain" }, results };
}

const OURS = ["ours", "ours"] as const;
const TO_TGRID = ["ours", "tgrid"] as const;

Deno.test("faultsOf() finds none when each pairing ran every case that it can", () => {
  const runs = [ran("one", OURS, "abc"), ran("two", OURS, "abc"), ran("three", TO_TGRID, "ab")];
  assertEquals(faultsOf(runs, CASES), []);
});

Deno.test("faultsOf() tells when a pairing left out a case that another of its kind ran", () => {
  const runs = [ran("one", OURS, "abc"), ran("two", OURS, "ab")];
  assertEquals(faultsOf(runs, CASES), [
    'two: "c" did not run',
    '"c" ran where one, and not where two',
  ]);
});

Deno.test("faultsOf() tells when two of a kind ran different cases, unknown here", () => {
  const runs = [ran("one", OURS, "abcx"), ran("two", OURS, "abcy")];
  assertEquals(faultsOf(runs, CASES), [
    'one: "x" ran, and is no case',
    'two: "y" ran, and is no case',
    '"x" ran where one, and not where two',
    '"y" ran where two, and not where one',
  ]);
});

Deno.test("faultsOf() tells when all pairings left out the same case", () => {
  assertEquals(faultsOf([ran("one", TO_TGRID, "a"), ran("two", TO_TGRID, "a")], CASES), [
    'one: "b" did not run',
    'two: "b" did not run',
    '"b" ran nowhere',
    '"c" ran nowhere',
  ]);
});

Deno.test("faultsOf() tells when a pairing ran what it can't, or ran a case twice", () => {
  assertEquals(faultsOf([ran("one", OURS, "abbc"), ran("two", TO_TGRID, "abc")], CASES), [
    'one: "b" ran twice',
    'two: "c" ran, and is no case',
  ]);
});

Deno.test("faultsOf() tells when two cases have one name", () => {
  const runs = [ran("one", OURS, "abc")];
  assertEquals(faultsOf(runs, [...CASES, someCase("a")]), ['"a" is the name of two cases']);
});

Deno.test("faultsOf() compares no pairings when their makes differ", () => {
  const runs = [ran("one", OURS, "abc"), ran("two", ["tgrid", "tgrid"], "ab")];
  assertEquals(faultsOf(runs, CASES), []);
});

Deno.test("failuresOf() gives name and error when a case does not hold", () => {
  const { name, pairing } = ran("one", OURS, "");
  const results = [{ case: "a", ok: true }, { case: "b", ok: false, error: "why" }];
  assertEquals(failuresOf({ name, pairing, results }), ["b\n    why"]);
});
