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
    cancel: (): unknown => received.return(),
    async pull(controller: ReadableByteStreamController) {
      try {
        const { done, value } = await received.next();
        if (done) {
          controller.close();
          controller.byobRequest?.respond(0);
        } else if (type !== undefined && (value as Uint8Array).byteLength === 0) {
          await source.pull(controller); // it would throw for empty bytes
        } else controller.enqueue(value as Uint8Array<ArrayBuffer>);
      } catch (error) { // also if the peer sent something else than bytes
        await received.return();
        throw error;
      }
    },
  };
  return new ReadableStream(source as UnderlyingByteSource, { highWaterMark: 0 });
}
