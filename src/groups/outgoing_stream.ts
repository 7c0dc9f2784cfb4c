import { now } from "../clock.ts";
import { type Frame, framesOf, LAST_NUMBER } from "./frame.ts";

/** After this long without a message, a stream starts anew, in ms. Receivers forget it later. */
const IDLE = 20_000;

/** Numbers the frames that one process sends to one subject. */
export class OutgoingStream {
  readonly #sender: string;
  readonly #nextStream: () => number;
  #stream = 0;
  #number = LAST_NUMBER;
  #last = -Infinity;

  constructor(sender: string, nextStream: () => number) {
    this.#sender = sender;
    this.#nextStream = nextStream;
  }

  frames(message: Uint8Array, maxBytes: number): Uint8Array[] {
    const time = now();
    if (time - this.#last > IDLE || this.#number > LAST_NUMBER / 2) {
      this.#stream = this.#nextStream();
      this.#number = 1;
    }
    this.#last = time;
    const head: Pick<Frame, "sender" | "stream" | "number"> = {
      sender: this.#sender,
      stream: this.#stream,
      number: this.#number,
    };
    const frames = framesOf(message, { ...head, maxBytes });
    this.#number += frames.length;
    return frames;
  }

  /** Whether it can be forgotten. */
  get isIdle(): boolean {
    return now() - this.#last > IDLE;
  }
}
