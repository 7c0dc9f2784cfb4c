/**
 * Workers of Node and Bun with the built package: programs written for `tgrid`, with the package in
 * its place at either end or both, and the ways in which workers fail.
 */
import { assert, assertEquals } from "@std/assert";
import { acts, FAILURES, type Kind, WORKER_KINDS } from "./worker_ways.ts";
import {
  folderOf,
  folderWith,
  HEADS,
  programOf,
  published,
  run,
  type Runtime,
  RUNTIMES,
  succeed,
  textOf,
  tools,
} from "./workshop.ts";

const PROGRAMS = ["main", "calculator", "header", "mutex", "callback"];

/** What `tgrid` is, at one end. */
const MAKES = {
  tgrid: () => Promise.resolve({ tgrid: "1.2.1" }),
  sheetbend: async () => ({ tgrid: `file:${await published()}` }),
};
type Make = keyof typeof MAKES;

const PAIRS: readonly (readonly [main: Make, worker: Make])[] = [
  ["tgrid", "sheetbend"],
  ["sheetbend", "tgrid"],
  ["sheetbend", "sheetbend"],
];

const folders = new Map<Make, Promise<string>>();

/** A folder with one make under the name `tgrid`, and all programs. */
function folderFor(make: Make): Promise<string> {
  const known = folders.get(make);
  if (known !== undefined) return known;
  const made = makeFolder(make);
  folders.set(make, made);
  return made;
}

async function makeFolder(make: Make): Promise<string> {
  const dependencies: Record<string, string> = await MAKES[make]();
  const files: Record<string, string> = { "package.json": JSON.stringify({ dependencies }) };
  for (const program of PROGRAMS) {
    files[`programs/${program}.ts`] = await textOf(`programs/workers/${program}.ts`);
  }
  const folder = await folderOf(files);
  const flags = ["--no-audit", "--no-fund", "--ignore-scripts", "--install-links"];
  await succeed(["npm", "install", ...flags], { cwd: folder });
  const sources = PROGRAMS.map((program) => `programs/${program}.ts`);
  const options = ["--format=cjs", "--out-extension:.js=.cjs", "--outdir=programs"];
  const command = [`${await tools()}/.bin/esbuild`, ...sources, ...options, "--log-level=warning"];
  await succeed(command, { cwd: folder });
  return folder;
}

/** What the programs print. They end by themselves. */
async function printed(
  [runtime, kind]: readonly [Runtime | "deno", Kind],
  [main, worker]: readonly [Make, Make],
): Promise<string[]> {
  const start = runtime === "deno"
    ? [Deno.execPath(), "run", "-A", "--node-modules-dir=manual"]
    : [await programOf(runtime)];
  const command = [...start, `${await folderFor(main)}/programs/main.cjs`];
  const env = { KIND: kind, WORKERS: `${await folderFor(worker)}/programs` };
  const { code, stdout, stderr } = await run(command, { env });
  assertEquals([code, stderr], [0, ""], stdout);
  return stdout.trim().split("\n");
}

let reference: Promise<string[]> | undefined;

for (const runtime of [...RUNTIMES, "deno"] as const) {
  for (const kind of WORKER_KINDS) {
    for (const pair of PAIRS) {
      if (runtime === "deno" && pair[0] === "tgrid") continue; // its own program needs Node
      Deno.test(`workers of tgrid print the same when ${pair[0]} starts a ${kind} of ${pair[1]} in ${runtime}`, async () => {
        reference ??= printed(["node20", "process"], ["tgrid", "tgrid"]);
        const lines = await printed([runtime, kind], pair);
        assertEquals(lines.at(-1), '["end"]');
        assertEquals(lines, await reference);
      });
    }
  }
}

for (const runtime of RUNTIMES) {
  for (const kind of WORKER_KINDS) {
    Deno.test(`a ${kind} ends with an error, leaves nothing and starts again however it fails in ${runtime}`, async () => {
      const folder = await folderWith({
        files: {
          "main.mjs": HEADS.mjs + await textOf("peers/worker_failures.js"),
          "worker_failing.cjs": await textOf("peers/worker_failing.cjs"),
          "temporary/.keep": "",
        },
      });
      const { code, stdout } = await run([await programOf(runtime), `${folder}/main.mjs`], {
        env: { KIND: kind, TMPDIR: `${folder}/temporary` },
      });
      const { seen, left } = JSON.parse(stdout.trim().split("\n").at(-1)!);
      assertEquals(left, { uncaught: [], files: [] });
      assertEquals(code, 0);
      const expected = Object.entries(FAILURES).filter(([, way]) => acts(way, runtime, kind));
      assertEquals(Object.keys(seen).sort(), expected.map(([name]) => name).sort());
      for (const [name, { error, state }] of expected) {
        const [failure, found] = seen[name];
        assert(error.test(failure), `"${name}": ${failure}`);
        assertEquals([name, found], [name, state]);
      }
    });
  }
}

/** Whether a process runs. */
async function isRunning(pid: number): Promise<boolean> {
  const status = await Deno.readTextFile(`/proc/${pid}/stat`).catch(() => ") X");
  return !/\) [XZ]/.test(status);
}

for (const runtime of RUNTIMES) {
  Deno.test(`a process ends when its program is killed in ${runtime}`, async () => {
    const program = `import { fileURLToPath } from "node:url";
      const connector = new lib.WorkerConnector(null, null);
      await connector.connect(fileURLToPath(new URL("worker_failing.cjs", import.meta.url)));
      console.log(await connector.getDriver().pid());
      process.kill(process.pid, "SIGKILL");`;
    const folder = await folderWith({
      files: {
        "main.mjs": HEADS.mjs + program,
        "worker_failing.cjs": await textOf("peers/worker_failing.cjs"),
      },
    });
    const { stdout } = await run([await programOf(runtime), `${folder}/main.mjs`]);
    const pid = Number(stdout);
    assert(pid > 0, stdout);
    for (let tries = 0; tries < 6_000 && await isRunning(pid); tries++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    assertEquals(await isRunning(pid), false);
  });
}

for (const make of ["tgrid", "sheetbend"] as const) {
  Deno.test(`workers of tgrid compile unchanged when tgrid is ${make}`, async () => {
    const folder = await folderFor(make);
    const tsc = [await programOf("node22"), `${await tools()}/typescript5/bin/tsc`];
    const options = ["--noEmit", "--strict", "--target", "es2022", "--module", "commonjs"];
    const types = ["--types", "node", "--skipLibCheck", "--esModuleInterop"];
    const roots = ["--typeRoots", `${await tools()}/@types`];
    const files = PROGRAMS.map((program) => `programs/${program}.ts`);
    const { stdout } = await run([...tsc, ...options, ...types, ...roots, ...files], {
      cwd: folder,
    });
    assertEquals(stdout, "");
  });
}
