/** What both ways of building the npm package have in common, once the code is compiled. */
import { dirname, relative } from "node:path/posix";
import { filesIn } from "../source.ts";
import { forOldTargets, movedTo } from "./declarations.ts";
import {
  BESIDE,
  innerPackageOf,
  JSR_NAME,
  NPM_IGNORE,
  NPM_NAME,
  packageOf,
  POLYFILLS,
  type Source,
  TGRID_FILES,
  tgridPackageOf,
} from "./package.ts";
import { npmReadmeOf } from "./readme.ts";

/** Writes all that lies beside the code, and makes the declarations fit npm's users. */
export async function finish(root: string, outDir: string, source: Source): Promise<void> {
  await writeJson(`${outDir}/package.json`, packageOf(source));
  await Deno.writeTextFile(`${outDir}/.npmignore`, NPM_IGNORE);
  for (const name of BESIDE) await Deno.copyFile(`${root}/${name}`, `${outDir}/${name}`);
  const readme = await Deno.readTextFile(`${root}/README.md`);
  await Deno.writeTextFile(`${outDir}/README.md`, npmReadmeOf(readme));
  for (const folder of ["esm", "script"] as const) {
    await moveToTGrid(`${outDir}/${folder}`);
    const paths = await filesIn(`${outDir}/${folder}`, /\.(js|d\.ts)$/);
    const inner = innerPackageOf(
      folder,
      paths.map((path) => relative(`${outDir}/${folder}`, path)),
    );
    await writeJson(`${outDir}/${folder}/package.json`, inner);
    for (const path of paths) await adapt(`${outDir}/${folder}`, path);
    await writeJson(`${outDir}/${folder}/tgrid/package.json`, tgridPackageOf(folder));
  }
}

/** Moves declarations to where TGrid has them, and leaves others in their place that refer there. */
async function moveToTGrid(folder: string): Promise<void> {
  await Deno.mkdir(`${folder}/tgrid/lib`, { recursive: true });
  for (const [from, to] of Object.entries(TGRID_FILES)) {
    const text = await Deno.readTextFile(`${folder}/${from}`);
    await Deno.writeTextFile(`${folder}/${to}`, movedTo(text, from, to));
    const name = relative(dirname(from), to).replace(/\.d\.ts$/, ".js");
    await Deno.writeTextFile(`${folder}/${from}`, `export * from "${name}";\n`);
  }
}

async function adapt(folder: string, path: string): Promise<void> {
  const text = await Deno.readTextFile(path);
  const renamed = text.replaceAll(`"${JSR_NAME}"`, `"${NPM_NAME}"`); // in examples
  const adapted = path.endsWith(".js")
    ? withPolyfills(folder, path, renamed)
    : forOldTargets(renamed);
  if (adapted !== text) await Deno.writeTextFile(path, adapted);
}

/**
 * The polyfills are imported by the entry alone, which bundlers skip if they need nothing of it but
 * what it hands on. So whoever uses them imports them, too.
 */
function withPolyfills(folder: string, path: string, text: string): string {
  if (path.endsWith(`/${POLYFILLS}`) || !text.includes("Promise.withResolvers")) return text;
  const up = relative(dirname(path), folder);
  const name = `"${up.startsWith(".") ? up : `./${up}`}/${POLYFILLS}"`;
  return text.startsWith(STRICT)
    ? `${STRICT}\nrequire(${name});${text.slice(STRICT.length)}`
    : `import ${name};\n${text}`;
}

/** The line with which each file of CommonJS begins, and no other. */
const STRICT = '"use strict";';

async function writeJson(path: string, value: unknown): Promise<void> {
  await Deno.writeTextFile(path, `${JSON.stringify(value, null, 2)}\n`);
}
