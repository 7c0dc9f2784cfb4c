import { queueMicrotask } from "../global_scope.ts";
import type { Leaving, Text } from "./feature.ts";
import type { Link } from "./link.ts";

/** The maximum length of a frame with several messages, in characters. */
const MOST = 32_000;
/**
 * The maximum length of the first frame of a turn. It is sent early, so that both sides work at the
 * same time. The maximum doubles with each further frame of the turn.
 */
const FIRST = 850;
/** A message of this length is sent at once, because batching it gains nothing. */
const LONG = 4_000;
/** After this many passes of the microtask queue without a new message, the turn is over. */
export const QUIET_PASSES = 3;

/** The messages of one frame. */
interface Messages {
  readonly texts: readonly Text[];
  readonly bytes: readonly Uint8Array[] | undefined;
}

/** Messages that wait, or a function that makes them when there is room. */
interface Waiting extends Messages {
  readonly last: number;
  readonly make: Make | undefined;
}

/** Holds messages back until the peer's first frame, because the peer would lose them before. */
export interface Gate {
  open(): void;
  /** The session is over. */
  cancel(): void;
}

/** Never changed: the first message of a frame makes a list of its own. */
const NONE: string[] = [];

/** Returns `undefined` if the message can't be encoded. */
type Make = () => Messages | undefined;

/**
 * Sends messages in order, batched into frames, over the current link. Messages that wait for a
 * batch, for room or for a link wait here and not in the link, because they outlive it.
 */
export class Outgoing {
  link: Link | undefined;
  isBatching = false;
  leaving: Leaving | undefined;
  gate: Gate | undefined;
  /** By the uid of a one-way call: a function to call when it is sent. */
  quiet: Map<number, () => void> | undefined;
  /** The highest uid of a call that was sent. */
  lastLeft = 0;
  /** How many frames wait to be sent. */
  waiting = 0;
  #queue: Waiting[] = [];
  #isBroken = false;
  #texts: string[] = NONE;
  #length = 0;
  #last = 0;
  #limit = FIRST;
  #isQueued = false;
  #quietPasses = 0;
  /** A field, so that it is created once per session and not once per turn. */
  readonly #pass = (): void => {
    if (++this.#quietPasses < QUIET_PASSES) queueMicrotask(this.#pass);
    else this.turnOver();
  };

  /** Whether a message would be sent at once. */
  get hasRoom(): boolean {
    return this.gate === undefined && this.waiting === 0 && this.link?.isFull === false &&
      this.leaving?.isFull !== true;
  }

  /**
   * Sends a message, in order. `uid` is 0 if it isn't a call. If this starts a turn, it ends by
   * itself, or the owner of the list `turns` ends it.
   */
  push(
    text: string,
    uid: number,
    bytes: readonly Uint8Array[] | undefined,
    turns?: Outgoing[],
  ): void {
    if (this.link === undefined) this.leaving?.away(text, uid, bytes);
    if (bytes !== undefined && bytes.length > 0) { // they follow a frame with only their message
      this.flush();
      return this.#leave([text], bytes, uid);
    }
    if (!this.isBatching) return this.#leave([text], undefined, uid);
    if (this.#length > 0 && this.#length + text.length > this.#limit) {
      this.#limit = Math.min(this.#limit * 2, MOST);
      this.flush();
    }
    if (this.#length === 0) this.#texts = [text]; // takes less memory than to push it
    else this.#texts.push(text);
    this.#length += text.length + 1;
    if (uid > this.#last) this.#last = uid;
    if (text.length >= LONG) this.flush();
    this.wait(turns);
  }

  /** Sends a message that is made when there is room. Call it only if others already wait. */
  pushLater(make: Make): void {
    this.flush();
    this.waiting = this.#queue.push({ texts: [], bytes: undefined, last: 0, make });
  }

  flush(): void {
    const texts = this.#texts;
    if (texts.length === 0) return;
    const last = this.#last;
    this.#texts = NONE;
    this.#length = 0;
    this.#last = 0;
    this.#leave(texts, undefined, last);
  }

  /** Starts a turn, for a message or for the answers to a frame that was just read. */
  wait(turns?: Outgoing[]): void {
    this.#quietPasses = 0;
    if (this.#isQueued || !this.isBatching) return;
    this.#isQueued = true;
    if (turns === undefined) queueMicrotask(this.#pass);
    else turns.push(this);
  }

  /** Sends the messages of the turn. */
  turnOver(): void {
    this.#isQueued = false;
    this.flush();
    this.#limit = FIRST;
    this.link?.pacer?.turnOver?.();
  }

  /** Sends waiting messages while there is room. */
  pump(): void {
    if (this.#queue.length === 0) return;
    const queue = this.#queue;
    this.#queue = [];
    this.waiting = 0;
    let next = 0;
    while (next < queue.length && this.hasRoom) {
      const waiting = queue[next++]!;
      const made = waiting.make === undefined ? waiting : waiting.make();
      if (made !== undefined) this.#give(made.texts, made.bytes, waiting.last);
    }
    this.#queue = [...queue.slice(next), ...this.#queue];
    this.waiting = this.#queue.length;
  }

  /** The link is lost. Another may follow. */
  cut(): void {
    this.link = undefined;
    this.#isBroken = false;
  }

  drop(): void {
    this.gate?.cancel();
    this.#texts = NONE;
    this.#length = 0;
    this.#queue = [];
    this.waiting = 0;
    this.link = this.quiet = undefined;
  }

  #leave(left: readonly string[], bytes: readonly Uint8Array[] | undefined, last: number): void {
    if (!this.hasRoom) {
      const texts = this.leaving?.waits(left) ?? left;
      this.waiting = this.#queue.push({ texts, bytes, last, make: undefined });
    } else this.#give(left, bytes, last);
  }

  #give(texts: readonly Text[], bytes: readonly Uint8Array[] | undefined, last: number): void {
    const { link, leaving } = this;
    const isBatch = texts.length > 1;
    const text = isBatch ? texts.join() : `${texts[0]}`;
    const frame = leaving?.left(text, texts.length, bytes) ?? (isBatch ? `[${text}]` : text);
    if (bytes !== undefined) link!.pacer?.leaving(bytes[0]!.length, true);
    this.#isBroken ||= !link!.give(frame);
    if (this.#isBroken && leaving === undefined) return;
    if (last > this.lastLeft) this.lastLeft = last;
    bytes?.forEach((part) => link!.give(part));
    if (this.quiet !== undefined) this.#tell(this.quiet);
  }

  #tell(quiet: Map<number, () => void>): void {
    for (const [uid, left] of quiet) {
      if (uid > this.lastLeft) return; // they are in order
      quiet.delete(uid);
      left();
    }
  }
}

/** Whether a value takes less memory than its message, which would be a copy. */
export function isLarge(value: unknown): boolean {
  if (typeof value === "object") return value !== null;
  return typeof value === "string" && value.length > LONG;
}
