import { assert, assertEquals, assertMatch } from "@std/assert";
import { getRuntime } from "./runtimes.ts";

Deno.test("getRuntime() gives the program and its version when it is there already", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const own = `${folder}/some-thing-1/node_modules`;
    await Deno.mkdir(own, { recursive: true });
    await Deno.symlink(Deno.execPath(), `${own}/program`);
    const got = await getRuntime("R", { folder, source: ["some-thing@1", "program"] });
    assert("version" in got);
    assertEquals([got.name, got.program], ["R", `${own}/program`]);
    assert(got.version.includes(Deno.version.deno), got.version);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("getRuntime() tells why, and does not fail, when there is no such thing", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const missing = `file:${folder}/missing.tgz`;
    const got = await getRuntime("R", { folder, source: [missing, "program"] });
    assert("why" in got);
    assertEquals(got.name, "R");
    assertMatch(got.why, /missing\.tgz|"npm/); // where npm is no program, it says so of it
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
