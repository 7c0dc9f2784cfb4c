/** What both ways of building the npm package have in common, once the code is compiled. */
import { filesIn } from "../source.ts";
import {
  BESIDE,
  innerPackageOf,
  JSR_NAME,
  NPM_IGNORE,
  NPM_NAME,
  packageOf,
  type Source,
} from "./package.ts";

/** Users' compilers have `lib: [es2022]`, and the declarations name `Symbol.asyncDispose`. */
const DISPOSABLE = '/// <reference lib="esnext.disposable" />\n';

/** Writes all that lies beside the code, and makes the declarations fit npm's users. */
export async function finish(root: string, outDir: string, source: Source): Promise<void> {
  await writeJson(`${outDir}/package.json`, packageOf(source));
  await Deno.writeTextFile(`${outDir}/.npmignore`, NPM_IGNORE);
  for (const name of BESIDE) await Deno.copyFile(`${root}/${name}`, `${outDir}/${name}`);
  for (const folder of ["esm", "script"] as const) {
    await writeJson(`${outDir}/${folder}/package.json`, innerPackageOf(folder));
    for (const path of await filesIn(`${outDir}/${folder}`, /\.(js|d\.ts)$/)) await adapt(path);
  }
}

async function adapt(path: string): Promise<void> {
  const text = await Deno.readTextFile(path);
  const named = text.replaceAll(`"${JSR_NAME}"`, `"${NPM_NAME}"`); // in examples
  const needsLib = path.endsWith(".d.ts") && named.includes("Symbol.asyncDispose");
  const adapted = needsLib ? DISPOSABLE + named : named;
  if (adapted !== text) await Deno.writeTextFile(path, adapted);
}

async function writeJson(path: string, value: unknown): Promise<void> {
  await Deno.writeTextFile(path, `${JSON.stringify(value, null, 2)}\n`);
}
