import { endError } from "../../errors.ts";
import { queueMicrotask } from "../../global_scope.ts";
import { type MadeCall, PendingCalls } from "../../rpc/pending_calls.ts";
import { fromWire } from "../../rpc/remote_error.ts";
import type { ServedCall, Weight } from "../../rpc/served_call.ts";
import { Brought } from "../../session/brought.ts";
import {
  BrokenValue,
  type FeatureSession,
  type MarkTypes,
  type SessionHooks,
} from "../../session/feature.ts";
import type { Ending } from "../../session/link.ts";
import { Consumer, type ConsumerHost, type Window } from "./consumer.ts";
import { Producer, type ProducerHost } from "./producer.ts";
import { invalid, isCount } from "./invalid.ts";
import { iterable } from "./promised.ts";
import { readableOf, Received } from "./received.ts";
import { sourceOf } from "./source.ts";
import { REPORTED, UnderWay } from "./under_way.ts";
import { cancelUnsent } from "./unsent_results.ts";

/** How much longer the frame of an item can be than its size. */
const AROUND = 200;

/** The streams of one session, in both directions, and its hooks. */
export class Streaming extends Brought<Consumer>
  implements SessionHooks, MarkTypes, ProducerHost, ConsumerHost {
  readonly state = this;
  readonly marks = this;
  readonly calls = this;
  readonly types: readonly string[] = ["a", "w", "y"];
  readonly promised = iterable;
  readonly underWay: UnderWay;
  readonly window: Window;
  readonly producers = new Map<number, Producer>();
  readonly consumers = new Map<number, Consumer>();
  method = "";
  #lastId = 0;
  /** The highest id received. Calls that wait are decoded late, so that ids may come out of order. */
  #lastReceived = 0;
  /** Bytes that arrived since the last report. */
  #arrived = 0;
  /** In the value that is being encoded. */
  readonly #sending: Producer[] = [];
  /** What is called on them if it isn't sent. The sources of a result are canceled. */
  unsent: "drop" | "cancel" = "drop";
  /** Streams that end with the signals and the deadlines of their calls, like the calls. */
  readonly #bounded = new PendingCalls({ gaveUp() {} });
  #lastBounded = 0;
  readonly #collected = new FinalizationRegistry<Consumer>((consumer) => consumer.cancel());

  constructor(session: FeatureSession, windows: Window & { readonly underWay: number }) {
    super(session, (consumer) => consumer.cancel());
    this.window = windows;
    this.underWay = new UnderWay(windows.underWay);
  }

  made({ path }: { readonly path: string }): void {
    this.method = path;
  }

  served(call: ServedCall, result: unknown): void {
    this.made(call);
    cancelUnsent(this, call, result);
  }

  ended(ending: Ending): void {
    for (const producer of this.producers.values()) void producer.cancel();
    this.underWay.end();
    let error: Error | undefined; // creating one is slow
    for (const consumer of this.consumers.values()) consumer.end(error ??= endError(ending));
  }

  // the methods of MarkTypes, except those of Brought

  encode(
    value: object,
    refuse: (why: string) => never,
    call: MadeCall | undefined,
  ): readonly [string, number] | undefined {
    const source = sourceOf(value);
    if (source === undefined) return undefined;
    if (this.producers.size >= this.session.settings.limits.streams) {
      refuse("too many streams are running");
    }
    const id = ++this.#lastId;
    const producer = new Producer(id, source, this);
    this.#add(this.producers, id, producer, call);
    this.#sending.push(producer);
    return [source.type, id];
  }

  encoded(isSent: boolean): void {
    for (const producer of this.#sending.splice(0)) if (!isSent) void producer[this.unsent]();
  }

  decode([type, id]: readonly unknown[], message: readonly unknown[]): object {
    const { session, consumers } = this;
    if (!isCount(id, 1) || consumers.has(id)) throw invalid("id");
    this.#lastReceived = Math.max(this.#lastReceived, id);
    if (consumers.size >= session.settings.limits.streams) {
      queueMicrotask(() => session.broke("streams", 1008, "Too many streams"));
      throw invalid("count");
    }
    const consumer = new Consumer(id, this);
    const [kind, uid] = message;
    const call = kind === 1 || kind === 2 ? session.rpc.pending.get(uid) : undefined;
    this.#add(consumers, id, consumer, call);
    this.add(consumer, message);
    const received = new Received(consumer);
    this.#collected.register(received, consumer);
    return type === "a" ? received : readableOf(received, type === "y" ? "bytes" : undefined);
  }

  #add<T extends Producer | Consumer>(
    table: Map<number, T>,
    id: number,
    stream: T,
    call: MadeCall | undefined,
  ): void {
    const bounded = this.#bounded, uid = ++this.#lastBounded;
    table.set(id, stream);
    stream.over = () => {
      table.delete(id);
      bounded.take(uid);
      if (bounded.size === 0) bounded.clear();
    };
    if (call?.terms === undefined) return;
    bounded.add({
      ...call,
      uid,
      args: [],
      isQuiet: false,
      reject: (reason) => void stream.cancel(reason),
    });
  }

  // the messages

  take([kind, id, size, value]: readonly unknown[], weight: Weight | undefined): void {
    if (kind === 12) return this.underWay.arrived(countOf(id));
    const producer = this.producers.get(id as number);
    if (kind === 10) return void producer?.give(countOf(size), countOf(value));
    if (kind === 11) return void producer?.cancel();
    // `undefined` if the stream has ended on this side
    const consumer = this.consumers.get(id as number);
    if (!(id as number <= this.#lastReceived)) throw invalid("id");
    const isBroken = value instanceof BrokenValue;
    if (kind === 8) {
      this.#count(countOf(size), weight);
      if (isBroken) consumer?.fail(value.cause);
      else consumer?.push(value, size as number);
    } else if (size !== 1) consumer?.end();
    else consumer?.end(isBroken ? value.cause : fromWire(value));
  }

  /** An item arrived. `weight` is that of a long frame, which contains only this item. */
  #count(size: number, weight: Weight | undefined): void {
    if (weight !== undefined && size + AROUND < weight.size) throw invalid("size");
    this.#arrived += size;
    if (this.#arrived < REPORTED) return;
    this.session.send(`[12,${this.#arrived}]`);
    this.#arrived = 0;
  }
}

function countOf(value: unknown): number {
  if (isCount(value, 0)) return value;
  throw invalid("count");
}
