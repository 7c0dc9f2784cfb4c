/**
 * Builds the npm package into `npm/`, or into the folder that is given: by `dnt` where JSR has it,
 * else by TypeScript from npm, to the same layout.
 *
 *     deno run -A tools/build_npm.ts [FOLDER]
 *
 * `NPM_BUILD=dnt` and `NPM_BUILD=typescript` decide it by hand.
 */
import { resolve } from "node:path";
import { buildByDnt } from "./npm/dnt.ts";
import { finish } from "./npm/finish.ts";
import { NPM_NAME, type Source } from "./npm/package.ts";
import { tryOut } from "./npm/try_out.ts";

/** How long JSR has for its answer, in ms. */
const PATIENCE = 1_500;

/** The two ways. */
export type Route = "dnt" | "typescript";

/**
 * Which way it goes: as `wish` says, else by whether JSR has dnt.
 *
 * @throws {TypeError} If the wish is neither way's name.
 */
export async function chooseRoute(
  wish: string | undefined,
  hasDnt: () => Promise<boolean>,
): Promise<Route> {
  if (wish === "dnt" || wish === "typescript") return wish;
  if (wish) {
    throw new TypeError(`Cannot build by NPM_BUILD="${wish}": it is "dnt" or "typescript"`);
  }
  return await hasDnt() ? "dnt" : "typescript";
}

async function jsrHasDnt(): Promise<boolean> {
  try {
    const base = Deno.env.get("JSR_URL") || "https://jsr.io/";
    const url = new URL("@deno/dnt/meta.json", base.endsWith("/") ? base : `${base}/`);
    const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false; // no network, no such host, no answer in time: not from here
  }
}

async function main(): Promise<void> {
  const root = resolve(import.meta.dirname!, "..").replaceAll("\\", "/");
  const outDir = resolve(Deno.args[0] ?? `${root}/npm`).replaceAll("\\", "/");
  const source: Source = JSON.parse(await Deno.readTextFile(`${root}/deno.json`));
  const route = await chooseRoute(Deno.env.get("NPM_BUILD"), jsrHasDnt);
  await Deno.remove(outDir, { recursive: true }).catch(() => {}); // it need not be there
  await Deno.mkdir(outDir, { recursive: true });
  if (route === "dnt") await buildByDnt(root, outDir, source);
  else await (await import("./npm/compile.ts")).buildByTypeScript(root, outDir);
  await finish(root, outDir, source);
  await tryOut(outDir, NPM_NAME);
  console.log(`npm: built by ${route === "dnt" ? "dnt" : "TypeScript, dnt is out of reach"}`);
}

if (import.meta.main) await main();
