/** The version, which decides whether packages that depend on TGrid get this one. */
import { assertEquals } from "@std/assert";
import { ROOT } from "../pages/page.ts";

Deno.test("version is in the ranges for TGrid when a package asks for ^1.1.0 or ^1.2.1", async () => {
  const text = await Deno.readTextFile(new URL("deno.json", ROOT));
  const { version } = JSON.parse(text) as { version: string };
  const [, major, minor] = /^(\d+)\.(\d+)\.\d+$/.exec(version) ?? [];
  assertEquals([version, major, Number(minor) > 2], [version, "1", true]);
});

Deno.test("version is the same in the changelog and the pages when it changes", async () => {
  const read = (path: string) => Deno.readTextFile(new URL(path, ROOT));
  const { version } = JSON.parse(await read("deno.json")) as { version: string };
  const heading = /^## (\S+)/m.exec(await read("CHANGELOG.md"))?.[1];
  assertEquals(heading, version);
  const page = await read("docs/MIGRATION.md");
  const [major, minor] = version.split(".");
  const named = new Set(
    [...page.matchAll(/(?:sheetbend|rpc)@\^(\d+\.\d+)\.\d+/g)].map((m) => m[1]),
  );
  assertEquals(named, new Set([`${major}.${minor}`]));
});
