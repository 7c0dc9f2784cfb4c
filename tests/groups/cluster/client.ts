import { currentCall, WebSocketConnector } from "../../../mod.ts";
import type { Guest, Ticket } from "./shared.ts";

/** What the clients of a test heard, together. */
export class Ears {
  /** How many broadcasts all clients heard. */
  count = 0;
  /** The first broadcasts that arrived twice, too early, too late, or at the wrong client. */
  readonly faults: string[] = [];

  fault(text: string): void {
    if (this.faults.length < 20) this.faults.push(text);
  }
}

/** A client of a server process. */
export class Client implements AsyncDisposable {
  readonly name: string;
  readonly rooms: readonly string[];
  /** The name of the process that it is connected to. */
  readonly place: string;
  /** Whether broadcasts of other processes can be lost, and the first ones of its own. */
  isLossy = false;
  /** How many calls of `wait` run, and how many were canceled. */
  readonly waits = { begun: 0, canceled: 0 };
  readonly connector: WebSocketConnector<Ticket, Guest, null>;
  readonly #ears: Ears;
  /** The number of the next broadcast, by room and process. */
  readonly #next = new Map<string, Map<string, number>>();

  constructor(ticket: Ticket, place: string, ears: Ears) {
    this.name = ticket.name;
    this.rooms = ticket.rooms;
    this.place = place;
    this.#ears = ears;
    this.connector = new WebSocketConnector(ticket, this.#guest());
    for (const room of ticket.rooms) this.#next.set(room, new Map());
  }

  /** How many of a process's broadcasts to a room it heard, if none was lost. */
  heard(room: string, from: string): number {
    return this.#next.get(room)!.get(from) ?? 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.connector.close().catch(() => {}); // its server was killed
  }

  #guest(): Guest {
    return {
      hear: (room, from, number) => this.#hear(room, from, number),
      add: (x, y) => x + y,
      echo: (value) => value,
      fail(code) {
        throw Object.assign(new RangeError("out of range"), { code });
      },
      wait: () => this.#wait(),
    };
  }

  #hear(room: string, from: string, number: number): void {
    this.#ears.count++;
    const numbers = this.#next.get(room);
    if (numbers === undefined) {
      return this.#ears.fault(`${this.name} isn't in ${room}, and heard ${from} ${number}`);
    }
    const next = numbers.get(from) ?? 0;
    const canSkip = this.isLossy && (from !== this.place || !numbers.has(from));
    numbers.set(from, number + 1);
    if (number === next || (number > next && canSkip)) return;
    this.#ears.fault(`${this.name} heard ${from} ${number} in ${room}, not ${next}`);
  }

  #wait(): Promise<void> {
    this.waits.begun++;
    const { signal } = currentCall();
    return new Promise((_, reject) => {
      signal.addEventListener("abort", () => {
        this.waits.canceled++;
        reject(signal.reason);
      });
    });
  }
}
