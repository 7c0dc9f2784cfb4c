/** Builds the npm package by TypeScript, for machines that reach the npm registry alone. */
import { dirname, join, relative } from "node:path/posix";
import ts from "npm:typescript@6.0.3";
import { FOR_BROWSERS } from "./package.ts";

/** The only package of JSR's that `src/` takes anything from, and what stands in for it. */
const STAND_IN = "tools/npm_only/async";

/** A relative name of a TypeScript file, in whichever form of import. */
const LOCAL_NAME = /(\b(?:from|import)\s*\(?\s*")(\.{1,2}\/[^"\n]+\.ts)"/g;

/** `@std/async/deadline` and its kin. */
const STD_NAME = /(\bfrom\s+)"@std\/async\/(\w+)"/g;

/** What the standard library takes from the language and Node 20 has not. */
const POLYFILLS = `declare global {
  interface PromiseConstructor {
    /** A promise with the two functions that settle it. */
    withResolvers<T>(): {
      promise: Promise<T>;
      resolve: (value: T | PromiseLike<T>) => void;
      reject: (reason?: unknown) => void;
    };
  }
}

if (Promise.withResolvers === undefined) {
  Promise.withResolvers = function withResolvers<T>() {
    let resolve!: (value: T | PromiseLike<T>) => void;
    let reject!: (reason?: unknown) => void;
    const promise = new Promise<T>((done, failed) => {
      resolve = done;
      reject = failed;
    });
    return { promise, resolve, reject };
  };
}

export {};
`;

const SHARED: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ["lib.es2022.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts", "lib.esnext.disposable.d.ts"],
  types: [],
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  isolatedModules: true,
  useDefineForClassFields: true,
  declaration: true,
  noEmitOnError: true,
  skipLibCheck: false,
  ignoreDeprecations: "6.0",
};

const FORMS: Readonly<Record<string, ts.CompilerOptions>> = {
  esm: {
    ...SHARED,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
  },
  script: {
    ...SHARED,
    module: ts.ModuleKind.CommonJS,
    moduleResolution: ts.ModuleResolutionKind.Node10,
    esModuleInterop: true,
  },
};

/**
 * Writes `esm/`, `script/` and `src/` below `outDir`, under the names that dnt gives its files;
 * `root` is the project's folder.
 *
 * @throws {Error} If the sources have errors of types.
 */
export async function buildByTypeScript(root: string, outDir: string): Promise<void> {
  const paths = await writeSources(root, `${outDir}/src`);
  for (const [name, options] of Object.entries(FORMS)) {
    emit(paths, { ...options, rootDir: `${outDir}/src`, outDir: `${outDir}/${name}` });
  }
}

/** The sources as they are compiled: names end in `.js`, and packages of JSR lie under `deps/`. */
async function writeSources(root: string, outDir: string): Promise<string[]> {
  const { name, version } = JSON.parse(await Deno.readTextFile(`${root}/${STAND_IN}/deno.json`));
  const deps = `deps/jsr.io/${name}/${version}`;
  const sourceOf = (path: string): string =>
    path.startsWith(deps) ? `${root}/${STAND_IN}${path.slice(deps.length)}` : `${root}/${path}`;
  const files = new Map<string, string>([["_dnt.polyfills.ts", POLYFILLS]]);
  const paths = new Set(["mod.ts"]);
  for (const path of paths) {
    const up = relative(dirname(path), deps);
    const text = (await Deno.readTextFile(sourceOf(path)))
      .replace(STD_NAME, `$1"${up.startsWith(".") ? up : `./${up}`}/$2.ts"`);
    for (const [, , local] of text.matchAll(LOCAL_NAME)) paths.add(join(dirname(path), local!));
    const forBrowsers = path.replace(/\.ts$/, `${FOR_BROWSERS}.ts`); // nothing imports it
    if (await exists(sourceOf(forBrowsers))) paths.add(forBrowsers);
    files.set(path, path === "mod.ts" ? `import "./_dnt.polyfills.ts";\n${text}` : text);
  }
  for (const [path, text] of files) {
    await Deno.mkdir(dirname(`${outDir}/${path}`), { recursive: true });
    await Deno.writeTextFile(`${outDir}/${path}`, text.replace(LOCAL_NAME, toJs));
  }
  return [...files.keys()].map((path) => `${outDir}/${path}`);
}

function exists(path: string): Promise<boolean> {
  return Deno.stat(path).then(() => true, () => false);
}

function toJs(_all: string, head: string, name: string): string {
  return `${head}${name.replace(/\.ts$/, ".js")}"`;
}

function emit(paths: readonly string[], options: ts.CompilerOptions): void {
  const program = ts.createProgram({ rootNames: paths, options });
  const diagnostics = [...ts.getPreEmitDiagnostics(program), ...program.emit().diagnostics];
  if (diagnostics.length === 0) return;
  const text = ts.formatDiagnostics(diagnostics, {
    getCanonicalFileName: (name) => name,
    getCurrentDirectory: () => Deno.cwd(),
    getNewLine: () => "\n",
  });
  throw new Error(`Cannot build the package: the sources have errors\n${text}`);
}
