import { LONGEST_TIMER } from "../../src/deadline.ts";
import { overdue } from "../../src/rpc/call_errors.ts";
import type { MadeCall } from "../../src/rpc/pending_calls.ts";
import type { FeatureSession } from "../../src/session/feature.ts";

/** `[10, id, items, bytes]`: the producer may send so much more. */
export const CREDIT = 10;
/** `[11, id]`: nobody reads on. */
export const CANCEL = 11;

/** How much a consumer asks for ahead. */
export interface Window {
  readonly items: number;
  readonly bytes: number;
}

/** What a consumer is made of. */
export interface Sink {
  readonly session: FeatureSession;
  readonly window: Window;
  /** It has ended. */
  readonly over: () => void;
}

type Result = IteratorResult<unknown, undefined>;

const DONE: Result = { done: true, value: undefined };

/** Taken items at the queue's head are dropped when there are so many. */
const MOST_TAKEN = 512;

/** A stream that arrives. Apart from what the program holds, which the collector may take. */
export class Consumer {
  readonly #id: number;
  readonly #sink: Sink;
  #queue: { readonly value: unknown; readonly size: number }[] = [];
  #next = 0;
  readonly #waiting: { resolve(result: Result): void; reject(error: unknown): void }[] = [];
  /** Asked for, and not here yet. */
  #items = 0;
  #bytes = 0;
  /** Taken since more was asked for. */
  #takenItems = 0;
  #takenBytes = 0;
  #hasAsked = false;
  #end: { readonly isError: boolean; readonly error?: unknown } | undefined;
  #unlimit: (() => void) | undefined;

  constructor(id: number, sink: Sink) {
    this.#id = id;
    this.#sink = sink;
  }

  /** The signal and the deadline of the call that returned it end it as well. */
  limit({ path, terms, due }: MadeCall): void {
    const signals = terms?.signals ?? [];
    const abort = (event: Event): void => this.#giveUp((event.target as AbortSignal).reason);
    for (const signal of signals) signal.addEventListener("abort", abort);
    const left = Math.max(0, due - Date.now());
    const timer = left > LONGEST_TIMER
      ? undefined
      : setTimeout(() => this.#giveUp(overdue("wait any longer for", path)), left);
    this.#unlimit = () => {
      for (const signal of signals) signal.removeEventListener("abort", abort);
      clearTimeout(timer);
    };
  }

  /** The next item. The first one is what the producer is asked for anything at all. */
  next(): Promise<Result> {
    if (this.#next < this.#queue.length) {
      const { value, size } = this.#queue[this.#next++]!;
      if (this.#next > MOST_TAKEN) {
        this.#queue.splice(0, this.#next);
        this.#next = 0;
      }
      this.#taken(size);
      return Promise.resolve({ done: false, value });
    }
    if (this.#end !== undefined) {
      const { isError, error } = this.#end;
      this.#end = { isError: false };
      return isError ? Promise.reject(error) : Promise.resolve(DONE);
    }
    this.#ask();
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  /** Nobody reads on. */
  return(): Promise<Result> {
    this.#cancel();
    this.end(false);
    return Promise.resolve(DONE);
  }

  /** An item came in. Throws if it was not asked for. */
  push(value: unknown, size: number): void {
    if (this.#items <= 0 || this.#bytes <= 0) {
      throw new SyntaxError("Cannot read an item: it was not asked for");
    }
    this.#items--;
    this.#bytes -= size;
    const first = this.#waiting.shift();
    if (first === undefined) return void this.#queue.push({ value, size });
    this.#taken(size);
    first.resolve({ done: false, value });
  }

  /** There are no more items, or this is what was thrown. */
  end(isError: boolean, error?: unknown): void {
    if (this.#end !== undefined) return;
    const [first, ...others] = this.#waiting.splice(0);
    this.#end = { isError: isError && first === undefined, error };
    this.#unlimit?.();
    this.#sink.over();
    if (isError) first?.reject(error);
    else first?.resolve(DONE);
    for (const other of others) other.resolve(DONE);
  }

  /** Its call's signal or deadline ends it: what waits here is dropped. */
  #giveUp(error: unknown): void {
    this.#cancel();
    this.end(true, error);
  }

  /** An item could not be made: the stream ends with that at its place. */
  fail(error: unknown): void {
    if (this.#end === undefined) this.#sink.session.send(`[${CANCEL},${this.#id}]`);
    this.end(true, error);
  }

  #cancel(): void {
    this.#queue = [];
    this.#next = 0;
    if (this.#end === undefined) this.#sink.session.send(`[${CANCEL},${this.#id}]`);
  }

  #ask(): void {
    if (this.#hasAsked) return;
    this.#hasAsked = true;
    const { items, bytes } = this.#sink.window;
    this.#give(items, bytes);
  }

  /** More is asked for when half of the window was taken: the wire stays full. */
  #taken(size: number): void {
    this.#takenItems++;
    this.#takenBytes += size;
    const { items, bytes } = this.#sink.window;
    const isHalf = this.#takenItems >= items / 2 || this.#takenBytes >= bytes / 2;
    if (this.#end !== undefined || !isHalf) return;
    this.#give(this.#takenItems, this.#takenBytes);
    this.#takenItems = this.#takenBytes = 0;
  }

  #give(items: number, bytes: number): void {
    this.#items += items;
    this.#bytes += bytes;
    this.#sink.session.send(`[${CREDIT},${this.#id},${items},${bytes}]`);
  }
}

/** What the program gets. */
export class Received implements AsyncIterableIterator<unknown, undefined> {
  readonly #consumer: Consumer;

  constructor(consumer: Consumer) {
    this.#consumer = consumer;
  }

  next(): Promise<Result> {
    return this.#consumer.next();
  }

  return(): Promise<Result> {
    return this.#consumer.return();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#consumer.return();
  }
}

/** The same, where a `ReadableStream` was sent. */
export function readableOf(received: Received): ReadableStream {
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await received.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
    cancel: () => void received.return(),
  }, { highWaterMark: 0 }); // it asks for nothing before it is read
}
