import { type Bench, linesOf, nextJson, type Runtime } from "./processes.ts";

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

  /** What it says next. */
  async next<Answer>(): Promise<Answer> {
    return await nextJson(this.#lines) as Answer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#input.close().catch(() => {}); // it may have ended
    await this.#lines.return(undefined);
    await this.#process.status;
  }
}
