/** What is in the package, and what its users' tools say of it. */
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { chooseRoute } from "../../tools/build_npm.ts";
import { innerPackageOf, packageOf, TGRID_FILES, tgridPackageOf } from "../../tools/npm/package.ts";
import { filesIn, withoutComments } from "../../tools/source.ts";
import { BUILT, programOf, published, ROOT, run, tools } from "./workshop.ts";

const FOLDERS = ["esm", "script"] as const;

/** What the package takes along of other people's: its own names, and how many they are, are theirs. */
const DEPENDENCY =
  /^(esm|script)\/deps\/jsr\.io\/@std\/async\/\d+\.\d+\.\d+\/(deadline|abortable)\./;

Deno.test("package of npm holds each source twice, with types beside it, and nothing else", async () => {
  const found = await filesOf(await published());
  const sources = (await filesIn(`${ROOT}/src`, /\.ts$/)).map((path) =>
    path.slice(ROOT.length + 1)
  );
  const compiled = ["mod.ts", "_dnt.polyfills.ts", ...sources].flatMap((path) =>
    FOLDERS.flatMap((folder) =>
      [".js", ".d.ts"].map((ending) => `${folder}/${path.replace(/\.ts$/, ending)}`)
    )
  );
  const beside = ["CHANGELOG.md", "LICENSE", "README.md", "package.json"];
  const inner = FOLDERS.map((folder) => `${folder}/package.json`);
  const moved = ["tgrid/package.json", ...Object.values(TGRID_FILES)].flatMap((path) =>
    FOLDERS.map((folder) => `${folder}/${path}`)
  );
  const own = found.filter((path) => !DEPENDENCY.test(path));
  assertEquals(own, [...beside, ...inner, ...moved, ...compiled].sort());
  for (const folder of FOLDERS) {
    const deadline = found.filter((path) => path.startsWith(folder) && /deadline\./.test(path));
    assertEquals(deadline.filter((path) => DEPENDENCY.test(path)).length, 2);
  }
});

Deno.test("package.json of npm is the one that is described when either way has built it", async () => {
  const folder = await published();
  const read = async (path: string) => JSON.parse(await Deno.readTextFile(path));
  const description = packageOf(await read(`${ROOT}/deno.json`));
  assertEquals(await read(`${folder}/package.json`), description);
  for (const inner of FOLDERS) {
    const files = (await filesIn(`${folder}/${inner}`, /\.js$/))
      .map((path) => path.slice(`${folder}/${inner}/`.length));
    assertEquals(await read(`${folder}/${inner}/package.json`), innerPackageOf(inner, files));
    assertEquals(await read(`${folder}/${inner}/tgrid/package.json`), tgridPackageOf(inner));
  }
  for (const path of description.sideEffects as string[]) await Deno.stat(`${folder}/${path}`);
});

Deno.test("declarations of npm name what is there when a program reads them", async () => {
  const folder = await published();
  let disposable = 0;
  for (const path of await filesIn(folder, /\.d\.ts$/)) {
    const text = await Deno.readTextFile(path);
    assert(!/from "(jsr:|@std\/|@sheetbend\/)|from "[^"]+\.ts"/.test(withoutComments(text)), path);
    assert(!/#private;|\bErrorOptions\b/.test(withoutComments(text)), path);
    if (!withoutComments(text).includes("Symbol.asyncDispose")) continue;
    disposable++;
    assert(text.startsWith('/// <reference lib="esnext.disposable" />\n'), path);
  }
  assertEquals(disposable >= 2 * 2, true);
});

Deno.test("chooseRoute() asks for dnt when nobody has chosen", async () => {
  const asked = (has: boolean) => chooseRoute(undefined, () => Promise.resolve(has));
  assertEquals(await asked(true), "dnt");
  assertEquals(await asked(false), "typescript");
  const never = () => Promise.reject(new Error("nobody asked"));
  assertEquals(await chooseRoute("dnt", never), "dnt");
  assertEquals(await chooseRoute("typescript", never), "typescript");
  await assertRejects(
    () => chooseRoute("tsc", never),
    TypeError,
    'Cannot build by NPM_BUILD="tsc"',
  );
});

Deno.test("publint finds nothing when it reads the package of npm", async () => {
  const command = [await programOf("node22"), `${await tools()}/publint/src/cli.js`];
  const { code, stdout, stderr } = await run([...command, "run", BUILT, "--strict"]);
  assertEquals([code, stderr], [0, ""]);
  assertStringIncludes(stdout, "All good!");
});

Deno.test("attw finds nothing when it reads the package of npm", async () => {
  const folder = await published();
  const packed = (await Array.fromAsync(Deno.readDir(`${folder}/..`)))
    .find(({ name }) => name.endsWith(".tgz"))!;
  const command = [
    await programOf("node22"),
    `${await tools()}/@arethetypeswrong/cli/dist/index.js`,
  ];
  const tgz = `${folder}/../${packed.name}`;
  const { code, stdout } = await run([...command, tgz, "--no-color", "--format", "ascii"]);
  assertStringIncludes(stdout, "No problems found");
  assertEquals(code, 0);
});

async function filesOf(folder: string): Promise<string[]> {
  return (await filesIn(folder, /./)).map((path) => path.slice(folder.length + 1)).sort();
}
