import { PATIENCE } from "./patience.ts";
import { NPM_ONLY_MAP } from "../../tools/std_flags.ts";

const ROOT = new URL("../../", import.meta.url);

/** What runs a program. */
export interface Runner {
  readonly command: string;
  readonly args: readonly string[];
  readonly folder: string | URL;
}

/** A program of this folder in a process of its own, which ends when its input does. */
export class Child implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #errors: Promise<string>;
  readonly #output: ReadableStream<string>;
  #status: Deno.CommandStatus | undefined;

  /** @param by What runs it, if not Deno. */
  constructor(program: string, args: readonly string[] = [], by: Runner = deno(program, args)) {
    this.#process = new Deno.Command(by.command, {
      args: [...by.args],
      cwd: by.folder,
      env: { NO_COLOR: "1" },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#output = this.#process.stdout.pipeThrough(new TextDecoderStream());
    this.#errors = new Response(this.#process.stderr).text();
    void this.#process.status.then((status) => this.#status = status);
  }

  /** The number of the process. */
  get pid(): number {
    return this.#process.pid;
  }

  /** Does it live? */
  get lives(): boolean {
    return this.#status === undefined;
  }

  /** The first line that it prints, as JSON. */
  async firstLine<T>(): Promise<T> {
    const reader = this.#output.getReader();
    try {
      let text = "";
      while (!text.includes("\n")) {
        const { value, done } = await reader.read();
        if (done) throw new Error(`Cannot go on: the child has ended\n${await this.#errors}`);
        text += value;
      }
      return JSON.parse(text.slice(0, text.indexOf("\n")));
    } finally {
      reader.releaseLock();
    }
  }

  /** All lines that it prints, until it ends by itself. */
  async lines(): Promise<string[]> {
    let text = "";
    for await (const part of this.#output.values({ preventCancel: true })) text += part;
    return text.trimEnd().split("\n");
  }

  /**
   * Ends its input, and waits until it has ended by itself; what it printed as errors.
   *
   * @throws {Error} If it does not end in time, or not well.
   */
  async end(atMost = PATIENCE): Promise<string> {
    await this.#process.stdin.close().catch(() => {}); // it may be gone
    const timer = setTimeout(() => this.kill(), atMost);
    const { code, signal } = await this.#process.status;
    clearTimeout(timer);
    await this.#output.cancel();
    const errors = await this.#errors;
    if (code === 0) return errors;
    throw new Error(`Cannot trust the child: it ended with ${signal ?? code}\n${errors}`);
  }

  /** Ends it at once. */
  kill(): void {
    if (this.lives) this.#process.kill("SIGKILL");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.kill();
    await this.end().catch(() => {}); // it was killed, or is over already
  }
}

/** Deno, which runs a program of this folder. */
export function deno(
  program: string,
  args: readonly string[],
  ...more: readonly string[]
): Runner {
  const flags = ["-A", "--quiet", "--no-check", ...more, ...importMap()];
  return {
    command: Deno.execPath(),
    args: ["run", ...flags, `tests/hostile/${program}`, ...args],
    folder: ROOT,
  };
}

/** The packages that are in force here are in force there, wherever the program lies. */
export function importMap(): string[] {
  const isNpmOnly = import.meta.resolve("@std/assert").startsWith(ROOT.href);
  return isNpmOnly ? [`--import-map=${NPM_ONLY_MAP}`] : ["--config=deno.json"];
}
