import type { Driver } from "../../../mod.ts";
import type { Guest, Tally } from "./shared.ts";

/** Calls members again and again, each until a call fails, or until it is ended. */
export class Caller {
  readonly #faults: string[] = [];
  readonly #loops: Promise<void>[];
  #right = 0;
  #isEnding = false;

  constructor(members: readonly Driver<Guest>[]) {
    this.#loops = members.map((member) => this.#loop(member));
  }

  async end(): Promise<Tally> {
    this.#isEnding = true;
    await Promise.all(this.#loops);
    return { right: this.#right, faults: this.#faults };
  }

  async #loop(member: Driver<Guest>): Promise<void> {
    for (let x = 0; !this.#isEnding; x++) {
      const sum = await member.add(x, 1).catch((error) => error);
      if (sum !== x + 1) return void this.#faults.push(`add(${x}, 1): ${sum}`);
      this.#right++;
    }
  }
}
