import { now } from "../clock.ts";
import type { Frame } from "./frame.ts";
import { LARGEST } from "./message.ts";

/** How long a frame waits for the frames before it, in ms. Those may be lost. */
const GAP = 250;
/** How many frames wait at most. */
const MOST = 4_096;
/** What a frame takes beside its part, in bytes. */
const FRAME_BYTES = 128;
/** How long a message waits for its next part, in ms. */
const PART_TIMEOUT = 10_000;
/** After this long without a frame, a stream is forgotten, in ms. */
const IDLE = 60_000;

/** The bytes that all streams of a process keep. */
export interface Kept {
  bytes: number;
}
/** How many bytes all streams of a process keep at most. */
const MOST_KEPT = 4 * LARGEST;

/** Gets the messages of a stream. */
export interface Receiver {
  take(message: Uint8Array): void;
  /** Messages were lost, or a frame was invalid. */
  fault(reason: string): void;
}

/**
 * Sorts the frames of one stream, drops those that arrive twice, and joins the parts of messages.
 * Frames that are lost hold up the others for a short time only.
 */
export class IncomingStream {
  readonly #receiver: Receiver;
  readonly #kept: Kept;
  readonly #waiting = new Map<number, { readonly frame: Frame; readonly since: number }>();
  #next = 1;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The parts of a message that isn't complete. */
  #parts: Uint8Array[] = [];
  #size = 0;
  #last = now();

  constructor(receiver: Receiver, kept: Kept) {
    this.#receiver = receiver;
    this.#kept = kept;
  }

  push(frame: Frame): void {
    const time = this.#last = now();
    const { number } = frame;
    if (number < this.#next || this.#waiting.has(number)) return; // it arrived before
    if (number === this.#next) {
      this.#next++;
      this.#join(frame);
      return this.#go();
    }
    if (!this.#keep(costOf(frame))) return this.#receiver.fault("too many bytes wait");
    this.#waiting.set(number, { frame, since: time });
    if (this.#waiting.size > MOST) this.#skip(Infinity);
    else this.#timer ??= setTimeout(this.#late, GAP);
  }

  /** Returns whether the stream can be forgotten. */
  expire(time: number): boolean {
    if (this.#parts.length > 0 && time - this.#last > PART_TIMEOUT) {
      this.#receiver.fault("a part of it is missing");
      this.#forgetParts();
    }
    return time - this.#last > IDLE;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const { frame } of this.#waiting.values()) this.#kept.bytes -= costOf(frame);
    this.#waiting.clear();
    this.#forgetParts();
  }

  readonly #late = (): void => {
    this.#timer = undefined;
    this.#skip(now() - GAP);
  };

  /** Gives up the frames that are missing before those that arrived until then. */
  #skip(until: number): void {
    const numbers = [...this.#waiting.keys()].sort((a, b) => a - b);
    let lost = 0;
    for (const number of numbers) {
      const waiting = this.#waiting.get(number);
      if (waiting === undefined) continue; // taken with those before it
      if (waiting.since > until) break;
      if (this.#next > 1) lost += number - this.#next; // else they were sent before we subscribed
      this.#next = number;
      this.#go();
      if (until === Infinity && this.#waiting.size <= MOST / 2) break;
    }
    if (lost > 0) this.#receiver.fault(`${lost} messages before it were lost`);
    if (this.#waiting.size > 0) this.#timer ??= setTimeout(this.#late, GAP);
  }

  /** Takes the waiting frames that are next. */
  #go(): void {
    for (let waiting; (waiting = this.#waiting.get(this.#next)) !== undefined;) {
      this.#waiting.delete(this.#next);
      this.#kept.bytes -= costOf(waiting.frame);
      this.#next++;
      this.#join(waiting.frame);
    }
    if (this.#waiting.size > 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #join(frame: Frame): void {
    const { index, rest, part } = frame;
    if (index !== this.#parts.length) {
      const wasOpen = this.#parts.length > 0;
      this.#forgetParts();
      if (index !== 0) return wasOpen ? this.#receiver.fault("a part of it is missing") : undefined;
    }
    if (index === 0 && rest === 0) return this.#receiver.take(part);
    const isTooLong = this.#size + part.length > LARGEST;
    if (isTooLong || !this.#keep(costOf(frame))) {
      this.#forgetParts();
      return this.#receiver.fault(isTooLong ? "it is too long" : "too many bytes wait");
    }
    this.#parts.push(part);
    this.#size += part.length;
    if (rest > 0) return;
    const whole = new Uint8Array(this.#size);
    let at = 0;
    for (const one of this.#parts) {
      whole.set(one, at);
      at += one.length;
    }
    this.#forgetParts();
    this.#receiver.take(whole);
  }

  #keep(length: number): boolean {
    if (this.#kept.bytes + length > MOST_KEPT) return false;
    this.#kept.bytes += length;
    return true;
  }

  #forgetParts(): void {
    this.#kept.bytes -= this.#size + this.#parts.length * FRAME_BYTES;
    this.#parts = [];
    this.#size = 0;
  }
}

function costOf({ part }: Frame): number {
  return part.length + FRAME_BYTES;
}
