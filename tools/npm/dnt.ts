/** Builds the npm package by `dnt`, where JSR can be reached. */
import { filesIn } from "../source.ts";
import { FOR_BROWSERS, packageOf, type Source } from "./package.ts";

/** Not a literal at its import: where there is no JSR, this file still loads and type checks. */
const DNT = "jsr:@deno/dnt@^0.43";

/** What is asked of it: its options under the names that they have there. */
interface Dnt {
  build(options: {
    entryPoints: (string | { readonly name: string; readonly path: string })[];
    outDir: string;
    configFile: string;
    shims: Record<string, never>;
    package: Record<string, unknown>;
    compilerOptions: Record<string, unknown>;
    polyfills: Record<string, boolean>;
    test: boolean;
    typeCheck: false;
    declaration: "inline";
    scriptModule: "cjs";
    skipNpmInstall: boolean;
  }): Promise<void>;
}

/** Writes `esm/`, `script/` and `src/` below `outDir`; `root` is the project's folder. */
export async function buildByDnt(root: string, outDir: string, source: Source): Promise<void> {
  const { build }: Dnt = await import(DNT);
  const forBrowsers = (await filesIn(`${root}/src`, new RegExp(`${FOR_BROWSERS}\\.ts$`)))
    .map((path) => ({ name: path.slice(root.length).replace(/^\//, "./"), path }));
  await build({
    // nothing imports what browsers have instead; `package.json` is written anew without these names
    entryPoints: [`${root}/mod.ts`, ...forBrowsers],
    outDir,
    // its `importMap` would not expand `@std/async` to `@std/async/deadline`
    configFile: new URL("../../deno.json", import.meta.url).href,
    shims: {},
    package: packageOf(source),
    compilerOptions: {
      target: "ES2022", // below it, private fields would become maps
      lib: ["ES2022", "DOM", "DOM.Iterable", "ESNext.Disposable"],
      noUncheckedIndexedAccess: true,
    },
    // what Node 20 has needs none, and their declarations would reach into users' programs
    polyfills: {
      promiseWithResolvers: true,
      arrayFindLast: false,
      arrayFromAsync: false,
      errorCause: false,
      objectHasOwn: false,
      stringReplaceAll: false,
    },
    test: false,
    typeCheck: false, // the project's own check is stricter
    declaration: "inline",
    scriptModule: "cjs",
    skipNpmInstall: true, // there is nothing to install
  });
}
