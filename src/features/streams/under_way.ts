import { invalid } from "./invalid.ts";

/** How many bytes must have arrived for a message. No window is smaller, or it could stay full. */
export const REPORTED = 65_536;

/**
 * The bytes of all streams of a connection that were sent and haven't arrived. Credit alone isn't
 * enough: many streams would each put a whole window before the next call. The receiver reports what
 * arrives and not what is read, so that one slow reader doesn't stop the other streams.
 */
export class UnderWay {
  readonly #window: number;
  #bytes = 0;
  #waiting: (() => void)[] = [];

  constructor(window: number) {
    this.#window = window;
  }

  /**
   * Calls `send` now, or when there is room, in order. `send` returns how much it sent.
   *
   * @returns `undefined` if it was called now.
   */
  send(send: () => number): Promise<void> | undefined {
    if (this.#bytes < this.#window) {
      this.#bytes += send();
      return undefined;
    }
    return new Promise((resolve) => {
      this.#waiting.push(() => {
        this.#bytes += send();
        resolve();
      });
    });
  }

  arrived(bytes: number): void {
    if (bytes > this.#bytes) {
      throw invalid("count"); // more than was sent
    }
    this.#bytes -= bytes;
    while (this.#bytes < this.#window && this.#waiting.length > 0) this.#waiting.shift()!();
  }

  /** Nothing more arrives. Producers that wait continue, and notice that they have ended. */
  end(): void {
    for (const send of this.#waiting.splice(0)) send();
  }
}
