/** The one description of the npm package, whichever way it is built. */

/** What is read of `deno.json`. */
export interface Source {
  readonly version: string;
  readonly license: string;
}

/** The package's name on npm; on JSR it is `@sheetbend/rpc`. */
export const NPM_NAME = "sheetbend";

/** Its name in the examples of the doc comments. */
export const JSR_NAME = "@sheetbend/rpc";

/** The repository. */
export const HOME = "https://github.com/sheetbend/sheetbend";

/** What has to run even where nothing of it is used: bundlers would drop it. */
export const POLYFILLS = "_dnt.polyfills.js";

/** The two folders of code, and what kind of modules is in them. */
export const KINDS: Readonly<Record<"esm" | "script", "module" | "commonjs">> = {
  esm: "module",
  script: "commonjs",
};

/** The files beside the code, from the project's folder. */
export const BESIDE: readonly string[] = ["README.md", "LICENSE", "CHANGELOG.md"];

/** What lies in the package's folder and is not published. */
export const NPM_IGNORE = ["/src/", "/node_modules/", "*.tgz", "package-lock.json", ""].join("\n");

/** `package.json`, as an object. */
export function packageOf({ version, license }: Source): Record<string, unknown> {
  return {
    name: NPM_NAME,
    version,
    description: "Typed two-way remote procedure calls over one WebSocket",
    keywords: ["rpc", "websocket", "typed", "bidirectional", "proxy", "deno", "bun", "tgrid"],
    homepage: `${HOME}#readme`,
    repository: { type: "git", url: `git+${HOME}.git` },
    license,
    bugs: { url: `${HOME}/issues` },
    type: "commonjs",
    main: "./script/mod.js",
    module: "./esm/mod.js",
    exports: {
      ".": { import: "./esm/mod.js", require: "./script/mod.js" },
      "./package.json": "./package.json",
    },
    engines: { node: ">=20" },
    sideEffects: Object.keys(KINDS).map((folder) => `./${folder}/${POLYFILLS}`),
    peerDependencies: { ws: "^7.1.0 || ^8.0.0" },
    peerDependenciesMeta: { ws: { optional: true } },
  };
}

/** A source with this ending takes the place of the one beside it in bundles for browsers. */
export const FOR_BROWSERS = "_browser";

/**
 * What bundlers for browsers take in place of what: the field `browser` of a `package.json`.
 *
 * @param paths The files below its folder, from there.
 */
export function browserMapOf(paths: readonly string[]): Record<string, string> {
  const ending = `${FOR_BROWSERS}.js`;
  return Object.fromEntries(
    paths.filter((path) => path.endsWith(ending))
      .map((path) => [`./${path.slice(0, -ending.length)}.js`, `./${path}`]),
  );
}

/**
 * The `package.json` of a folder of code. Bundlers look for `sideEffects` and `browser` in the one
 * that is nearest to a file, and would keep everything if it said nothing.
 *
 * @param paths The files below the folder, from there.
 */
export function innerPackageOf(
  folder: keyof typeof KINDS,
  paths: readonly string[],
): Record<string, unknown> {
  return {
    type: KINDS[folder],
    sideEffects: [`./${POLYFILLS}`],
    browser: browserMapOf(paths),
  };
}

/**
 * Where declarations lie, below each folder of code, instead of beside their code. Nestia's
 * generator of clients knows `Driver` and `WebSocketAcceptor` by these paths, and reads the name of
 * the package that they are in.
 */
export const TGRID_FILES: Readonly<Record<string, string>> = {
  "src/types/driver.d.ts": "tgrid/lib/Driver.d.ts",
  "src/ends/acceptor.d.ts": "tgrid/lib/WebSocketAcceptor.d.ts",
};

/** The `package.json` of the folder `tgrid`. */
export function tgridPackageOf(folder: keyof typeof KINDS): Record<string, unknown> {
  return { name: "tgrid", type: KINDS[folder] };
}
