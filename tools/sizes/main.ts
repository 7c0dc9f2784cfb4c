/**
 * Writes `docs/SIZES.md`: how much of a web page's bundle the built package takes, and others.
 *
 *     deno task build:npm && deno task sizes
 *
 * With `--dry` it prints the page alone. NPM_PACKAGE names another folder than `npm/`.
 */
import { resolve } from "node:path";
import { ENTRIES } from "./entries.ts";
import { install, measure, type Size } from "./measure.ts";
import { pageOf } from "./page.ts";

const ROOT = resolve(import.meta.dirname!, "../..");

async function main(args: readonly string[]): Promise<void> {
  const unknown = args.find((arg) => arg !== "--dry");
  if (unknown !== undefined) {
    throw new TypeError(`Cannot measure sizes: "${unknown}" is no option of it`);
  }
  const sizes = await measureAll(resolve(Deno.env.get("NPM_PACKAGE") ?? `${ROOT}/npm`));
  const page = pageOf(sizes, new Date());
  console.log(page);
  if (!args.includes("--dry")) await Deno.writeTextFile(`${ROOT}/docs/SIZES.md`, page);
}

async function measureAll(built: string): Promise<Size[]> {
  await Deno.stat(`${built}/package.json`).catch((cause) => {
    throw new Error(`"${built}" holds no package: run "deno task build:npm" first`, { cause });
  });
  const folder = await Deno.makeTempDir({ prefix: "sizes-" });
  try {
    await install(folder, built);
    const sizes: Size[] = [];
    for (const entry of ENTRIES) sizes.push(await measure(entry, folder));
    return sizes;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

if (import.meta.main) await main(Deno.args);
