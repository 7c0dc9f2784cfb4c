import { NPM_ONLY_MAP } from "../std_flags.ts";

const ROOT = new URL("../../", import.meta.url);

/** The longest order is a tenth of a million calls, in ms. */
const SAYS_WITHIN = 120_000;

/** A program of this project in a process of its own; the two speak in lines of JSON. */
export class Program implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #lines: ReadableStreamDefaultReader<string>;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #errors: Promise<string>;
  #rest = "";

  /** @param file From the root of the project. */
  constructor(file: string, args: readonly string[] = []) {
    this.#process = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--quiet", "--v8-flags=--expose-gc", ...importMap(), file, ...args],
      cwd: ROOT,
      env: { NO_COLOR: "1" },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#lines = this.#process.stdout.pipeThrough(new TextDecoderStream()).getReader();
    this.#input = this.#process.stdin.getWriter();
    this.#errors = new Response(this.#process.stderr).text();
  }

  /** Bytes of memory that it holds, as the system counts them; 0 where it has no such count. */
  get residentBytes(): number {
    try {
      const status = Deno.readTextFileSync(`/proc/${this.#process.pid}/status`);
      return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1_024;
    } catch {
      return 0;
    }
  }

  /** The next thing that it says; one that says nothing for too long is killed. */
  async hear<T>(): Promise<T> {
    const watchdog = setTimeout(() => this.signal("SIGKILL"), SAYS_WITHIN);
    try {
      while (!this.#rest.includes("\n")) {
        const { value, done } = await this.#lines.read();
        if (done) throw new Error(`Cannot go on: the program has ended\n${await this.#errors}`);
        this.#rest += value;
      }
    } finally {
      clearTimeout(watchdog);
    }
    const end = this.#rest.indexOf("\n");
    const line = this.#rest.slice(0, end);
    this.#rest = this.#rest.slice(end + 1);
    return JSON.parse(line);
  }

  /** Says something, and waits for the answer. */
  async ask<T>(order: unknown): Promise<T> {
    await this.#input.write(new TextEncoder().encode(`${JSON.stringify(order)}\n`));
    return await this.hear();
  }

  /** Sends it a signal. */
  signal(name: Deno.Signal): void {
    try {
      this.#process.kill(name);
    } catch {
      // it has ended already
    }
  }

  /** Waits until it has ended by itself, or ends it after so many ms; what it said last. */
  async end(atMost = 10_000): Promise<{ code: number; signal: string | null; errors: string }> {
    await this.#input.close().catch(() => {}); // it is gone
    const timer = setTimeout(() => this.signal("SIGKILL"), atMost);
    const { code, signal } = await this.#process.status;
    clearTimeout(timer);
    await this.#lines.cancel().catch(() => {}); // likewise
    return { code, signal, errors: await this.#errors };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.signal("SIGKILL");
    await this.end();
  }
}

/** The packages that are in force here are in force there. */
export function importMap(): string[] {
  const isNpmOnly = import.meta.resolve("@std/async/deadline").startsWith(ROOT.href);
  return isNpmOnly ? [`--import-map=${NPM_ONLY_MAP}`] : [];
}

/** In a program: what its parent says, line by line; ends with the parent. */
export async function* orders<T>(): AsyncGenerator<T> {
  let rest = "";
  for await (const part of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + part).split("\n");
    rest = lines.pop()!;
    for (const line of lines) yield JSON.parse(line);
  }
}

/** In a program: says something to its parent. */
export function say(answer: unknown): void {
  console.log(JSON.stringify(answer));
}
