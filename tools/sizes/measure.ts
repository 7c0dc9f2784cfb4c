import { type Entry, PINNED } from "./entries.ts";
import { gzippedLength, type Part, partsOf } from "./parts.ts";

/** How large a program is in a bundle, in bytes. */
export interface Size {
  readonly entry: Entry;
  readonly version: string;
  readonly minified: number;
  readonly gzipped: number;
  /** What each source file has of it, the heaviest first. */
  readonly parts: readonly Part[];
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
  const files = ["entry.mjs", "--outfile=entry.js", "--sourcemap=external"];
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
    gzipped: gzippedLength(code),
    parts: partsOf(
      new TextDecoder().decode(code),
      JSON.parse(await Deno.readTextFile(`${folder}/entry.js.map`)),
    ),
  };
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
