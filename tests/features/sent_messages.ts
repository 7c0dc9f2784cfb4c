import type { Link } from "../../src/session/link.ts";

/** The messages of one frame, with the bytes behind a single one. */
interface SentFrame {
  readonly texts: readonly string[];
  readonly bytes: readonly Uint8Array[] | undefined;
  readonly size: number;
  /** How many messages had left after it. */
  readonly end: number;
}

/** So many frames that were acknowledged may be kept at the head of the list. */
const MOST_DONE = 64;

/** Messages that have left, kept until the other end has acknowledged them. */
export class SentMessages {
  /** How many have left, and how many the other end has. */
  count = 0;
  acknowledged = 0;
  /** The bytes that are kept. */
  size = 0;
  #frames: SentFrame[] = [];
  #first = 0;

  /** A frame is about to leave. */
  keep(
    texts: readonly string[],
    bytes: readonly Uint8Array[] | undefined,
    length: number,
  ): void {
    const size = (bytes ?? []).reduce((sum, part) => sum + part.length, length);
    this.count += texts.length;
    this.size += size;
    this.#frames.push({ texts, bytes, size, end: this.count });
  }

  /** Can the other end have received so many? */
  isPossible(received: unknown): received is number {
    return Number.isInteger(received) &&
      received as number >= this.acknowledged && received as number <= this.count;
  }

  /** The other end has received so many. */
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

  /** Sends what the other end does not have: of a frame that it has in part, the rest. */
  sendAgain(link: Pick<Link, "give">): void {
    for (const { texts, bytes, end } of this.#frames.slice(this.#first)) {
      const missing = texts.slice(Math.max(0, texts.length - (end - this.acknowledged)));
      link.give(missing.length === 1 ? missing[0]! : `[${missing.join(",")}]`);
      for (const part of bytes ?? []) link.give(part);
    }
  }

  /** Nobody comes back for them. */
  clear(): void {
    this.#forget();
    this.size = 0;
  }

  #forget(): void {
    this.#frames = [];
    this.#first = 0;
  }
}
