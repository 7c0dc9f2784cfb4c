import { toWire } from "../../src/rpc/remote_error.ts";
import type { FeatureSession } from "../../src/session/feature.ts";
import { sendValue } from "../../src/session/linked.ts";

/** `[8, id, size, item, beside?]`: an item, and how much of the windows it takes. */
export const ITEM = 8;
/** `[9, id]`, or `[9, id, 1, what was thrown, beside?]`: there are no more. */
export const END = 9;

/** So much of all streams together is under way at once: a small call waits behind no more. */
const MOST_UNDER_WAY = 256 * 1_024;

/**
 * What was sent of all streams of a connection and has not arrived. Credit a stream is not enough:
 * many streams would put a window each before the next call.
 */
export class UnderWay {
  #bytes = 0;
  #waiting: (() => void)[] = [];

  /**
   * Sends now, or when there is room again: in the order in which they came.
   *
   * @param send Gives how much was sent; nothing if its stream is over meanwhile.
   */
  send(send: () => number): Promise<void> | undefined {
    if (this.#bytes < MOST_UNDER_WAY) {
      this.#bytes += send();
      return;
    }
    return new Promise((resolve) =>
      this.#waiting.push(() => {
        this.#bytes += send();
        resolve();
      })
    );
  }

  /** So much has arrived. Throws if it was not sent. */
  arrived(bytes: number): void {
    if (bytes > this.#bytes) {
      throw new SyntaxError("Cannot read what has arrived: it is more than was sent");
    }
    this.#bytes -= bytes;
    while (this.#bytes < MOST_UNDER_WAY && this.#waiting.length > 0) this.#waiting.shift()!();
  }

  /** Nothing arrives any more: whoever waits goes on, and finds its stream over. */
  end(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const send of waiting) send();
  }
}

/** What a producer is made of. */
export interface Source {
  readonly session: FeatureSession;
  readonly underWay: UnderWay;
  /** Begins to iterate: at the first credit, not before. */
  readonly iterate: () => AsyncIterator<unknown>;
  /** It has ended. */
  readonly over: () => void;
}

/** A stream that is sent: read only as far as its consumer has asked. */
export class Producer {
  readonly #id: number;
  readonly #source: Source;
  #iterator: AsyncIterator<unknown> | undefined;
  #items = 0;
  #bytes = 0;
  #isReading = false;
  #isOver = false;

  constructor(id: number, source: Source) {
    this.#id = id;
    this.#source = source;
  }

  /** The consumer asks for more. */
  give(items: number, bytes: number): void {
    this.#items += items;
    this.#bytes += bytes;
    if (!this.#isReading) void this.#read();
  }

  /** Nobody reads on: the iterator's `finally` runs, once. */
  async cancel(): Promise<void> {
    if (this.#isOver) return;
    this.#finish();
    try {
      // one that was never begun is returned as well: then its body never runs
      await (this.#iterator ??= this.#source.iterate()).return?.();
    } catch {
      // nobody is there to be told
    }
  }

  async #read(): Promise<void> {
    this.#isReading = true;
    const { underWay } = this.#source;
    try {
      const iterator = this.#iterator ??= this.#source.iterate();
      while (this.#items > 0 && this.#bytes > 0 && !this.#isOver) {
        const { done, value } = await iterator.next();
        if (this.#isOver) return;
        if (done === true) return this.#end(`[${END},${this.#id}]`);
        await underWay.send(() => this.#send(value));
      }
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#isReading = false;
    }
  }

  /** Encodes it only now: what it lends would be lost with a stream that ends before. */
  #send(item: unknown): number {
    if (this.#isOver) return 0;
    const { session } = this.#source;
    let encoded;
    try {
      encoded = session.values!.encode(item, "item");
    } catch (error) {
      void this.cancel(); // the iterator knows nothing of it
      this.#sendError(error);
      return 0;
    }
    const { text = "null", marks, bytes } = encoded;
    const beside = marks === undefined ? "" : `,${JSON.stringify([bytes.length, ...marks])}`;
    const size = bytes.reduce((sum, part) => sum + part.length, text.length + beside.length);
    this.#items--;
    this.#bytes -= size;
    session.send(`[${ITEM},${this.#id},${size},${text}${beside}]`, bytes);
    return size;
  }

  #fail(error: unknown): void {
    if (this.#isOver) return;
    this.#finish();
    this.#sendError(error);
  }

  #sendError(error: unknown): void {
    const { session } = this.#source;
    const head = `${END},${this.#id},1`;
    try {
      sendValue(session, {
        head,
        value: toWire(error, session.settings.exposeErrors),
        what: "error",
      });
    } catch {
      session.send(`[${head},null]`); // what was thrown can't be encoded
    }
  }

  #end(text: string): void {
    this.#finish();
    this.#source.session.send(text);
  }

  #finish(): void {
    this.#isOver = true;
    this.#source.over();
  }
}
