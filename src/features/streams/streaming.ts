import { endError } from "../../errors.ts";
import { queueMicrotask } from "../../global_scope.ts";
import type { MadeCall } from "../../rpc/pending_calls.ts";
import { Brought } from "../../session/brought.ts";
import { BrokenValue, type FeatureSession, type SessionHooks } from "../../session/feature.ts";
import type { Ending } from "../../session/link.ts";
import { FrameError } from "../../session/parse_json.ts";
import { toldLimit } from "../../session/told_limit.ts";
import { CallBounds } from "./call_bounds.ts";
import { Consumer, type ConsumerHost, type Window } from "./consumer.ts";
import { Producer, type ProducerHost } from "./producer.ts";
import { iterable } from "./promised.ts";
import { readableOf, Received } from "./received.ts";
import { sourceOf } from "./source.ts";
import { ARRIVED, REPORTED, UnderWay } from "./under_way.ts";

export interface StreamingOptions extends Window {
  readonly underWay: number;
  /** How many streams the peer can receive. */
  readonly most: number;
}

/** The streams of one session, in both directions. */
export class Streaming implements ProducerHost, ConsumerHost {
  readonly session: FeatureSession;
  readonly underWay: UnderWay;
  readonly window: Window;
  readonly producers = new Map<number, Producer>();
  readonly consumers = new Map<number, Consumer>();
  method = "";
  readonly #most: number;
  #lastId = 0;
  #lastReceived = 0;
  /** Bytes that arrived since the last report. */
  #arrived = 0;
  /** In the value that is being encoded. */
  #sending: Producer[] = [];
  readonly #brought = new Brought<Consumer>((consumer) => consumer.cancel());
  readonly #bounds = new CallBounds();
  /** Pending calls with options, by uid. */
  readonly #bounded = new Map<unknown, MadeCall>();
  readonly #collected = new FinalizationRegistry<Consumer>((consumer) => consumer.cancel());

  constructor(session: FeatureSession, options: StreamingOptions) {
    this.session = session;
    this.window = options;
    this.underWay = new UnderWay(options.underWay);
    this.#most = options.most;
  }

  get hooks(): SessionHooks {
    const brought = this.#brought;
    return {
      state: this,
      marks: {
        types: ["a", "w", "y"],
        encode: (value, refuse, call) => this.#produce(value, refuse, call),
        encoded: (isSent) => this.#encoded(isSent),
        decode: (mark, message) => this.#receive(mark, message),
        decoded: (isTaken) => brought.decoded(isTaken),
      },
      calls: {
        serving: (call) => brought.serving(call),
        refused: (call) => brought.refused(call),
        made: (call) => {
          if (call.terms !== undefined) this.#bounded.set(call.uid, call);
        },
        settled: (call) => {
          this.#bounded.delete(call.uid);
          brought.settled(call);
        },
        served: ({ path }) => {
          this.method = path;
        },
        promised: iterable,
      },
      answer: () => toldLimit("streams", this.session.settings.limits),
      ended: (ending) => this.#end(ending),
    };
  }

  #end(ending: Ending): void {
    for (const producer of [...this.producers.values()]) void producer.cancel();
    this.underWay.end();
    this.#brought.clear();
    const consumers = [...this.consumers.values()];
    if (consumers.length === 0) return; // creating an error is slow
    const error = endError(ending);
    for (const consumer of consumers) consumer.end(error);
  }

  // marks

  #produce(
    value: object,
    refuse: (why: string) => never,
    call: MadeCall | undefined,
  ): readonly [string, number] | undefined {
    const source = sourceOf(value, refuse);
    if (source === undefined) return undefined;
    if (this.producers.size >= this.#most) refuse("the other side receives too many streams");
    if (call !== undefined) this.method = call.path;
    const id = ++this.#lastId;
    const producer = new Producer(id, source, this);
    this.#add(this.producers, id, { stream: producer, call });
    this.#sending.push(producer);
    return [source.type, id];
  }

  #encoded(isSent: boolean): void {
    if (this.#sending.length === 0) return;
    const sending = this.#sending;
    this.#sending = [];
    if (!isSent) { for (const producer of sending) producer.drop(); }
  }

  #receive([type, id]: readonly unknown[], message: readonly unknown[]): object {
    if (!Number.isSafeInteger(id) || id as number <= this.#lastReceived) {
      throw new TypeError("Cannot read a stream: its id isn't new");
    }
    const { session, consumers } = this;
    this.#lastReceived = id as number;
    if (consumers.size >= session.settings.limits.streams) {
      queueMicrotask(() => session.broke("streams", 1008, "Too many streams"));
      throw new TypeError("Cannot read a stream: there are too many");
    }
    const consumer = new Consumer(id as number, this);
    const [kind, uid] = message;
    const call = kind === 1 || kind === 2 ? this.#bounded.get(uid) : undefined;
    this.#add(consumers, id as number, { stream: consumer, call });
    this.#brought.add(consumer, message);
    const received = new Received(consumer);
    this.#collected.register(received, consumer);
    return type === "a" ? received : readableOf(received, type === "y" ? "bytes" : undefined);
  }

  #add<T extends Producer | Consumer>(
    table: Map<number, T>,
    id: number,
    { stream, call }: { readonly stream: T; readonly call: MadeCall | undefined },
  ): void {
    table.set(id, stream);
    const unfollow = call?.terms &&
      this.#bounds.follow(call, (reason) => void stream.cancel(reason));
    stream.over = () => {
      table.delete(id);
      unfollow?.();
    };
  }

  // messages

  item(id: unknown, size: number, value: unknown): void {
    this.#arrived += size;
    if (this.#arrived >= REPORTED) {
      this.session.send(`[${ARRIVED},${this.#arrived}]`);
      this.#arrived = 0;
    }
    const consumer = this.consumerOf(id);
    if (value instanceof BrokenValue) consumer?.fail(value.cause);
    else consumer?.push(value, size);
  }

  /** Returns `undefined` if the stream has ended on this side. Throws if there never was one. */
  consumerOf(id: unknown): Consumer | undefined {
    const consumer = this.consumers.get(id as number);
    if (consumer === undefined && !(id as number <= this.#lastReceived)) {
      throw new FrameError("Cannot read an item: its stream is unknown");
    }
    return consumer;
  }
}
