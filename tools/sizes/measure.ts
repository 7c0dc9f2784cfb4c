import { gzipSync } from "node:zlib";
import { type Entry, PINNED } from "./entries.ts";

/** How large a program is in a bundle, in bytes. */
export interface Size {
  readonly entry: Entry;
  readonly version: string;
  readonly minified: number;
  readonly gzipped: number;
  /** What each source file has in the minified bundle, in bytes, the largest first. */
  readonly parts: readonly (readonly [path: string, bytes: number])[];
}

/** What of esbuild's account of a bundle is read. */
interface Metafile {
  readonly outputs: Readonly<
    Record<string, {
      readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>>;
    }>
  >;
}

/** How esbuild bundles for a web page. */
export const FLAGS: readonly string[] = [
  "--bundle",
  "--minify",
  "--format=esm",
  "--platform=browser",
  "--target=es2022",
];

/**
 * Installs what is measured into a folder.
 *
 * @param folder An empty one.
 * @param built The folder of the built package.
 */
export async function install(folder: string, built: string): Promise<void> {
  const dependencies = { ...PINNED, sheetbend: `file:${built}` };
  await Deno.writeTextFile(`${folder}/package.json`, JSON.stringify({ dependencies }));
  const flags = ["--no-audit", "--no-fund", "--install-links", "--legacy-peer-deps"];
  await run(["npm", "install", "--prefer-offline", ...flags], folder);
}

/** Bundles and minifies a program by itself, in a folder where all of it is installed. */
export async function measure(entry: Entry, folder: string): Promise<Size> {
  await Deno.writeTextFile(`${folder}/entry.mjs`, entry.source);
  const files = ["entry.mjs", "--outfile=entry.js", "--metafile=entry.json"];
  await run(
    [`${folder}/node_modules/.bin/esbuild`, ...FLAGS, "--log-level=error", ...files],
    folder,
  );
  const code = await Deno.readFile(`${folder}/entry.js`);
  const manifest = `${folder}/node_modules/${entry.of}/package.json`;
  const { version } = JSON.parse(await Deno.readTextFile(manifest));
  return {
    entry,
    version,
    minified: code.length,
    gzipped: gzipSync(code, { level: 9 }).length,
    parts: partsOf(JSON.parse(await Deno.readTextFile(`${folder}/entry.json`))),
  };
}

/** The source files of a bundle, by what is left of each. */
export function partsOf({ outputs }: Metafile): [path: string, bytes: number][] {
  return Object.values(outputs)
    .flatMap(({ inputs }) => Object.entries(inputs))
    .map(([path, { bytesInOutput }]): [string, number] => [path, bytesInOutput])
    .filter(([, bytes]) => bytes > 0)
    .sort(([, a], [, b]) => b - a);
}

async function run([file, ...args]: readonly string[], cwd: string): Promise<void> {
  const { success, stdout, stderr } = await new Deno.Command(file!, {
    args,
    cwd,
    signal: AbortSignal.timeout(300_000),
  }).output();
  if (success) return;
  const told = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("");
  throw new Error(`Cannot run "${file} ${args[0]}": ${told}`);
}
