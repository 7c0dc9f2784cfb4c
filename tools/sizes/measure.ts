import { type Entry, PINNED } from "./entries.ts";
import { type Part, partsOf } from "./parts.ts";

/** How large a program is in a bundle, in bytes. */
export interface Size {
  readonly entry: Entry;
  readonly version: string;
  readonly minified: number;
  readonly gzipped: number;
  /** What each source file of ours has of it, the heaviest first. */
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
  const code = await Deno.readTextFile(`${folder}/entry.js`);
  const map = JSON.parse(await Deno.readTextFile(`${folder}/entry.js.map`));
  const manifest = `${folder}/node_modules/${entry.of}/package.json`;
  const { version } = JSON.parse(await Deno.readTextFile(manifest));
  return {
    entry,
    version,
    minified: new TextEncoder().encode(code).length,
    gzipped: await gzippedLength(code),
    parts: entry.of !== "sheetbend" ? [] : await partsOf(code, map, gzippedLength),
  };
}

/** Bytes of a text by `gzip -9`: Deno's own compression makes it almost a hundredth larger. */
export async function gzippedLength(text: string): Promise<number> {
  const gzip = new Deno.Command("gzip", { args: ["-9c"], stdin: "piped", stdout: "piped" }).spawn();
  const output = gzip.output();
  const writer = gzip.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  const { success, stdout } = await output;
  if (!success) throw new Error("Cannot measure a size: gzip failed");
  return stdout.length;
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
