import type { FeatureSession } from "../../session/feature.ts";

/** `[67, received]`: how many messages have arrived. */
export const ACKNOWLEDGEMENT = 67;

// an acknowledgement is sent after this much, at the latest
const EVERY_MS = 1_000;
const EVERY_MESSAGES = 1_000;
const EVERY_BYTES = 65_536;
/** So many must be due for one beside messages, if another one went like that shortly before. */
const FEW_MESSAGES = 16;
/** A full link sends nothing but messages. When to try again, in ms. */
const RETRY_MS = 50;

/**
 * Acknowledges the messages that arrive: in the next frame with messages, unless few are due and one
 * went like that shortly before, because the peer parses it; at the end of the turn if many are due;
 * or else after a while. A frame of its own would delay the next frame of clients
 * whose runtime delays frames: see `ends/client_pacer.ts`.
 */
export class Acknowledgements {
  readonly #session: FeatureSession;
  #sent = 0;
  /** The bytes that have arrived since the last one. */
  #bytes = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isSoon = false;
  /** How many must be due for one beside messages. */
  #few = 1;

  constructor(session: FeatureSession) {
    this.#session = session;
  }

  /** A frame of this length was read. */
  read(size: number): void {
    this.#bytes += size;
    const due = this.#due;
    if (due === 0 || this.#session.link === undefined) return; // a message may have ended it
    if ((due >= EVERY_MESSAGES || this.#bytes >= EVERY_BYTES) && !this.#isSoon) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#isSoon = true;
    }
    // a function for each timer, because one for each session would take memory
    this.#timer ??= setTimeout(() => this.#send(), this.#isSoon ? 0 : EVERY_MS);
  }

  /** Adds the message to a frame, if one is due. */
  beside(text: string): string | undefined {
    if (this.#due < (this.#isSoon ? 1 : this.#few)) return;
    const frame = `[${this.next()},${text}]`;
    this.#few = FEW_MESSAGES;
    return frame;
  }

  next(): string {
    this.#sent = this.#session.received;
    this.#bytes = 0;
    this.#few = 1;
    return `[${ACKNOWLEDGEMENT},${this.#sent}]`;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  get #due(): number {
    return this.#session.received - this.#sent;
  }

  #send(): void {
    this.#timer = undefined;
    this.#isSoon = false;
    this.#few = 1;
    const { link } = this.#session;
    if (link === undefined || this.#due === 0) return; // the next link gets the number
    if (link.isFull) this.#timer = setTimeout(() => this.#send(), RETRY_MS);
    // the nudge makes the peer send a frame back, so that the next frame isn't delayed
    else link.say(link.pacer?.heardReceipt === undefined ? this.next() : `[${this.next()},[64]]`);
  }
}
