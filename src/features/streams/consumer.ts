import type { FeatureSession } from "../../session/feature.ts";
import { FrameError } from "../../session/parse_json.ts";

/** `[10, id, items, bytes]`: the producer may send this much more. */
export const CREDIT = 10;
/** `[11, id]`: nobody reads on. */
export const CANCEL = 11;

/** How far a producer can be ahead of its consumer. */
export interface Window {
  readonly items: number;
  readonly bytes: number;
}

/** What consumers of one session share. */
export interface ConsumerHost {
  readonly session: FeatureSession;
  readonly window: Window;
}

export type Result = IteratorResult<unknown, undefined>;

interface Item {
  readonly value: unknown;
  readonly size: number;
}

interface Waiting {
  /** Keeps what the program reads from the collector while it waits. */
  readonly reader: object;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

/** A stream that arrives. Doesn't hold what the program reads, which the collector watches. */
export class Consumer {
  readonly #id: number;
  readonly #host: ConsumerHost;
  #queue: Item[] = [];
  readonly #waiting: Waiting[] = [];
  /** The credit that the producer has left. */
  #items = 0;
  #bytes = 0;
  /** What was read since the last credit. */
  #readItems = 0;
  #readBytes = 0;
  #hasStarted = false;
  #isOver = false;
  /** What is thrown after the items that wait. */
  #thrown: readonly unknown[] = [];
  /** Called when it ends. */
  over = (): void => {};

  constructor(id: number, host: ConsumerHost) {
    this.#id = id;
    this.#host = host;
  }

  /** Reads the next item. The first call starts the producer. */
  next(reader: object): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ reader, resolve, reject });
      this.#settle();
      if (this.#hasStarted || this.#isOver) return;
      this.#hasStarted = true;
      const { items, bytes } = this.#host.window;
      this.#give(items, bytes);
    });
  }

  /** Nobody reads on: the items that wait are dropped. */
  cancel(...thrown: [unknown?]): void {
    this.#queue = [];
    this.fail(...thrown);
    this.#thrown = thrown;
  }

  /** An item can't be decoded: the stream ends with the error in its place. */
  fail(...thrown: [unknown?]): void {
    if (!this.#isOver) this.#host.session.send(`[${CANCEL},${this.#id}]`);
    this.end(...thrown);
  }

  /** No more items arrive. */
  end(...thrown: [unknown?]): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#thrown = thrown;
    this.over();
    this.#settle();
  }

  /** An item arrived. Throws if the producer had no credit for it. */
  push(value: unknown, size: number): void {
    if (this.#items <= 0 || this.#bytes <= 0) {
      throw new FrameError("Cannot read an item: the stream has no credit");
    }
    this.#items--;
    this.#bytes -= size;
    this.#queue.push({ value, size });
    this.#settle();
  }

  #settle(): void {
    while (this.#waiting.length > 0 && (this.#queue.length > 0 || this.#isOver)) {
      const { resolve, reject } = this.#waiting.shift()!;
      const item = this.#queue.shift();
      if (item !== undefined) {
        resolve({ done: false, value: item.value });
        this.#read(item.size);
      } else if (this.#thrown.length > 0) {
        reject(this.#thrown[0]);
        this.#thrown = [];
      } else resolve({ done: true, value: undefined });
    }
  }

  /** Gives credit when half of the window was read, so that the producer doesn't have to wait. */
  #read(size: number): void {
    this.#readItems++;
    this.#readBytes += size;
    const { items, bytes } = this.#host.window;
    if (this.#isOver || (this.#readItems < items / 2 && this.#readBytes < bytes / 2)) return;
    this.#give(this.#readItems, this.#readBytes);
    this.#readItems = this.#readBytes = 0;
  }

  #give(items: number, bytes: number): void {
    this.#items += items;
    this.#bytes += bytes;
    this.#host.session.send(`[${CREDIT},${this.#id},${items},${bytes}]`);
  }
}
