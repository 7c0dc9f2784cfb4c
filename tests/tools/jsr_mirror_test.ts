import { assertEquals, assertRejects } from "@std/assert";
import { dirname } from "node:path";
import { serveRegistry } from "../../tools/jsr_mirror.ts";

/** Writes files to a folder that is gone when the test ends. */
async function withFiles(
  files: Record<string, string>,
  run: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    for (const [path, text] of Object.entries(files)) {
      await Deno.mkdir(dirname(`${folder}/${path}`), { recursive: true });
      await Deno.writeTextFile(`${folder}/${path}`, text);
    }
    await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function text(url: string): Promise<string> {
  const response = await fetch(url);
  const body = await response.text();
  return response.ok ? body : `${response.status}`;
}

const A = JSON.stringify({ name: "@x/a", version: "1.2.3", exports: "./mod.ts" });

Deno.test("serveRegistry() describes a package when asked for it", async () => {
  await withFiles({ "a/deno.json": A, "a/mod.ts": "export {};\n" }, async (folder) => {
    const registry = await serveRegistry([`${folder}/a`]);
    const meta = JSON.parse(await text(`${registry.url}@x/a/meta.json`));
    assertEquals(meta, { scope: "x", name: "a", latest: "1.2.3", versions: { "1.2.3": {} } });
    const version = JSON.parse(await text(`${registry.url}@x/a/1.2.3_meta.json`));
    assertEquals(version.exports, { ".": "./mod.ts" });
    assertEquals(version.manifest["/mod.ts"], {
      size: 11,
      checksum: "sha256-8e609bb71c20b858c77f0e9f90bb1319db8477b13f9f965f1a1e18524bf50881",
    });
    assertEquals(await text(`${registry.url}@x/a/1.2.3/mod.ts`), "export {};\n");
    await registry.close();
  });
});

Deno.test("serveRegistry() answers 404 when it has no such thing", async () => {
  await withFiles({ "a/deno.json": A }, async (folder) => {
    const registry = await serveRegistry([`${folder}/a`]);
    for (const path of ["", "@x/b/meta.json", "@x/a/1.2.3/none.ts", "@x/a/2.0.0_meta.json"]) {
      assertEquals(await text(registry.url + path), "404", path);
    }
    await registry.close();
  });
});

Deno.test("serveRegistry() writes published names when a file imports by the map", async () => {
  const b = {
    name: "@x/b",
    version: "0.1.0",
    exports: { ".": "./mod.ts" },
    imports: { "own": "npm:own@1", "local": "./local.ts" },
  };
  const source = [
    'import { a } from "@x/a/sub";',
    'export * from "own";',
    'import "own/part";',
    'const one = await import("parent");',
    'import { l } from "local";',
    'import { f } from "./file.ts";',
    'import { join } from "node:path";',
  ];
  const files = {
    "deno.json": JSON.stringify({ imports: { "parent": "jsr:@y/parent@^2" } }),
    "a/deno.json": A,
    "b/deno.json": JSON.stringify(b),
    "b/mod.ts": source.join("\n"),
  };
  await withFiles(files, async (folder) => {
    const registry = await serveRegistry([`${folder}/a`, `${folder}/b`]);
    assertEquals((await text(`${registry.url}@x/b/0.1.0/mod.ts`)).split("\n"), [
      'import { a } from "jsr:@x/a@1.2.3/sub";',
      'export * from "npm:own@1";',
      'import "npm:own@1/part";',
      'const one = await import("jsr:@y/parent@^2");',
      ...source.slice(4),
    ]);
    await registry.close();
  });
});

Deno.test("serveRegistry() rejects with a TypeError when a folder is no package", async () => {
  await withFiles({ "a/mod.ts": "" }, async (folder) => {
    await assertRejects(() => serveRegistry([`${folder}/a`]), TypeError, "has no name");
  });
});

Deno.test("serveRegistry() serves what Deno can run when JSR_URL names it", async () => {
  const cache = await Deno.makeTempDir();
  const registry = await serveRegistry(["tools/npm_only/async"]);
  const script =
    'import { delay } from "jsr:@std/async@1/delay"; await delay(1); console.log("ok");';
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-config", script],
    env: { JSR_URL: registry.url, DENO_DIR: cache },
  }).output();
  assertEquals(new TextDecoder().decode(stdout), "ok\n", new TextDecoder().decode(stderr));
  await registry.close();
  await Deno.remove(cache, { recursive: true });
});
