import { endError } from "../../errors.ts";
import { queueMicrotask } from "../../global_scope.ts";
import { MadeCall, PendingCalls } from "../../rpc/pending_calls.ts";
import { fromWire } from "../../rpc/remote_error.ts";
import type { ServedCall, Weight } from "../../rpc/served_call.ts";
import { Brought } from "../../session/brought.ts";
import { BrokenValue, type FeatureSession, type SessionHooks } from "../../session/feature.ts";
import type { Ending } from "../../session/link.ts";
import { CANCEL, Consumer, type ConsumerHost, CREDIT, type Window } from "./consumer.ts";
import { ITEM, Producer, type ProducerHost } from "./producer.ts";
import { invalid } from "./invalid.ts";
import { iterable } from "./promised.ts";
import { readableOf, Received } from "./received.ts";
import { sourceOf } from "./source.ts";
import { ARRIVED, REPORTED, UnderWay } from "./under_way.ts";

/** How much longer the frame of an item can be than its size. */
const AROUND = 200;

interface ReceivedItem {
  readonly value: unknown;
  readonly size: number;
  /** Of a long frame, which contains only this item. */
  readonly weight: Weight | undefined;
}

/** The streams of one session, in both directions. */
export class Streaming implements ProducerHost, ConsumerHost {
  readonly session: FeatureSession;
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
  /** Whether that value is a result that isn't sent. */
  #isDropping = false;
  readonly #brought: Brought<Consumer>;
  /** Streams that end with the signals and the deadlines of their calls, like the calls. */
  readonly #bounded = new PendingCalls({ gaveUp() {} });
  #lastBounded = 0;
  readonly #collected = new FinalizationRegistry<Consumer>((consumer) => consumer.cancel());

  constructor(session: FeatureSession, windows: Window & { readonly underWay: number }) {
    this.session = session;
    this.window = windows;
    this.underWay = new UnderWay(windows.underWay);
    this.#brought = new Brought(session, (consumer) => consumer.cancel());
  }

  get hooks(): SessionHooks {
    const brought = this.#brought;
    const noted = ({ path }: { readonly path: string }): void => void (this.method = path);
    return {
      state: this,
      marks: {
        types: ["a", "w", "y"],
        encode: (value, refuse, call) => this.#produce(value, refuse, call),
        encoded: (isSent) => this.#encoded(isSent),
        decode: (mark, message) => this.#receive(mark, message),
        decoded: (isTaken) => brought.decoded(isTaken),
      },
      calls: Object.assign(brought, {
        made: noted,
        served: (call: ServedCall, result: unknown) => {
          noted(call);
          if (isDropped(call)) this.#drop(result);
        },
        promised: iterable,
      }),
      ended: (ending) => this.#end(ending),
    };
  }

  #end(ending: Ending): void {
    for (const producer of [...this.producers.values()]) void producer.cancel();
    this.underWay.end();
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
    const source = sourceOf(value);
    if (source === undefined) return undefined;
    if (this.producers.size >= this.session.settings.limits.streams) {
      refuse("too many streams haven't ended");
    }
    const id = ++this.#lastId;
    const producer = new Producer(id, source, this);
    this.#add(this.producers, id, { stream: producer, call });
    this.#sending.push(producer);
    return [source.type, id];
  }

  #encoded(isSent: boolean): void {
    const end = this.#isDropping ? "cancel" : "drop";
    this.#isDropping = false;
    for (const producer of this.#sending.splice(0)) if (!isSent) void producer[end]();
  }

  /** Cancels the streams in a result that isn't sent. */
  #drop(result: unknown): void {
    if (typeof result !== "object" || result === null) return;
    this.#isDropping = true;
    try {
      this.session.values!.encode(result, "test");
    } catch {
      // then it can't be sent at all
    }
  }

  #receive([type, id]: readonly unknown[], message: readonly unknown[]): object {
    const { session, consumers } = this;
    if (!Number.isSafeInteger(id) || id as number <= 0 || consumers.has(id as number)) {
      throw invalid("id");
    }
    this.#lastReceived = Math.max(this.#lastReceived, id as number);
    if (consumers.size >= session.settings.limits.streams) {
      queueMicrotask(() => session.broke("streams", 1008, "Too many streams"));
      throw invalid("count");
    }
    const consumer = new Consumer(id as number, this);
    const [kind, uid] = message;
    const call = kind === 1 || kind === 2 ? session.rpc.pending.get(uid) : undefined;
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
    const bounded = this.#bounded;
    const bound = new MadeCall(++this.#lastBounded, call?.path ?? "", []);
    table.set(id, stream);
    stream.over = () => {
      table.delete(id);
      if (bounded.take(bound.uid) !== undefined && bounded.size === 0) bounded.clear();
    };
    if (call?.terms === undefined) return;
    bound.terms = call.terms;
    bound.due = call.due;
    bound.reject = (reason) => void stream.cancel(reason);
    bounded.add(bound);
  }

  // messages

  take([kind, id, size, value]: readonly unknown[], weight: Weight | undefined): void {
    if (kind === ARRIVED) return this.underWay.arrived(countOf(id));
    const producer = this.producers.get(id as number);
    if (kind === CREDIT) return void producer?.give(countOf(size), countOf(value));
    if (kind === CANCEL) return void producer?.cancel();
    // `undefined` if the stream has ended on this side
    const consumer = this.consumers.get(id as number);
    if (!(id as number <= this.#lastReceived)) throw invalid("id");
    if (kind === ITEM) return this.#item(consumer, { value, size: countOf(size), weight });
    if (size !== 1) consumer?.end();
    else consumer?.end(value instanceof BrokenValue ? value.cause : fromWire(value));
  }

  #item(consumer: Consumer | undefined, { value, size, weight }: ReceivedItem): void {
    if (weight !== undefined && size + AROUND < weight.size) throw invalid("size");
    this.#arrived += size;
    if (this.#arrived >= REPORTED) {
      this.session.send(`[${ARRIVED},${this.#arrived}]`);
      this.#arrived = 0;
    }
    if (value instanceof BrokenValue) consumer?.fail(value.cause);
    else consumer?.push(value, size);
  }
}

/** Whether the result of the call won't be sent. */
function isDropped({ isQuiet, epoch, calls, late }: ServedCall): boolean {
  return isQuiet || epoch !== calls.epoch || late !== undefined;
}

function countOf(value: unknown): number {
  if (Number.isSafeInteger(value) && value as number >= 0) return value as number;
  throw invalid("count");
}
