import process from "node:process";
import { setImmediate } from "node:timers";
import type { Message, RoomServer } from "./subject.ts";

/** How a server sends. */
export type Way = "send" | "loop";

/** How long to send, and how many messages may be on their way at a time. */
export interface WindowOrder {
  readonly way: Way;
  readonly ms: number;
  readonly flight: number;
}

/** What a window gave. */
export interface RoomWindow {
  readonly perSecond: number;
  /** Time of the process's cores for each message, in ms. */
  readonly cpu: number;
}

/** A message that takes longer to reach everyone is lost. In ms. */
const LOST = 30_000;
/** The message without its mark has so many characters in its text. */
const TEXT = "so this is what somebody says in a room";

/** Sends messages from one process, and waits until all members have them. */
export class RoomRun {
  readonly #server: RoomServer;
  readonly #rooms: number;
  readonly #message: Message;
  #sent = 0;
  #arrived = 0;
  #wake: () => void = () => {};

  constructor(
    server: RoomServer,
    { rooms, mark }: { readonly rooms: number; readonly mark: string },
  ) {
    this.#server = server;
    this.#rooms = rooms;
    this.#message = { from: "Ada", text: `${mark}${TEXT}` };
  }

  /** So many messages more have reached all members of their room. */
  arrived(count: number): void {
    this.#arrived += count;
    this.#wake();
  }

  /** Sends for so long, each message in a turn of its own. */
  async window({ way, ms, flight }: WindowOrder): Promise<RoomWindow> {
    const begun = performance.now();
    const cpu = process.cpuUsage();
    const before = this.#sent;
    while (performance.now() - begun < ms) {
      if (this.#sent - this.#arrived >= flight) {
        await this.#more();
        continue;
      }
      this.#send(way);
      await new Promise((resolve) => setImmediate(resolve));
    }
    while (this.#arrived < this.#sent) await this.#more();
    const count = this.#sent - before;
    const { user, system } = process.cpuUsage(cpu);
    return {
      perSecond: count * 1_000 / (performance.now() - begun),
      cpu: (user + system) / 1_000 / count,
    };
  }

  /** How many bytes of JSON one message takes that is sent to all members of a room. */
  async encoded(way: Way): Promise<number> {
    const { stringify } = JSON;
    let bytes = 0;
    JSON.stringify = ((...args: Parameters<typeof stringify>) => {
      const text = stringify(...args);
      if (text?.includes(TEXT) === true) bytes += text.length;
      return text;
    }) as typeof stringify;
    try {
      this.#send(way);
      while (this.#arrived < this.#sent) await this.#more();
    } finally {
      JSON.stringify = stringify;
    }
    return bytes;
  }

  #send(way: Way): void {
    this.#server[way]!(this.#sent++ % this.#rooms, this.#message);
  }

  /** Resolves when more messages have arrived. */
  #more(): Promise<void> {
    return new Promise((resolve, reject) => {
      const lost = (): void => {
        const missing = this.#sent - this.#arrived;
        reject(new Error(`Cannot measure: ${missing} messages haven't reached all members`));
      };
      const timer = setTimeout(lost, LOST);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
