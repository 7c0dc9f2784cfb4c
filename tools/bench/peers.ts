import config from "./deno.json" with { type: "json" };

/** The variable that tells a process where the packages are. */
export const FOLDER = "SHEETBEND_BENCH_PACKAGES";

// deno-lint-ignore no-explicit-any -- its types would have to be fetched to check this project
export type Package = any;

/**
 * Loads one of them, out of a folder that `installPackages` has made: so that neither the type
 * check nor the gate fetches packages which only a run of the benchmark needs.
 *
 * @param path What of it, if not its main module: "/adapters/ws".
 */
export async function peer(name: keyof typeof config.imports, path = ""): Promise<Package> {
  const { env } = await import("node:process");
  const loader = `file://${env[FOLDER]}/load.mjs`;
  return (await import(loader)).load(`${name}${path}`);
}

/** Installs all of them in a folder of their own. */
export async function installPackages(folder: string): Promise<void> {
  const dependencies = packageVersions();
  await Deno.writeTextFile(`${folder}/package.json`, JSON.stringify({ dependencies }));
  await Deno.writeTextFile(`${folder}/load.mjs`, "export const load = (name) => import(name);\n");
  const args = ["install", "--no-fund", "--no-audit", "--loglevel=error"];
  const { success } = await new Deno.Command("npm", { args, cwd: folder }).output();
  if (!success) throw new Error("Cannot measure the other packages: npm could not install them");
}

/** The packages that the library is measured against, at the versions that were measured. */
export function packageVersions(): Record<string, string> {
  const versionOf = (specifier: string): string => specifier.slice(specifier.lastIndexOf("@") + 1);
  return Object.fromEntries(
    Object.entries(config.imports).map(([name, specifier]) => [name, versionOf(specifier)]),
  );
}
