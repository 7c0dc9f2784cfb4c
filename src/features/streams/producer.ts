import { methodOf } from "../../rpc/call_errors.ts";
import { nameAndMessage, toWire } from "../../rpc/remote_error.ts";
import type { FeatureSession } from "../../session/feature.ts";
import { messageOf, sendValue } from "../../session/linked.ts";
import type { Source, SourceIterator, SourceResult } from "./source.ts";
import type { UnderWay } from "./under_way.ts";

/** What producers of one session share. */
export interface ProducerHost {
  readonly session: FeatureSession;
  readonly underWay: UnderWay;
  /** The path of the call whose value is being encoded, for events. */
  method: string;
}

/** A stream that is sent. Reads its source only as far as the consumer has given credit. */
export class Producer {
  readonly #id: number;
  readonly #source: Source;
  readonly #host: ProducerHost;
  readonly #method: string;
  #iterator: SourceIterator | undefined;
  #items = 0;
  #bytes = 0;
  #isReading = false;
  #isOver = false;
  /** Called when it ends. */
  over!: () => void;

  constructor(id: number, source: Source, host: ProducerHost) {
    this.#id = id;
    this.#source = source;
    this.#host = host;
    this.#method = host.method;
  }

  /** Adds credit, and reads as far as it goes. */
  async give(items: number, bytes: number): Promise<void> {
    this.#items += items;
    this.#bytes += bytes;
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      const iterator = this.#iterator ??= this.#source.iterate();
      while (this.#items > 0 && this.#bytes > 0 && !this.#isOver) {
        const result = await iterator.next();
        const sent = this.#host.underWay.send(() => this.#send(result));
        if (sent !== undefined) await sent;
      }
    } catch (error) {
      this.#iterator = {} as SourceIterator; // it has ended, so it isn't asked to
      void this.cancel(error);
    }
    this.#isReading = false;
  }

  /** The consumer reads no more, or `thrown` is sent. Lets the source run its `finally`, once. */
  async cancel(...thrown: [unknown?]): Promise<void> {
    if (this.#isOver) return;
    this.drop();
    if (thrown.length > 0) this.#sendError(thrown[0]);
    try {
      // also if it hasn't started, because a `ReadableStream` must be canceled then
      await (this.#iterator ??= this.#source.iterate()).return?.();
    } catch (error) {
      this.#report(error); // the consumer has ended
    }
  }

  /** Ends without touching the source. */
  drop(): void {
    this.#isOver = true;
    this.over();
  }

  /** Encodes only now, because what the item lends would leak if the stream ended before. */
  #send({ done, value }: SourceResult): number {
    if (this.#isOver) return 0;
    const { session } = this.#host;
    if (done) {
      this.drop();
      session.send(`[9,${this.#id}]`);
      return 0;
    }
    const bytes: Uint8Array[] = [];
    let tail;
    try {
      this.#host.method = this.#method;
      tail = messageOf("", value, "item", session.values, bytes).slice(1);
    } catch (error) {
      void this.cancel(error);
      return 0;
    }
    const size = bytes.reduce((sum, part) => sum + part.length, tail.length - 1);
    this.#items--;
    this.#bytes -= size;
    session.send(`[8,${this.#id},${size}${tail}`, bytes);
    return size;
  }

  /** Sends the name and the message alone if a field can't be encoded. */
  #sendError(error: unknown): void {
    this.#report(error);
    const { session } = this.#host;
    for (const value of [toWire(error, session.settings.exposeErrors), nameAndMessage(error)]) {
      try {
        return sendValue(session, { head: `9,${this.#id},1`, value, what: "error" });
      } catch {
        // a field can't be encoded
      }
    }
  }

  #report(error: unknown): void {
    this.#host.session.report({ type: "thrown", method: methodOf(this.#method), error });
  }
}
