import { endError } from "../../src/errors.ts";
import type { MadeCall } from "../../src/rpc/pending_calls.ts";
import { fromWire } from "../../src/rpc/remote_error.ts";
import {
  BrokenValue,
  type FeatureSession,
  type MarkTypes,
  type MessageKind,
  type PluggedFeature,
  type SessionHooks,
  stateOf,
} from "../../src/session/feature.ts";
import { CANCEL, Consumer, CREDIT, readableOf, Received, type Window } from "./stream_consumer.ts";
import { END, ITEM, Producer, UnderWay } from "./stream_producer.ts";

/*
 * Async iterables and readable streams. A mark `[path, "a", id]` stands for one of the sender's,
 * `"w"` for a `ReadableStream`; ids are the producer's, and grow. The producer sends no more than its
 * consumer has asked for, and no more of all streams than may be under way.
 */

/** `[12, bytes]`: so much of all streams has come in. Said on arrival: a reader that stops blocks no other. */
const ARRIVED = 12;
const ARRIVED_EVERY = 64 * 1_024;

/** Streams of one connection, each way. */
const MOST = 1_024;

/** What `streams` takes: how much a consumer asks for ahead. */
export interface StreamOptions {
  readonly items?: number;
  readonly bytes?: number;
}

/** Async iterables travel, for the option `use` of both ends, beside `structured`. */
export function streams({ items = 64, bytes = 2 ** 20 }: StreamOptions = {}): PluggedFeature {
  return {
    name: "streams",
    needs: ["structured"],
    kinds: KINDS,
    begin: (session, isAgreed) =>
      isAgreed ? new Streaming(session, { items, bytes }).hooks : { marks: REFUSING },
  };
}

const KINDS: Record<number, MessageKind> = {
  [ITEM]: {
    value: 3,
    take: ([, id, size, value], session) =>
      stateOf(session, Streaming).item(id, countOf(size), value),
  },
  [END]: {
    value: 3,
    take: ([, id, isError, error], session) =>
      stateOf(session, Streaming).consumerOf(id)?.end(isError === 1, fromWire(causeOf(error))),
  },
  [CREDIT]: {
    take: ([, id, items, bytes], session) =>
      stateOf(session, Streaming).producers.get(id as number)?.give(countOf(items), countOf(bytes)),
  },
  [CANCEL]: {
    take: ([, id], session) =>
      void stateOf(session, Streaming).producers.get(id as number)?.cancel(),
  },
  [ARRIVED]: {
    take: ([, bytes], session) => stateOf(session, Streaming).underWay.arrived(countOf(bytes)),
  },
};

/** For an end that does not use them. */
const REFUSING: MarkTypes = {
  types: [],
  encode: (value, refuse) =>
    iterateOf(value) === undefined
      ? undefined
      : refuse("the other end does not use streams: give it `use: [structured, streams()]`"),
  decode: () => undefined, // there are no types
};

/** The streams of one session, both ways. */
export class Streaming {
  readonly session: FeatureSession;
  readonly producers = new Map<number, Producer>();
  readonly underWay = new UnderWay();
  readonly #window: Window;
  readonly #consumers = new Map<number, Consumer>();
  #lastId = 0;
  #lastTheirs = 0;
  #arrived = 0;
  /** Those that the value which is being encoded, or decoded, has begun. */
  #encoding: number[] = [];
  #decoding: Consumer[] = [];
  /** Calls with a signal or a deadline that have not returned. */
  readonly #limited = new Map<number, MadeCall>();
  readonly #collected = new FinalizationRegistry<Consumer>((consumer) => void consumer.return());

  constructor(session: FeatureSession, window: Window) {
    this.session = session;
    this.#window = window;
  }

