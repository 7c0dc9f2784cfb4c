/** The package's declarations, as its users' compilers read them. */
import { assertEquals } from "@std/assert";
import { folderWith, programOf, run, textOf, tools } from "./workshop.ts";

const COMPILERS: Readonly<Record<string, string>> = {
  "TypeScript 5.4": "typescript5",
  "TypeScript 7": "typescript7",
};

/** How names of modules are resolved, and the endings of files that this is tried with. */
const RESOLUTIONS: Readonly<Record<string, readonly [module: string, endings: readonly string[]]>> =
  {
    node16: ["node16", ["mts", "cts"]],
    nodenext: ["nodenext", ["mts", "cts"]],
    bundler: ["esnext", ["ts"]],
  };

const SURROUNDINGS: Readonly<Record<string, { lib: string[]; types: string[] }>> = {
  "a browser's types": { lib: ["es2022", "dom"], types: [] },
  "Node's types": { lib: ["es2022"], types: ["node"] },
};

for (const [compiler, tool] of Object.entries(COMPILERS)) {
  for (const [resolution, [module, endings]] of Object.entries(RESOLUTIONS)) {
    for (const [surrounding, { lib, types }] of Object.entries(SURROUNDINGS)) {
      Deno.test(`declarations of npm pass ${compiler} with ${resolution} and ${surrounding}`, async () => {
        const options = { module, moduleResolution: resolution, lib, types };
        const folder = await project(endings, options);
        const tsc = [await programOf("node22"), `${await tools()}/${tool}/bin/tsc`];
        const { code, stdout } = await run([...tsc, "-p", folder]);
        assertEquals([stdout, code], ["", 0]);
      });
    }
  }
}

for (const target of ["es5", "es2015", "es2022"]) {
  for (const types of [[], ["node"]]) {
    const lib = types.length === 0 ? ["es2015", "dom"] : ["es2015"];
    Deno.test(`declarations of npm pass TypeScript 5.4 with target ${target} and lib ${lib}`, async () => {
      const options = { module: "commonjs", moduleResolution: "node10", lib, types, target };
      const folder = await project(["ts"], options, ["everything"]);
      const tsc = [await programOf("node22"), `${await tools()}/typescript5/bin/tsc`];
      const { code, stdout } = await run([...tsc, "-p", folder]);
      assertEquals([stdout, code], ["", 0]);
    });
  }
}

/** A folder with a program of a user for each ending, and its `tsconfig.json`. */
async function project(
  endings: readonly string[],
  options: { readonly module: string; readonly lib: string[]; readonly types: string[] },
  names = options.types.includes("node") ? ["usage", "usage_node"] : ["usage"],
): Promise<string> {
  const files = new Map<string, string>();
  for (const name of names) {
    const text = await textOf(`types/${name}.ts`);
    for (const ending of endings) files.set(`${name}.${ending}`, text);
  }
  const config = {
    compilerOptions: {
      target: "es2022",
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
      noEmit: true,
      ...options,
    },
    files: [...files.keys()],
  };
  return await folderWith({
    packages: { "@types/node": "@types/node", "undici-types": "undici-types" },
    files: {
      ...Object.fromEntries(files),
      "package.json": '{ "type": "module" }',
      "tsconfig.json": JSON.stringify(config),
    },
  });
}
