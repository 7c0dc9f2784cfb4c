import { assertEquals, assertRejects } from "@std/assert";
import { find } from "./browser.ts";

const PROGRAM = { name: "Lynx", variable: "TESTS_LYNX", debian: "lynx" };

Deno.test("find() returns the first place with a program", async () => {
  const places = ["/nowhere/lynx", Deno.execPath(), "/nowhere/else"];
  assertEquals(await find({ ...PROGRAM, places }), Deno.execPath());
});

Deno.test("find() fails and says how to get the browser when its variable names nothing", async () => {
  Deno.env.set("TESTS_LYNX", "/nowhere/lynx");
  try {
    const finding = () => find({ ...PROGRAM, places: [Deno.execPath()] });
    assertEquals(
      (await assertRejects(finding, Error)).message,
      'Cannot open a page: no Lynx at "/nowhere/lynx"; run "apt-get update && apt-get install -y ' +
        'lynx", or set TESTS_LYNX to the path of one',
    );
  } finally {
    Deno.env.delete("TESTS_LYNX");
  }
});
