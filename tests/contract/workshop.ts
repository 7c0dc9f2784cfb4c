import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** A folder outside the checkout: programs as plain JavaScript, and the packages they import. */
export interface Workshop extends AsyncDisposable {
  readonly folder: string;
  /** The file of a program, by the name of its source without the ending. */
  program(name: string): string;
}

/** What a workshop is made of. */
export interface Contents {
  /** Sources, each of which becomes one file that runs in Deno, Node and Bun. */
  readonly programs: readonly URL[];
  /** Packages of npm, as `npm install` takes them. */
  readonly packages: readonly string[];
}

/** Makes it; it is gone when it is disposed of. */
export async function openWorkshop({ programs, packages }: Contents): Promise<Workshop> {
  const folder = await Deno.makeTempDir({ prefix: "contract-" });
  const workshop: Workshop = {
    folder,
    program: (name) => join(folder, `${name}.mjs`),
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
  try {
    const bundled = Array.fromAsync(programs, (source) => bundle(source, workshop));
    await Promise.all([bundled, install(packages, folder)]);
    return workshop;
  } catch (error) {
    await workshop[Symbol.asyncDispose]();
    throw error;
  }
}

/** One at a time: each may have to fetch the bundler first, and two at once take it from each other. */
async function bundle(source: URL, workshop: Workshop): Promise<void> {
  const name = source.pathname.replace(/^.*\//, "").replace(/\.ts$/, "");
  const args = ["bundle", "--quiet", "--output", workshop.program(name), fileURLToPath(source)];
  await command(Deno.execPath(), args, workshop.folder);
}

async function install(packages: readonly string[], folder: string): Promise<void> {
  await Deno.writeTextFile(join(folder, "package.json"), '{"private":true}\n');
  const args = ["install", "--no-audit", "--no-fund", "--prefer-offline", ...packages];
  const isWindows = Deno.build.os === "windows"; // there npm is a script of the shell's
  if (isWindows) await command("cmd", ["/c", "npm", ...args], folder);
  else await command("npm", args, folder);
}

async function command(file: string, args: string[], cwd: string): Promise<void> {
  const { success, stderr } = await new Deno.Command(file, {
    args,
    cwd,
    stdout: "null",
    stderr: "piped",
  }).output();
  if (success) return;
  throw new Error(`Cannot run ${file} ${args[0]}: ${new TextDecoder().decode(stderr)}`);
}
