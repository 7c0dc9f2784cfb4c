import { Communicator, type Invoke } from "../../mod.ts";

/** Calls over a pipe of JSON text: nothing but text passes from one end to the other. */
export class JsonPipe<P extends object | null, R extends object | null> extends Communicator<P, R> {
  #writer: WritableStreamDefaultWriter<string> | undefined;

  constructor(provider: P) {
    super(provider);
  }

  /** Begins to read and to write; the end of what comes in is the end of the connection. */
  start(readable: ReadableStream<string>, writable: WritableStream<string>): void {
    this.#writer = writable.getWriter();
    void this.#read(readable);
  }

  /** Ends what goes out, so that the other end ends too. */
  async stop(): Promise<void> {
    const writer = this.#writer;
    this.#writer = undefined;
    await writer?.close();
    await this.destructor();
  }

  protected inspectReady(method: string): Error | null {
    return this.#writer ? null : new Error(`Cannot do "${method}": the pipe is not open`);
  }

  protected sendData(invoke: Invoke): Promise<void> {
    return this.#writer!.write(JSON.stringify(invoke));
  }

  async #read(readable: ReadableStream<string>): Promise<void> {
    for await (const text of readable) this.replyData(JSON.parse(text));
    await this.stop();
  }
}

/** Ties two ends together. */
export function tie<A extends object | null, B extends object | null>(
  one: JsonPipe<A, B>,
  other: JsonPipe<B, A>,
): void {
  const there = new TransformStream<string, string>();
  const back = new TransformStream<string, string>();
  one.start(back.readable, there.writable);
  other.start(there.readable, back.writable);
}
