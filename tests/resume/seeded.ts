import { Random } from "../network/random.ts";

/** Replaces `Math.random`, so that waits before attempts are those of the seed. */
export class SeededMath implements Disposable {
  readonly #random = Math.random;

  constructor(seed: number) {
    const random = new Random(seed);
    Math.random = () => random.next();
  }

  [Symbol.dispose](): void {
    Math.random = this.#random;
  }
}

/** Random numbers for each part of a test, so that no part depends on how fast another one is. */
export function streamsOf(seed: number): (part: number) => Random {
  return (part) => new Random(Math.imul(seed ^ part, 0x9e3779b1));
}
