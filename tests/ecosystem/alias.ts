/** Projects that install the built package under the name `tgrid`. */
import { filesIn } from "../../tools/source.ts";
import { folderOf, succeed } from "../npm/workshop.ts";
import { startRegistry } from "./registry.ts";

const FLAGS = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"];

/** The package, as packages that depend on TGrid ask for it. */
const ALIAS = "npm:sheetbend@^1.2.1";

/** A copy of the folder beside the tests, with the package and these dependencies installed. */
export async function projectOf(
  name: string,
  dependencies: Readonly<Record<string, string>>,
): Promise<string> {
  const manifest = { private: true, dependencies: { ...dependencies, tgrid: ALIAS } };
  const folder = await folderOf({
    "package.json": JSON.stringify(manifest),
    ...await textsIn(`${import.meta.dirname}/${name}`),
  });
  await using registry = await startRegistry();
  await succeed(["npm", "install", ...FLAGS, "--registry", registry.url], { cwd: folder });
  return folder;
}

/** Installs TGrid itself in place of the package. */
export async function installTGrid(folder: string): Promise<void> {
  await succeed(["npm", "install", ...FLAGS, "tgrid@1.2.1"], { cwd: folder });
}

/** What is installed under the name `tgrid`, for every package that depends on it. */
export async function tgridsOf(folder: string): Promise<string[]> {
  const printed = await succeed(["npm", "ls", "tgrid", "--all", "--parseable", "--long"], {
    cwd: folder,
  });
  const lines = printed.trim().split("\n").filter((line) => /[\\/]tgrid:/.test(line));
  return lines.map((line) => /:tgrid@(npm:[a-z]+)/.exec(line)?.[1] ?? /:([a-z]+)@/.exec(line)![1]!);
}

/** Compiles a project. */
export async function compile(folder: string): Promise<void> {
  await succeed(["node", "node_modules/typescript/bin/tsc"], { cwd: folder });
}

/** The files of a folder, by their paths in it. */
export async function textsIn(folder: string): Promise<Record<string, string>> {
  const paths = await filesIn(folder, /./);
  const entries = await Promise.all(
    paths.map(async (path) =>
      [path.slice(folder.length + 1), await Deno.readTextFile(path)] as const
    ),
  );
  return Object.fromEntries(entries);
}
