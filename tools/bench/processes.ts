/** The processes of a run: each pinned to a core where the machine has `taskset`. */
import { FOLDER, installPackages } from "./peers.ts";
import type { Memory } from "./memory_now.ts";
import type { SubjectName } from "./subjects/mod.ts";

/** Which runtime a process runs in. */
export type Runtime = "deno" | "node";

/** Servers share this core, the client has the other. */
export const SERVER_CORE = 0;
export const CLIENT_CORE = 1;

const HERE = new URL(".", import.meta.url);

/** What both runtimes are started with. */
export class Bench implements AsyncDisposable {
  /** Of the arrangement of packages that is in force. */
  readonly flags: readonly string[];
  readonly #hasTaskset: boolean;
  readonly #v8Flags: readonly string[];
  #folder: Promise<string> | undefined;
  readonly #servers = new Set<Server>();

  /** @param v8Flags What V8 is told beside the usual, in Deno. */
  constructor(v8Flags: readonly string[] = []) {
    this.flags = importMapFlags();
    this.#v8Flags = ["--expose-gc", ...v8Flags];
    this.#hasTaskset = runs("taskset", "--version");
  }

  /** Are processes pinned? */
  get isPinning(): boolean {
    return this.#hasTaskset;
  }

  /** Starts the server of a subject, and waits until it listens. */
  async serve(subject: SubjectName, runtime: Runtime = "deno"): Promise<Server> {
    if (subject !== "echo" && !subject.startsWith("ours")) await this.packages();
    const process = await this.start("server.ts", [subject], { runtime, core: SERVER_CORE });
    const server = await Server.listening(process);
    this.#servers.add(server);
    return server;
  }

  /** Starts one of the programs beside this file. `core`: `undefined` leaves it to the system. */
  async start(
    program: string,
    args: readonly string[],
    { runtime, core }: { readonly runtime: Runtime; readonly core: number | undefined },
  ): Promise<Deno.ChildProcess> {
    const pinned = core !== undefined && this.#hasTaskset ? ["taskset", "-c", String(core)] : [];
    const [file, ...rest] = [...pinned, ...await this.#command(program, runtime), ...args];
    const env = this.#folder === undefined ? {} : { [FOLDER]: await this.#folder };
    return new Deno.Command(file!, { args: rest, env, stdin: "piped", stdout: "piped" }).spawn();
  }

  /** The folder of the other packages, which are installed when they are first needed. */
  packages(): Promise<string> {
    return this.#folder ??= (async () => {
      const folder = await Deno.makeTempDir({ prefix: "sheetbend-bench-" });
      await installPackages(folder);
      return folder;
    })();
  }

  async #command(program: string, runtime: Runtime): Promise<string[]> {
    const path = new URL(program, HERE).pathname;
    if (runtime === "deno") {
      const v8Flags = `--v8-flags=${this.#v8Flags}`;
      const flags = ["--no-check", "--node-modules-dir=manual", v8Flags];
      return [Deno.execPath(), "run", "-A", "--quiet", ...flags, ...this.flags, path];
    }
    const file = `${await this.packages()}/${program.replace(".ts", ".mjs")}`;
    if (!await exists(file)) {
      await run(Deno.execPath(), "bundle", "-q", ...this.flags, "-o", file, path);
    }
    return ["node", "--expose-gc", file];
  }

  /** Ends all servers, and leaves nothing behind. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of this.#servers) await server.stop();
    if (this.#folder !== undefined) await Deno.remove(await this.#folder, { recursive: true });
  }
}

/** A server's process. */
export class Server {
  readonly #process: Deno.ChildProcess;
  readonly #lines: AsyncIterator<string>;
  #port = 0;

  private constructor(process: Deno.ChildProcess) {
    this.#process = process;
    this.#lines = linesOf(process)[Symbol.asyncIterator]();
  }

  static async listening(process: Deno.ChildProcess): Promise<Server> {
    const server = new Server(process);
    server.#port = (await nextJson(server.#lines) as { port: number }).port;
    return server;
  }

  get port(): number {
    return this.#port;
  }

  /** What it holds now. */
  async memory(): Promise<Memory> {
    const writer = this.#process.stdin.getWriter();
    await writer.write(new TextEncoder().encode("memory\n"));
    writer.releaseLock();
    return await nextJson(this.#lines) as Memory;
  }

  async stop(): Promise<void> {
    await this.#process.stdin.close();
    await this.#lines.return?.();
    await this.#process.status;
  }
}

/** The next JSON that a process prints. What a package prints of its own is passed over. */
export async function nextJson(lines: AsyncIterator<string>): Promise<unknown> {
  for (let i = 0; i < 1_000; i++) {
    const { value, done } = await lines.next();
    if (done === true) break;
    if (value.startsWith("{")) return JSON.parse(value);
  }
  throw new Error("Cannot measure: a process has ended");
}

/** The lines that a process prints. */
export async function* linesOf(process: Deno.ChildProcess): AsyncGenerator<string> {
  let rest = "";
  for await (const part of process.stdout.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + part).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
}

/** Runs a command to its end, and gives what it printed. */
export async function run(file: string, ...args: readonly string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(file, { args: [...args] }).output();
  if (success) return new TextDecoder().decode(stdout).trim();
  throw new Error(`Cannot run "${file} ${args[0]}": ${new TextDecoder().decode(stderr)}`);
}

/** Does this machine have the command? */
export function runs(file: string, ...args: readonly string[]): boolean {
  try {
    return new Deno.Command(file, { args: [...args] }).outputSync().success;
  } catch {
    return false;
  }
}

/** Flags of this process's own arrangement: they are the children's too. */
export function importMapFlags(): string[] {
  return printed(["run", "-q", "-A", new URL("../std_flags.ts", import.meta.url).pathname]).split(
    /\s+/,
  ).filter(Boolean);
}

function printed(args: readonly string[]): string {
  const command = new Deno.Command(Deno.execPath(), { args: [...args] });
  return new TextDecoder().decode(command.outputSync().stdout).trim();
}

function exists(file: string): Promise<boolean> {
  return Deno.stat(file).then(() => true, () => false);
}
