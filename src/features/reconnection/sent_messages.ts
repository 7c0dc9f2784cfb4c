import type { Link } from "../../session/link.ts";
import type { Text } from "../../session/feature.ts";

/** The messages of one frame, with the bytes of a single one. */
interface SentFrame {
  readonly texts: readonly Text[];
  readonly bytes: readonly Uint8Array[] | undefined;
  readonly size: number;
  /** How many messages had been sent after it. */
  readonly end: number;
}

/** How many acknowledged frames may stay at the start of the list. */
const MOST_DONE = 64;
/** What a frame is counted as in addition to its bytes: the memory of its objects. */
const FRAME_BYTES = 128;

/** The messages that were sent, until the peer acknowledges them. */
export class SentMessages {
  /** How many were sent, and how many of them were acknowledged. */
  count = 0;
  acknowledged = 0;
  /** The bytes that are kept. */
  size = 0;
  readonly #frames: SentFrame[] = [];
  #first = 0;

  keep(texts: readonly Text[], bytes: readonly Uint8Array[] | undefined): void {
    let size = FRAME_BYTES;
    for (const text of texts) size += text.length;
    if (bytes !== undefined) { for (const part of bytes) size += part.length; }
    this.count += texts.length;
    this.size += size;
    this.#frames.push({ texts, bytes, size, end: this.count });
  }

  /** Whether the peer can have received this many. */
  isPossible(received: unknown): received is number {
    return Number.isInteger(received) &&
      received as number >= this.acknowledged && received as number <= this.count;
  }

  acknowledge(received: number): void {
    this.acknowledged = received;
    const frames = this.#frames;
    while (this.#first < frames.length && frames[this.#first]!.end <= received) {
      this.size -= frames[this.#first++]!.size;
    }
    if (this.#first === frames.length) this.#forget();
    else if (this.#first > MOST_DONE && this.#first * 2 > frames.length) {
      frames.splice(0, this.#first);
      this.#first = 0;
    }
  }

  /** Sends what the peer hasn't received. A frame may have been acknowledged in part. */
  sendAgain(link: Pick<Link, "give">): void {
    for (const { texts, bytes, end } of this.#frames.slice(this.#first)) {
      const missing = texts.slice(Math.max(0, texts.length - (end - this.acknowledged)));
      link.give(missing.length === 1 ? String(missing[0]) : `[${missing.join(",")}]`);
      for (const part of bytes ?? []) link.give(part);
    }
  }

  clear(): void {
    this.#forget();
    this.size = 0;
  }

  #forget(): void {
    this.#frames.length = this.#first = 0;
  }
}
