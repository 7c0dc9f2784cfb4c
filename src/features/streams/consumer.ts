import type { FeatureSession } from "../../session/feature.ts";
import { invalid } from "./invalid.ts";

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
  /** The part of the window that the producer has no credit for. At first all of it. */
  #freeItems: number;
  #freeBytes: number;
  #isOver = false;
  /** What is thrown after the items that wait. */
  #thrown: readonly unknown[] = [];
  /** Called when it ends. */
  over!: () => void;

  constructor(id: number, host: ConsumerHost) {
    this.#id = id;
    this.#host = host;
    this.#freeItems = host.window.items;
    this.#freeBytes = host.window.bytes;
  }

  /** Reads the next item. The first call starts the producer. */
  next(reader: object): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ reader, resolve, reject });
      this.#settle();
      this.#giveCredit();
    });
  }

  /** The consumer reads no more: the items that wait are dropped. */
  cancel(...thrown: [unknown?]): void {
    this.#queue = [];
    this.fail(...thrown);
    this.#thrown = thrown;
  }

  /** An item can't be decoded: the stream ends with the error in its place. */
  fail(...thrown: [unknown?]): void {
    if (!this.#isOver) this.#host.session.send(`[11,${this.#id}]`);
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
    if (this.#items <= 0 || this.#bytes <= 0) throw invalid("credit");
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
        this.#freeItems++;
        this.#freeBytes += item.size;
        this.#giveCredit();
      } else if (this.#thrown.length > 0) {
        reject(this.#thrown[0]);
        this.#thrown = [];
      } else resolve({ done: true, value: undefined });
    }
  }

  /** Gives credit when half of the window is free, so that the producer doesn't have to wait. */
  #giveCredit(): void {
    const { session, window } = this.#host;
    const items = this.#freeItems, bytes = this.#freeBytes;
    if (this.#isOver || (items < window.items / 2 && bytes < window.bytes / 2)) return;
    this.#freeItems = this.#freeBytes = 0;
    this.#items += items;
    this.#bytes += bytes;
    session.send(`[10,${this.#id},${items},${bytes}]`);
  }
}
