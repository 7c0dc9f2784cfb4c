import type { FeatureSession } from "../../src/session/feature.ts";

/** `[67, received]`: so many messages have come in. */
export const ACK = 67;

/** Acknowledged after so much, at the latest. */
const EVERY_MS = 1_000;
const EVERY_MESSAGES = 1_000;
const EVERY_BYTES = 65_536;
/** A link that is full drops what is said beside its messages: asked again after this, in ms. */
const RETRY_MS = 50;

/**
 * Tells the other end how many of its messages have come in. Where that is said decides the speed: a
 * small frame which nothing answers stalls the next one of a client that holds frames back. So it
 * goes beside the next messages; else at the end of the turn if much is due; else after a while.
 */
export class Acknowledgements {
  readonly #session: FeatureSession;
  #told = 0;
  /** Bytes that came in since. */
  #bytes = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isSoon = false;

  constructor(session: FeatureSession) {
    this.#session = session;
  }

  /** A frame was read. */
  readonly heard = (size: number): void => {
    this.#bytes += size;
    const due = this.#session.received - this.#told;
    if (due === 0) return;
    if ((due >= EVERY_MESSAGES || this.#bytes >= EVERY_BYTES) && !this.#isSoon) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#isSoon = true;
    }
    this.#timer ??= setTimeout(this.#say, this.#isSoon ? 0 : EVERY_MS);
  };

  /** What leaves beside the messages of a frame. */
  beside(): string | undefined {
    return this.#isDue ? this.#next() : undefined;
  }

  /** The handshake of a comeback has told it. */
  told(): void {
    this.#next();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  get #isDue(): boolean {
    return this.#session.received !== this.#told;
  }

  #next(): string {
    this.#told = this.#session.received;
    this.#bytes = 0;
    return `[${ACK},${this.#told}]`;
  }

  readonly #say = (): void => {
    this.#timer = undefined;
    this.#isSoon = false;
    const { link } = this.#session;
    if (link === undefined || !this.#isDue) return; // a comeback tells it
    if (link.isFull) this.#timer = setTimeout(this.#say, RETRY_MS);
    // one that holds frames back asks for an answer, or its next frame waits
    else link.say(link.pacer?.heardReceipt === undefined ? this.#next() : `[${this.#next()},[64]]`);
  };
}
