/** Examples that are servers: each runs in a process of its own, and is ended by its test. */
import { resolve } from "node:path";
import { NPM_ONLY_MAP } from "../../tools/std_flags.ts";
import { Child } from "../npm/child.ts";

/** The project's folder. */
export const ROOT: string = resolve(import.meta.dirname!, "../..");

/** A server that has printed its address. */
export interface Example extends AsyncDisposable {
  /** Without a slash at its end. */
  readonly url: string;
  readonly port: number;
}

/** The flags with which Deno finds what the library imports, the same that this process has. */
export function denoFlags(): string[] {
  const isNpmOnly = import.meta.resolve("@std/assert").startsWith("file:");
  return isNpmOnly ? [`--import-map=${ROOT}/${NPM_ONLY_MAP}`] : [];
}

/** Starts a server's command on a port, 0 for a free one, and waits until it listens. */
export async function start(
  command: readonly string[],
  options: { readonly port?: number; readonly cwd?: string } = {},
): Promise<Example> {
  const child = new Child(command, {
    cwd: options.cwd ?? ROOT,
    env: { PORT: String(options.port ?? 0), NO_COLOR: "1" },
  });
  try {
    const line = await child.line();
    const url = /http:\/\/[\d.]+:\d+/.exec(line)?.[0];
    if (url === undefined) throw new Error(`Cannot find an address in "${line}"`);
    return { url, port: Number(new URL(url).port), [Symbol.asyncDispose]: () => dispose(child) };
  } catch (error) {
    await dispose(child);
    throw error;
  }
}

/** Starts an example for Deno. */
export function startInDeno(
  path: string,
  options: { readonly port?: number; readonly args?: readonly string[] } = {},
): Promise<Example> {
  const run = [Deno.execPath(), "run", "--quiet", "--no-check", "-A", ...denoFlags()];
  return start([...run, `${ROOT}/examples/${path}`, ...options.args ?? []], options);
}

/** What a demo printed, and how it ended. */
export interface Printed {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a demo, which starts the programs of its example, in a process group that ends with it. */
export async function runDemo(
  path: string,
  { rights, env = {} }: {
    readonly rights: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
  },
): Promise<Printed> {
  const flags = denoFlags();
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", ...rights, ...flags, `examples/${path}`, ...flags],
    cwd: ROOT,
    env: { NO_COLOR: "1", ...env },
    detached: true, // a process group, so that its servers end with it
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const watchdog = setTimeout(() => Deno.kill(-child.pid, "SIGKILL"), 120_000);
  try {
    const { code, stdout, stderr } = await child.output();
    const decoder = new TextDecoder();
    return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
  } finally {
    clearTimeout(watchdog);
  }
}

function dispose(child: Child): Promise<void> {
  return child[Symbol.asyncDispose]();
}
