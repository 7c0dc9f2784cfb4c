import type { Link, Pacer } from "../session/link.ts";

/** The pauses between the last traffic and the keep-alives after it, in ms. */
const PAUSES = [1, 2, 4, 8, 16];

/**
 * Sends keep-alives after the last traffic, and receipts for frames that weren't answered by a
 * message. client_pacer.ts explains why.
 */
export class ServerPacer implements Pacer {
  readonly #link: Link;
  readonly #keepAlive: string;
  #owed = 0;
  #isRunning = false;
  #isQuiet = true;
  #step = 0;

  constructor(link: Link, keepAlive: string) {
    this.#link = link;
    this.#keepAlive = keepAlive;
  }

  heardMessages(): boolean {
    this.#owed++;
    return true;
  }

  heard(): void {
    this.#isQuiet = false;
  }

  heardNudge(): void {
    this.#isQuiet = false;
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#wait();
  }

  leaving(_length: number, isBytes: boolean): void {
    if (!isBytes && this.#owed > 0) this.#owed--;
  }

  turnOver(): void {
    if (this.#owed === 0) return;
    const frames = this.#owed;
    this.#owed = 0;
    this.#link.say(`[66,${frames}]`);
  }

  #wait(): void {
    this.#link.timers.later(PAUSES[this.#step]!, this.#look);
  }

  readonly #look = (): void => {
    if (!this.#isQuiet) { // during traffic, the answers are enough
      this.#isQuiet = true;
      this.#step = 0;
      return this.#wait();
    }
    this.#link.say(this.#keepAlive);
    if (++this.#step < PAUSES.length) return this.#wait();
    this.#isRunning = false;
    this.#step = 0;
  };
}
