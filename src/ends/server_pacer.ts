import type { Link, Pacer } from "../session/link.ts";

// why there is one: client_pacer.ts

/** What the server waits, in ms, from the last that it has heard to the first word, and so on. */
const PAUSES = [1, 2, 4, 8, 16];

/** The server's part: words after the last traffic, and a receipt for what caused no message. */
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
    if (!this.#isQuiet) { // in the middle of traffic its own answers are words enough
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
