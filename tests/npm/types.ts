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
        const folder = await project(endings, {
          module,
          moduleResolution: resolution,
          lib: [...lib, "esnext.disposable"].filter((one) => !USAGE_NEEDS_NONE || one === one),
          types,
        });
        const compile = [await programOf("node22"), `${await tools()}/${tool}/bin/tsc`];
        const { code, stdout } = await run([...compile, "-p", folder]);
        assertEquals([code, stdout], [0, ""]);
      });
    }
  }
}
