/**
 * Counts the functions that one warm call passes, from the driver to the settled promise, and one
 * close, until both ends are closed: of `src/` alone, both ends in one process.
 *
 *     deno task way                      of this checkout
 *     deno task way --root=DIR           of another one
 *     deno task way --verbose            and each function, in the order in which they are entered
 */
import { resolve } from "node:path";
import { measureWays } from "./measure.ts";
import { countsOf } from "./passage.ts";

const OPTION = /^--(verbose|root=(.+))$/;

let root = `${import.meta.dirname}/../..`;
let isVerbose = false;
for (const arg of Deno.args) {
  const [, option, folder] = OPTION.exec(arg) ??
    raise(new TypeError(`Cannot follow a call: "${arg}" is no option of it`));
  if (option === "verbose") isVerbose = true;
  else root = folder!;
}
for (const [what, passage] of Object.entries(await measureWays(resolve(root)))) {
  if (isVerbose) {
    for (const { file, line, name } of passage) console.log(`${file}:${line} ${name}`);
  }
  const { entries, functions, files } = countsOf(passage);
  console.log(`${what}: ${entries} entries, ${functions} functions, ${files} files`);
}

function raise(error: Error): never {
  throw error;
}
