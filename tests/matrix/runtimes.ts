/** The runtimes that the package is for, as npm has them, each installed by itself. */
import { succeed } from "../npm/workshop.ts";

/** Node's packages are one for each system. */
const NODE = `node-${Deno.build.os}-${Deno.build.arch === "x86_64" ? "x64" : "arm64"}`;

/** What is installed for each runtime, and its program in `node_modules`. */
const SOURCES: Readonly<Record<string, readonly [spec: string, program: string]>> = {
  "Node 20": [`${NODE}@20`, `${NODE}/bin/node`],
  "Node 22": [`${NODE}@22`, `${NODE}/bin/node`],
  "Node 24": [`${NODE}@24`, `${NODE}/bin/node`],
  "Bun": ["bun@1.4.5", ".bin/bun"],
};

/** A runtime that is there, or why it is not. */
export type Runtime =
  | { readonly name: string; readonly program: string; readonly version: string }
  | { readonly name: string; readonly why: string };

/**
 * Gets all of them. None of them fails: what could not be got is told in its place.
 *
 * @param folder Where they go, and are found again by the next who asks for the same folder.
 */
export function getRuntimes(folder: string): Promise<Runtime[]> {
  return Promise.all(
    Object.entries(SOURCES).map(([name, source]) => getRuntime(name, { folder, source })),
  );
}

/** Gets one. */
export async function getRuntime(name: string, { folder, source: [spec, program] }: {
  readonly folder: string;
  readonly source: readonly [spec: string, program: string];
}): Promise<Runtime> {
  const own = `${folder}/${spec.replace(/\W/g, "-")}`;
  const path = `${own}/node_modules/${program}`;
  try {
    if (!await exists(path)) await install(spec, own);
    const version = (await succeed([path, "--version"])).trim().replace(/^v/, "");
    return { name, program: path, version };
  } catch (error) {
    return { name, why: String(error) };
  }
}

function exists(path: string): Promise<boolean> {
  return Deno.stat(path).then(() => true, () => false);
}

async function install(spec: string, folder: string): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(`${folder}/package.json`, '{"private":true}\n');
  const flags = ["--no-audit", "--no-fund", "--prefer-offline"];
  await succeed(["npm", "install", ...flags, spec], { cwd: folder });
}
