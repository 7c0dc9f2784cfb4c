import { now } from "../clock.ts";
import { DeadlineError, isError } from "../errors.ts";
import { Unreadable } from "./frame.ts";
import type { Message } from "./message.ts";

/** How often to check on requests, in ms. */
const CHECK_EVERY = 250;
/** How often to ask for a request whose answer takes long, in ms. */
const ASK_EVERY = 1_000;

/** What a request is for. */
export interface Request {
  /** The id of the process. */
  readonly to: string;
  /** Returns the message. Sent again if it seems to be lost. */
  readonly message: (id: number) => Uint8Array;
  /** How long the process may be silent, in ms. */
  readonly timeout: number;
  /** An item of the answer, in any order. It may throw, for an invalid one. */
  item(item: unknown, message: Message): void;
  /** The answer is complete, or why it won't be: an `Unreadable` if an item is invalid. */
  end(error: unknown): void;
}

interface Pending extends Request {
  readonly id: number;
  readonly packed: Uint8Array;
  /** Whether the process has answered or confirmed the request. */
  isKnown: boolean;
  /** When the process was last heard, and asked. */
  heard: number;
  asked: number;
  pause: number;
  /** The items that arrived, as indices, and how many there are in all. */
  readonly arrived: Set<number>;
  count: number;
}

/** What requests send to a process. */
interface Sender {
  send(to: string, message: Uint8Array): void;
  tell(to: string, list: readonly unknown[]): void;
}

/**
 * The requests of this process to others. An answer has any number of items. If a message is lost,
 * it's sent again: the other process runs a request only once, and keeps its answer for a while.
 */
export class Requests {
  readonly #sender: Sender;
  readonly #pending = new Map<number, Pending>();
  #last = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(sender: Sender) {
    this.#sender = sender;
  }

  /** Sends a request. Returns a function that cancels it. Throws if the message is too long. */
  begin(request: Request): () => void {
    const id = ++this.#last;
    const packed = request.message(id);
    const time = now();
    const pending: Pending = {
      ...request,
      id,
      packed,
      isKnown: false,
      heard: time,
      asked: time,
      pause: CHECK_EVERY,
      arrived: new Set(),
      count: Infinity,
    };
    this.#pending.set(id, pending);
    this.#timer ??= setInterval(this.#check, CHECK_EVERY);
    this.#sender.send(request.to, packed);
    return () => {
      if (this.#take(id) !== undefined) this.#sender.tell(request.to, ["cancel", id]);
    };
  }

  /** An item of an answer arrived. `isLast` marks the last one. Throws if an item is invalid. */
  answered(from: string, message: Message): void {
    const [, id, index, isLast, item] = message.list;
    const pending = this.#of(from, id);
    if (pending === undefined || !isIndex(index)) return;
    this.#heard(pending);
    const hasItem = message.list.length > 4;
    if (isLast === 1) pending.count = hasItem ? index + 1 : index;
    if (hasItem && !pending.arrived.has(index)) {
      pending.arrived.add(index);
      try {
        pending.item(item, message);
      } catch (cause) {
        this.#take(pending.id);
        const why = isError(cause) ? cause.message : "it is invalid";
        return pending.end(new Unreadable(why, { cause }));
      }
    }
    if (pending.arrived.size < pending.count || !this.#pending.has(pending.id)) return;
    this.#take(pending.id);
    pending.end(undefined);
  }

  /** The process is still busy with these requests. */
  confirmed(from: string, ids: readonly unknown[]): void {
    for (const id of ids) {
      const pending = this.#of(from, id);
      if (pending !== undefined) this.#heard(pending);
    }
  }

  /** The process is gone. Ends its requests with this error. */
  gone(processId: string, error: () => unknown): void {
    for (const pending of [...this.#pending.values()]) {
      if (pending.to === processId && this.#take(pending.id) !== undefined) pending.end(error());
    }
  }

  stop(error: () => unknown): void {
    for (const { to } of [...this.#pending.values()]) this.gone(to, error);
  }

  #of(from: string, id: unknown): Pending | undefined {
    const pending = this.#pending.get(id as number);
    return pending?.to === from ? pending : undefined;
  }

  #heard(pending: Pending): void {
    pending.isKnown = true;
    pending.heard = now();
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (this.#pending.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
    return pending;
  }

  readonly #check = (): void => {
    const time = now();
    const asked = new Map<string, [number, number][]>();
    for (const pending of [...this.#pending.values()]) {
      const { id, to, timeout, packed } = pending;
      if (time - pending.heard > timeout) {
        this.#take(id);
        const text = `Cannot reach the other process: the timeout of ${timeout} ms has passed`;
        pending.end(new DeadlineError(text));
      } else if (!pending.isKnown && time - pending.asked >= pending.pause) {
        pending.asked = time;
        pending.pause *= 2;
        this.#sender.send(to, packed);
      } else if (pending.isKnown && time - Math.max(pending.heard, pending.asked) >= ASK_EVERY) {
        pending.asked = time;
        const list = asked.get(to) ?? [];
        asked.set(to, list);
        list.push([id, haveOf(pending)]);
      }
    }
    for (const [to, list] of asked) this.#sender.tell(to, ["poll", list]);
  };
}

/** How many items arrived without a gap. */
function haveOf({ arrived }: Pending): number {
  let have = 0;
  while (arrived.has(have)) have++;
  return have;
}

function isIndex(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
