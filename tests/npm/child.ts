/** A process that talks by lines, and never outlives the test that started it. */

/** How long it may take for one line, and to end, in ms. */
const PATIENCE = 120_000;

/** A child process whose standard output is read line by line. */
export class Child implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #errors: Promise<string>;

  constructor(
    command: readonly string[],
    options: { readonly cwd?: string; readonly env?: Record<string, string> } = {},
  ) {
    const [program, ...args] = command;
    this.#process = new Deno.Command(program!, {
      args,
      ...options,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#lines = linesOf(this.#process.stdout);
    this.#errors = new Response(this.#process.stderr).text();
  }

  /** The next line that it prints. */
  async line(): Promise<string> {
    const { done, value } = await this.#inTime(this.#lines.next());
    if (!done) return value;
    throw new Error(`The process printed no further line: ${await this.#errors}`);
  }

  /** The rest of its lines, once it has ended by itself. */
  async rest(): Promise<{ code: number; lines: string[]; errors: string }> {
    const lines: string[] = [];
    for (;;) {
      const { done, value } = await this.#inTime(this.#lines.next());
      if (done) break;
      lines.push(value);
    }
    const { code } = await this.#inTime(this.#process.status);
    return { code, lines, errors: await this.#errors };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#process.kill("SIGKILL");
    } catch {
      // it has ended already
    }
    await this.#process.status;
    while (!(await this.#lines.next()).done); // the pipes are the test's to close
    await this.#errors;
  }

  async #inTime<T>(promise: Promise<T>): Promise<T> {
    const timer = setTimeout(() => this.#process.kill("SIGKILL"), PATIENCE);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
    }
  }
}

async function* linesOf(bytes: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of bytes.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
  if (rest !== "") yield rest;
}
