import type { Consumer, Result } from "./consumer.ts";

/** What the program gets for an async iterable. */
export class Received implements AsyncIterableIterator<unknown, undefined> {
  readonly #consumer: Consumer;

  constructor(consumer: Consumer) {
    this.#consumer = consumer;
  }

  next(): Promise<Result> {
    return this.#consumer.next(this);
  }

  return(): Promise<Result> {
    this.#consumer.cancel();
    return this.next();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }
}

/** What the program gets for a `ReadableStream`. Asks for nothing before it is read. */
export function readableOf(received: Received, type: "bytes" | undefined): ReadableStream {
  const source = {
    type,
    async pull(controller: ReadableByteStreamController) {
      const { done, value } = await received.next();
      if (done !== true) return enqueue(controller, value as Uint8Array<ArrayBuffer>);
      controller.close();
      controller.byobRequest?.respond(0);
    },
    cancel: () => void received.return(),
  };
  function enqueue(
    controller: ReadableByteStreamController,
    chunk: Uint8Array<ArrayBuffer>,
  ): void | Promise<void> {
    if (type !== undefined && chunk?.byteLength === 0) return source.pull(controller); // it would throw
    try {
      controller.enqueue(chunk);
    } catch (error) { // the peer sent something else than bytes
      void received.return();
      throw error;
    }
  }
  return new ReadableStream(source as UnderlyingByteSource, { highWaterMark: 0 });
}