  get hooks(): SessionHooks {
    return {
      state: this,
      marks: {
        types: ["a", "w"],
        encode: (value, refuse) => this.#produce(value, refuse),
        encoded: (isSent) => this.#encoded(isSent),
        decode: ([type, id], message) => this.#receive(type, id, message),
        decoded: (isTaken) => this.#decoded(isTaken),
      },
      calls: {
        made: (call) => {
          const isLimited = call.due !== Infinity || (call.terms?.signals.length ?? 0) > 0;
          if (isLimited) this.#limited.set(call.uid, call);
        },
        settled: ({ uid }) => void this.#limited.delete(uid),
        promised: (promise) => Object.assign(promise, { [Symbol.asyncIterator]: iterate }),
      },
      ended: (ending) => {
        for (const producer of [...this.producers.values()]) void producer.cancel();
        this.underWay.end();
        const consumers = [...this.#consumers.values()];
        if (consumers.length === 0) return; // an error costs its stack
        const error = endError(ending);
        for (const consumer of consumers) consumer.end(true, error);
      },
    };
  }

  /** How many have not ended. */
  get size(): { readonly producers: number; readonly consumers: number } {
    return { producers: this.producers.size, consumers: this.#consumers.size };
  }

  // what is sent

  #produce(value: object, refuse: (why: string) => never): readonly [string, number] | undefined {
    const iterate = iterateOf(value);
    if (iterate === undefined) return undefined;
    if (this.producers.size >= MOST) refuse("there are too many streams");
    const { session, underWay, producers } = this;
    const id = ++this.#lastId;
    const over = (): void => void producers.delete(id);
    producers.set(id, new Producer(id, { session, underWay, iterate, over }));
    this.#encoding.push(id);
    return [isReadable(value) ? "w" : "a", id];
  }

  #encoded(isSent: boolean): void {
    if (this.#encoding.length === 0) return;
    if (!isSent) { for (const id of this.#encoding) this.producers.delete(id); }
    this.#encoding = [];
  }

  // what arrives

  #receive(type: unknown, id: unknown, message: readonly unknown[]): unknown {
    if (!Number.isSafeInteger(id) || id as number <= this.#lastTheirs) {
      throw new TypeError("Cannot read a stream: its id is not new");
    }
    this.#lastTheirs = id as number;
    if (this.#consumers.size >= MOST) {
      queueMicrotask(() => this.session.fail(1008, "Too many streams"));
      throw new TypeError("Cannot read a stream: there are too many");
    }
    const { session } = this;
    const over = (): void => void this.#consumers.delete(id as number);
    const consumer = new Consumer(id as number, { session, window: this.#window, over });
    this.#consumers.set(id as number, consumer);
    this.#decoding.push(consumer);
    const [kind, uid] = message;
    const call = kind === 1 ? this.#limited.get(uid as number) : undefined;
    if (call !== undefined) consumer.limit(call);
    const received = new Received(consumer);
    this.#collected.register(received, consumer);
    return type === "a" ? received : readableOf(received);
  }

  /** A message that is refused ends what it has brought: nobody was handed it. */
  #decoded(isTaken: boolean): void {
    if (this.#decoding.length === 0) return;
    const decoding = this.#decoding;
    this.#decoding = [];
    if (!isTaken) { for (const consumer of decoding) void consumer.return(); }
  }

  /** An item came in. */
  item(id: unknown, size: number, value: unknown): void {
    this.#arrived += size;
    if (this.#arrived >= ARRIVED_EVERY) {
      this.session.send(`[${ARRIVED},${this.#arrived}]`);
      this.#arrived = 0;
    }
    const consumer = this.consumerOf(id);
    if (value instanceof BrokenValue) consumer?.fail(value.cause);
    else consumer?.push(value, size);
  }

  /** `undefined` for a stream that has ended here. Throws for one that never was. */
  consumerOf(id: unknown): Consumer | undefined {
    const consumer = this.#consumers.get(id as number);
    if (consumer === undefined && !(id as number <= this.#lastTheirs)) {
      throw new SyntaxError("Cannot read an item: its stream was never begun");
    }
    return consumer;
  }
}

/** `for await (const row of driver.rows())`: the promise of an iterable is one itself. */
async function* iterate(this: Promise<AsyncIterable<unknown>>): AsyncGenerator<unknown> {
  yield* await this;
}

function countOf(value: unknown): number {
  if (Number.isSafeInteger(value) && value as number >= 0) return value as number;
  throw new SyntaxError("Cannot read a message of a stream: a count is no whole number");
}

function causeOf(error: unknown): unknown {
  return error instanceof BrokenValue ? error.cause : error;
}

function isReadable(value: object): value is ReadableStream {
  return typeof ReadableStream !== "undefined" && value instanceof ReadableStream;
}

/** How to iterate over it; `undefined` for what is no stream. */
function iterateOf(value: object): (() => AsyncIterator<unknown>) | undefined {
  if (typeof value !== "object") return undefined; // of a driver's function any member is a function
  if (isReadable(value)) return () => readerOf(value);
  const iterate = (value as Partial<AsyncIterable<unknown>>)[Symbol.asyncIterator];
  return typeof iterate === "function" ? () => iterate.call(value) : undefined;
}

function readerOf(stream: ReadableStream): AsyncIterator<unknown> {
  const reader = stream.getReader();
  return {
    next: () => reader.read() as Promise<IteratorResult<unknown>>,
    async return() {
      await reader.cancel();
      return { done: true, value: undefined };
    },
  };
}
