import { assertEquals } from "@std/assert";

interface Package {
  readonly name: string;
  readonly version: string;
  readonly exports: string | Readonly<Record<string, string>>;
}

const FOLDER = "tools/npm_only";

async function readJson<T>(path: string): Promise<T> {
  return JSON.parse(await Deno.readTextFile(path));
}

Deno.test("import_map.json maps just what the packages export when it is read", async () => {
  const expected: Record<string, string> = {};
  for (const folder of ["assert", "async", "testing"]) {
    const { name, exports } = await readJson<Package>(`${FOLDER}/${folder}/deno.json`);
    for (
      const [key, file] of Object.entries(typeof exports === "string" ? { ".": exports } : exports)
    ) {
      expected[name + key.slice(1)] = file.replace(/^\./, `./${folder}`);
    }
  }
  assertEquals(await readJson(`${FOLDER}/import_map.json`), { imports: expected });
});

Deno.test("the packages have the versions that deno.json asks for when they stand in", async () => {
  const { imports } = await readJson<{ imports: Record<string, string> }>("deno.json");
  for (const folder of ["assert", "async", "testing"]) {
    const { name, version } = await readJson<Package>(`${FOLDER}/${folder}/deno.json`);
    const least = imports[name]?.match(/@\^(\d+\.\d+\.\d+)$/)?.[1] ?? "";
    assertEquals(version.split(".")[0], least.split(".")[0], name);
    assertEquals([version, least].sort(byVersion), [least, version], name);
  }
});

function byVersion(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}
