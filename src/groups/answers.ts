import { now } from "../clock.ts";
import { pack } from "./message.ts";

/** How long an answer is kept after it is complete, in ms, in case its messages were lost. */
const KEEP = 10_000;
/** How long to remember that a request was answered, in ms, in case it arrives again. */
const REMEMBER = 30_000;
/** How many bytes of complete answers are kept at most. */
const MOST_KEPT = 16 * 2 ** 20;
/** How many requests of others are remembered at most. Further ones are ignored. */
const MOST = 2 ** 20;

/** Sends the items of an answer. */
export interface Reply {
  /** Sends an item, as JSON, with the bytes of its values. Throws if it is too long. */
  item(text: string, bytes: readonly Uint8Array[], isLast: boolean): void;
  /** The answer is complete. Only needed if no item was the last one. */
  end(): void;
}

/** A request of another process. */
interface Served {
  readonly key: string;
  readonly from: string;
  messages: Uint8Array[];
  size: number;
  index: number;
  /** When it was complete. */
  ended: number;
  cancel: () => void;
}

interface Sender {
  send(to: string, message: Uint8Array): void;
  tell(to: string, list: readonly unknown[]): void;
}

/** The requests of other processes. Each is run once, even if it arrives several times. */
export class Answers {
  readonly #sender: Sender;
  readonly #served = new Map<string, Served>();
  /** Complete answers that are kept, and those that are only remembered, the oldest first. */
  readonly #kept = new Set<Served>();
  readonly #remembered = new Set<Served>();
  #bytes = 0;

  constructor(sender: Sender) {
    this.#sender = sender;
  }

  /** A request arrived. `run` starts it, and returns a function that cancels it. */
  asked(from: string, id: number, run: (reply: Reply) => () => void): void {
    const key = keyOf(from, id);
    if (this.#served.has(key)) return this.polled(from, [[id, 0]]);
    if (this.#served.size >= MOST) return;
    const served: Served = {
      key,
      from,
      messages: [],
      size: 0,
      index: 0,
      ended: Infinity,
      cancel() {},
    };
    this.#served.set(key, served);
    const cancel = run(this.#replyTo(served, id));
    if (served.ended === Infinity) served.cancel = cancel;
  }

  /** The other process hasn't heard of these requests for a while. */
  polled(from: string, polls: readonly unknown[]): void {
    const busy: number[] = [];
    for (const poll of polls) {
      if (!Array.isArray(poll)) continue;
      const [id, have] = poll as unknown[];
      const served = this.#served.get(keyOf(from, id));
      if (served === undefined) continue;
      if (served.ended === Infinity) busy.push(id as number);
      if (typeof have !== "number" || !(have >= 0)) continue;
      for (const message of served.messages.slice(have)) this.#sender.send(from, message);
    }
    if (busy.length > 0) this.#sender.tell(from, ["busy", busy]);
  }

  cancelled(from: string, id: unknown): void {
    this.#served.get(keyOf(from, id))?.cancel();
  }

  /** The process is gone: cancels its requests. */
  gone(processId: string): void {
    for (const served of this.#served.values()) {
      if (served.from !== processId) continue;
      this.#forget(served);
      this.#remembered.delete(served);
      this.#served.delete(served.key);
      served.cancel();
    }
  }

  stop(): void {
    for (const { cancel } of this.#served.values()) cancel();
    this.#served.clear();
    this.#kept.clear();
    this.#remembered.clear();
    this.#bytes = 0;
  }

  /** Forgets old answers. */
  tick(time: number): void {
    for (const served of this.#kept) {
      if (time - served.ended <= KEEP) break;
      this.#forget(served);
    }
    for (const served of this.#remembered) {
      if (time - served.ended <= REMEMBER) break;
      this.#remembered.delete(served);
      this.#served.delete(served.key);
    }
  }

  #replyTo(served: Served, id: number): Reply {
    const send = (text: string, bytes: readonly Uint8Array[] = []): void => {
      const message = pack(text, bytes);
      served.index++;
      served.messages.push(message);
      served.size += message.length;
      this.#sender.send(served.from, message);
    };
    const end = (): void => {
      served.ended = now();
      served.cancel = () => {};
      this.#kept.add(served);
      this.#bytes += served.size;
      for (const oldest of this.#kept) {
        if (this.#bytes <= MOST_KEPT) break;
        this.#forget(oldest);
      }
    };
    return {
      item(text, bytes, isLast) {
        send(`["told",${id},${served.index},${isLast ? 1 : 0},${text}]`, bytes);
        if (isLast) end();
      },
      end() {
        send(`["told",${id},${served.index},1]`);
        end();
      },
    };
  }

  /** Forgets the messages of an answer, but not that the request was answered. */
  #forget(served: Served): void {
    if (!this.#kept.delete(served)) return;
    this.#remembered.add(served);
    this.#bytes -= served.size;
    served.messages = [];
  }
}

function keyOf(from: string, id: unknown): string {
  return `${from}${id}`;
}
