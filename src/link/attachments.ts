/** A message whose bytes are the next binary frames. */
export interface Incomplete {
  readonly frames: number;
  complete(bytes: readonly Uint8Array[]): void;
}

/** The bytes of the last message, while they are not all there. */
export class Attachments {
  #message: Incomplete | undefined;
  #bytes: Uint8Array[] = [];
  #size = 0;

  /** Is a message waiting for bytes? */
  get isWaiting(): boolean {
    return this.#message !== undefined;
  }

  /** How many bytes the message has with these. */
  sizeWith(data: unknown): number {
    return this.#size + (data instanceof ArrayBuffer ? data.byteLength : 0);
  }

  /** This message waits for its bytes. */
  expect(message: Incomplete): void {
    this.#message = message;
    this.#bytes = [];
    this.#size = 0;
  }

  /** A binary frame came in; tells whether a message is complete by it. Bytes of nobody are dropped. */
  take(data: unknown): boolean {
    const message = this.#message;
    if (message === undefined || !(data instanceof ArrayBuffer)) return false;
    this.#size += data.byteLength;
    this.#bytes.push(new Uint8Array(data));
    if (this.#bytes.length < message.frames) return false;
    const bytes = this.#bytes;
    this.#message = undefined;
    this.#bytes = [];
    message.complete(bytes);
    return true;
  }
}
