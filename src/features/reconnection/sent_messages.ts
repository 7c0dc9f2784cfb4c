import type { Link } from "../../session/link.ts";
import { timed } from "../../session/linked.ts";

/** The messages of one frame. */
export interface SentFrame {
  /** Joined by commas: one string takes less memory than many, and less of the collector's time. */
  readonly text: string;
  readonly count: number;
  /** The bytes of a single message. */
  readonly bytes: readonly Uint8Array[] | undefined;
  /** When it was sent, if there may be calls with deadlines. */
  readonly since: number | undefined;
}

interface Kept extends SentFrame {
  readonly size: number;
  /** How many messages had been sent after it. */
  readonly end: number;
  next: Kept | undefined;
}

/** What a frame is counted as in addition to its bytes: the memory of its objects. */
const FRAME_BYTES = 128;

/** The messages that were sent, until the peer acknowledges them. */
export class SentMessages {
  /** How many were sent, and how many of them were acknowledged. */
  count = 0;
  acknowledged = 0;
  /** The bytes that are kept. */
  size = 0;
  // a linked list, because an array that is emptied often allocates its memory again
  #first: Kept | undefined;
  #last: Kept | undefined;

  keep({ text, count, bytes, since }: SentFrame): void {
    let size = FRAME_BYTES + text.length;
    for (const part of bytes ?? []) size += part.length;
    this.size += size;
    const end = this.count += count;
    const frame: Kept = { text, count, bytes, since, size, end, next: undefined };
    if (this.#last) this.#last.next = frame;
    this.#last = frame;
    this.#first ??= frame;
  }

  /** Whether the peer can have received this many. */
  isPossible(received: unknown): received is number {
    return Number.isInteger(received) &&
      received as number >= this.acknowledged && received as number <= this.count;
  }

  acknowledge(received: number): void {
    this.acknowledged = received;
    for (let first; (first = this.#first) !== undefined && first.end <= received;) {
      this.size -= first.size;
      this.#first = first.next;
      first.next = undefined; // otherwise an old frame would keep newer ones in memory
    }
    if (this.#first === undefined) this.#last = undefined;
  }

  /** Sends what the peer hasn't received. A frame may have been acknowledged in part. */
  sendAgain(link: Pick<Link, "give">): void {
    for (let frame = this.#first; frame !== undefined; frame = frame.next) {
      const { text, count, bytes, since, end } = frame;
      const left = Math.min(count, end - this.acknowledged);
      const texts = (count > 1 ? split(text).slice(-left) : [text])
        .map((one) => since && timed(one, since) || one);
      link.give(left > 1 ? `[${texts}]` : `${texts}`);
      for (const part of bytes ?? []) link.give(part);
    }
  }
}

/** Splits messages that were joined. */
function split(text: string): string[] {
  return JSON.parse(`[${text}]`).map((message: unknown) => JSON.stringify(message));
}
