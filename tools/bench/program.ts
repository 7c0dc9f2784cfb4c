import { type Bench, linesOf, type Runtime } from "./processes.ts";

/** Where a program runs. */
export interface Where {
  readonly runtime: Runtime;
  /** `undefined` leaves it to the system. */
  readonly core: number | undefined;
}

/** A program of the benchmark in a process of its own, which answers each line with a line. */
export class Program<Order> implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #lines: AsyncGenerator<string>;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;

  private constructor(process: Deno.ChildProcess) {
    this.#process = process;
    this.#lines = linesOf(process);
    this.#input = process.stdin.getWriter();
  }

  static async start<Order>(
    bench: Bench,
    [file, plan]: readonly [file: string, plan: unknown],
    where: Where,
  ): Promise<Program<Order>> {
    return new Program(await bench.start(file, [JSON.stringify(plan)], where));
  }

  async ask<Answer>(order: Order): Promise<Answer> {
    await this.#input.write(new TextEncoder().encode(`${JSON.stringify(order)}\n`));
    return await this.next();
  }

  /** What it says next. What a package prints of its own is passed over. */
  async next<Answer>(): Promise<Answer> {
    for (let i = 0; i < 1_000; i++) {
      const { value, done } = await this.#lines.next();
      if (done === true) break;
      if (value.startsWith("{")) return JSON.parse(value);
    }
    throw new Error("Cannot measure: a process has ended");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#input.close().catch(() => {}); // it may have ended
    await this.#lines.return(undefined);
    await this.#process.status;
  }
}
