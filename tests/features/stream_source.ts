/** What both ends offer: it counts what it produces, and how often a `finally` runs. */
export class StreamSource {
  produced = 0;
  finished = 0;

  async *count(count: number): AsyncGenerator<number> {
    try {
      for (let i = 0; i < count; i++) {
        this.produced++;
        yield i;
      }
    } finally {
      this.finished++;
    }
  }

  async *fails(error: unknown): AsyncGenerator<number> {
    yield 1;
    yield 2;
    throw error ?? new RangeError("in the middle");
  }

  async *bad(): AsyncGenerator<unknown> {
    try {
      yield 1;
      yield Object(1); // it can't be encoded
    } finally {
      this.finished++;
    }
  }

  readable(count: number): ReadableStream<Uint8Array> {
    return new ReadableStream({
      start(controller) {
        for (let i = 0; i < count; i++) controller.enqueue(new Uint8Array([i]));
        controller.close();
      },
      cancel: () => void this.finished++,
    });
  }

  async *chunks(count: number, size: number): AsyncGenerator<Uint8Array> {
    for (let i = 0; i < count; i++) yield new Uint8Array(size).fill(i);
  }

  async *rows(count: number): AsyncGenerator<unknown> {
    for (let id = 0; id < count; id++) yield { id, name: `row ${id}` };
  }

  nested(): unknown {
    return { rows: this.count(3), at: new Date(1) };
  }

  async *streams(): AsyncGenerator<unknown> {
    for (let i = 1; i < 4; i++) yield this.count(i);
  }

  async *functions(): AsyncGenerator<unknown> {
    for (let i = 0; i < 3; i++) yield (x: number) => x + i;
  }

  async sum(list: AsyncIterable<number>): Promise<number> {
    let sum = 0;
    for await (const item of list) sum += item;
    return sum;
  }

  async first(list: AsyncIterable<number>): Promise<number | undefined> {
    for await (const item of list) return item;
  }

  async sizeOf(list: AsyncIterable<Uint8Array>): Promise<number> {
    let size = 0;
    for await (const item of list) size += item.length;
    return size;
  }

  ignore(_list: unknown): void {}

  plus(a: number, b: number): number {
    return a + b;
  }
}
