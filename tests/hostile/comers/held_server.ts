import { assertEquals } from "@std/assert";
import { lineStream } from "../../contract/lines.ts";
import type { Counted } from "./counted.ts";

/** What a server holds. */
export interface Held {
  readonly timers: number;
  readonly listened: number;
  readonly acceptors: number;
  readonly sockets: number;
}

/** A server in a process of its own. */
export class HeldServer implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #errors: Promise<string>;
  /** Where it listens. */
  port = 0;

  constructor([command, ...args]: readonly string[], cwd: string) {
    this.#process = new Deno.Command(command!, {
      args,
      cwd,
      env: { NO_COLOR: "1" },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#lines = this.#process.stdout
      .pipeThrough(new TextDecoderStream()).pipeThrough(lineStream())[Symbol.asyncIterator]();
    this.#input = this.#process.stdin.getWriter();
    this.#errors = new Response(this.#process.stderr).text();
  }

  /** Waits until it listens. */
  async start(): Promise<void> {
    this.port = (await this.#line<{ port: number }>()).port;
  }

  /** What it holds now, without the socket that Deno itself keeps for each reset upgrade. */
  async held(): Promise<Held> {
    await this.#input.write(new TextEncoder().encode("?\n"));
    const { timers, listened, acceptors, unopened } = await this.#line<Held & Counted>();
    const sockets = await socketsOf(this.#process.pid) - unopened;
    return { timers, listened, acceptors, sockets };
  }

  /** Closes it; what it printed as errors. */
  async stop(): Promise<string> {
    await this.#input.close();
    assertEquals(await this.#line(), "closed");
    const { code } = await this.#process.status;
    return code === 0 ? await this.#errors : `ended with ${code}: ${await this.#errors}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#process.kill("SIGKILL");
    } catch {
      // it has ended
    }
    await this.#process.status;
    await this.#input.close().catch(() => {});
    while (!(await this.#lines.next()).done);
    await this.#errors;
  }

  async #line<T>(): Promise<T> {
    const { done, value } = await this.#lines.next();
    if (done) throw new Error(`Cannot go on: the server has ended\n${await this.#errors}`);
    return JSON.parse(value);
  }
}

/** How many sockets a process holds, as Linux tells. */
async function socketsOf(pid: number): Promise<number> {
  let count = 0;
  for await (const { name } of Deno.readDir(`/proc/${pid}/fd`)) {
    const to = await Deno.readLink(`/proc/${pid}/fd/${name}`).catch(() => ""); // closed meanwhile
    if (to.startsWith("socket:")) count++;
  }
  return count;
}
