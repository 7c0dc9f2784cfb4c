import type { Leaving } from "./feature.ts";
import type { Link } from "./link.ts";

/** A frame of several messages grows no longer than this. */
const MOST = 32_000;
/** Passes of the microtask queue without a new message after which a turn counts as over. */
const QUIET_PASSES = 2;
/** The first frame of a turn leaves early, so that both ends work at once; later ones double. */
const FIRST = 850;
/** A message this long leaves at once: waiting for company would gain nothing. */
const LONG = 4_000;

/** What waits to leave: the messages of one frame, or a message that is made when there is room. */
interface Waiting {
  readonly texts: readonly string[];
  readonly bytes: readonly Uint8Array[] | undefined;
  readonly last: number;
  readonly make: Make | undefined;
}

/** Makes a message that waits as it is; `undefined` if it can't be. */
type Make = () => { readonly text: string; readonly bytes: readonly Uint8Array[] } | undefined;

/**
 * What leaves: messages → batches → frames, in order, over whichever link there is. What waits for
 * company, for room or for a link waits here, because it outlives a link.
 */
export class Outgoing {
  link: Link | undefined = undefined;
  /** Several messages share a frame. */
  isBatching = false;
  leaving: Leaving | undefined = undefined;
  /** Calls without a reply that have not left yet, and what to do when they do. */
  quiet: Map<number, () => void> | undefined = undefined;
  /** The highest uid of a call that has left: later ones never did. */
  lastLeft = 0;
  /** What waits for room, for a link, or to be let go. */
  #queue: Waiting[] = [];
  #isHolding = false;
  #isBroken = false;
  #texts: string[] = [];
  #length = 0;
  #last = 0;
  #limit = FIRST;
  #isQueued = false;
  #seen = 0;
  #quietPasses = 0;
  /** One function a session, not one a turn. */
  readonly #pass = (): void => {
    if (this.#texts.length !== this.#seen) {
      this.#seen = this.#texts.length;
      this.#quietPasses = 0;
      return queueMicrotask(this.#pass);
    }
    if (++this.#quietPasses < QUIET_PASSES) return queueMicrotask(this.#pass);
    this.#isQueued = false;
    if (this.#seen > 0) this.flush();
    this.#limit = FIRST;
    this.link?.pacer?.turnOver?.();
  };

  /** How many frames wait to leave. */
  waiting = 0;

  /** Is there room for what a call would answer? */
  get hasRoom(): boolean {
    return this.waiting === 0 && this.link !== undefined && !this.link.isFull &&
      (this.leaving === undefined || !this.leaving.isFull);
  }

  /** Sends one message, behind all that were pushed before it: a call by its uid, else 0. */
  push(text: string, uid: number, bytes: readonly Uint8Array[] | undefined): void {
    if (bytes !== undefined) { // it has a frame of its own, and they follow it
      this.flush();
      return this.#leave([text], bytes, uid);
    }
    if (!this.isBatching) return this.#leave([text], undefined, uid);
    if (this.#length > 0 && this.#length + text.length > this.#limit) {
      this.#limit = Math.min(this.#limit * 2, MOST);
      this.flush();
    }
    this.#texts.push(text);
    this.#length += text.length + 1;
    if (uid > this.#last) this.#last = uid;
    if (text.length >= LONG) this.flush();
    this.#quietPasses = 0;
    if (this.#isQueued) return;
    this.#isQueued = true;
    this.#seen = -1;
    queueMicrotask(this.#pass);
  }

  /** Sends a message that is made when there is room, where something waits already. */
  pushLater(make: Make): void {
    this.flush();
    this.waiting = this.#queue.push({ texts: [], bytes: undefined, last: 0, make });
  }

  /** Sends what was pushed. */
  flush(): void {
    const texts = this.#texts;
    if (texts.length === 0) return;
    const last = this.#last;
    this.#texts = [];
    this.#length = 0;
    this.#last = 0;
    this.#leave(texts, undefined, last);
  }

  /** Waits for what a frame that was just read brings about. */
  wait(): void {
    this.#quietPasses = 0;
    if (this.#isQueued || !this.isBatching) return;
    this.#isQueued = true;
    this.#seen = -1;
    queueMicrotask(this.#pass);
  }

  /** Keeps everything back until `release`. */
  hold(): void {
    this.#isHolding = true;
  }

  /** Sends what was kept back. */
  release(): void {
    this.#isHolding = false;
    this.pump();
  }

  /** Sends what waits, in order, as far as there is room. */
  pump(): void {
    if (this.#isHolding || this.#queue.length === 0) return;
    const queue = this.#queue;
    this.#queue = [];
    this.waiting = 0;
    let next = 0;
    while (next < queue.length && this.hasRoom) {
      const { texts, bytes, last, make } = queue[next++]!;
      if (make === undefined) this.#give(texts, bytes, last);
      else {
        const made = make();
        if (made === undefined) continue;
        this.#give([made.text], made.bytes.length > 0 ? made.bytes : undefined, 0);
      }
    }
    this.#queue = [...queue.slice(next), ...this.#queue];
    this.waiting = this.#queue.length;
  }

  /** The link is gone, and another may come. */
  cut(): void {
    this.link = undefined;
    this.#isBroken = false;
  }

  /** Forgets what waits. */
  drop(): void {
    this.#texts = [];
    this.#length = 0;
    this.#queue = [];
    this.waiting = 0;
    this.link = undefined;
  }

  #leave(texts: readonly string[], bytes: readonly Uint8Array[] | undefined, last: number): void {
    if (this.#isHolding || !this.hasRoom) {
      this.waiting = this.#queue.push({ texts, bytes, last, make: undefined });
    } else this.#give(texts, bytes, last);
  }

  #give(texts: readonly string[], bytes: readonly Uint8Array[] | undefined, last: number): void {
    const { link, leaving } = this;
    const beside = leaving !== undefined && bytes === undefined ? leaving.beside() : undefined;
    const frame = beside !== undefined
      ? `[${beside},${texts.join(",")}]`
      : texts.length === 1
      ? texts[0]!
      : `[${texts.join(",")}]`;
    if (leaving !== undefined) leaving.left(texts, bytes, frame.length); // kept before it is given
    else if (this.#isBroken) return;
    if (bytes !== undefined) link!.pacer?.leaving(bytes[0]!.length, true);
    if (!link!.give(frame)) {
      this.#isBroken = true;
      if (leaving === undefined) return;
    }
    if (last > this.lastLeft) this.lastLeft = last;
    if (bytes !== undefined) { for (const part of bytes) link!.give(part); }
    if (this.quiet !== undefined) this.#tell(this.quiet);
  }

  #tell(quiet: Map<number, () => void>): void {
    for (const [uid, left] of quiet) {
      if (uid > this.lastLeft) return; // they grow
      quiet.delete(uid);
      left();
    }
  }
}
