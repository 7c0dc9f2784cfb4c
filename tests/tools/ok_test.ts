import { assertEquals, assertFalse } from "@std/assert";
import { stepsFor } from "../../tools/ok.ts";

Deno.test("stepsFor() hands the flags to each step that resolves names when there are some", () => {
  const steps = stepsFor(["--import-map=a.json"]);
  assertEquals(
    steps.filter(({ args }) => args.includes("--import-map=a.json")).map(({ name }) => name),
    ["types", "docs", "examples", "pages"],
  );
});

Deno.test("stepsFor() puts a registry around the dry run alone when there are flags", () => {
  const steps = stepsFor(["--import-map=a.json"]);
  assertEquals(steps.filter(({ around }) => around).map(({ name }) => name), ["publish"]);
});

Deno.test("stepsFor() needs no registry when there are no flags", () => {
  const steps = stepsFor([]);
  assertFalse(steps.some(({ around }) => around));
});
