import type { Socket } from "node:net";
import { frame, type FrameParts } from "./frames.ts";
import { Reader } from "./reader.ts";

/** Is it the end that dialled, whose frames are masked, or the other one? */
export type Side = "client" | "server";

/** One end of a TCP connection that sends whatever it is told, and keeps whatever comes in. */
export class RawPeer {
  /** What came in. */
  readonly reader = new Reader();
  readonly #socket: Socket;
  /** Which end it plays. */
  readonly side: Side;
  /** What it asks for, or was asked for. */
  path = "/";
  /** The port of the other end. */
  readonly port: number;
  /** What a script wants to be compared. */
  readonly notes: string[] = [];
  readonly #watchers = new Set<() => void>();
  #ended: "closed" | "reset" | undefined;

  constructor(socket: Socket, side: Side) {
    this.#socket = socket;
    this.side = side;
    this.port = socket.remotePort ?? 0;
    socket.setNoDelay(true);
    socket.on("data", (bytes) => {
      this.reader.push(new Uint8Array(bytes));
      this.#wake();
    });
    socket.on("error", () => this.#end("reset")); // `close` follows, too late to tell them apart
    socket.on("end", () => this.#end("closed"));
    socket.on("close", () => this.#end("closed"));
  }

  /** How the other end ended TCP, if it did. */
  get ended(): "closed" | "reset" | undefined {
    return this.#ended;
  }

  /** Sends bytes as they are; a connection that is over swallows them. */
  write(bytes: Uint8Array | string): void {
    if (!this.#socket.destroyed && !this.#socket.writableEnded) this.#socket.write(bytes);
  }

  /** Sends bytes, and waits until they have left. */
  writeAll(bytes: Uint8Array): Promise<void> {
    if (this.#socket.destroyed) return Promise.resolve();
    return new Promise((resolve) => this.#socket.write(bytes, () => resolve()));
  }

  /** Sends a frame: masked or not as this side must, where the parts don't say. */
  frame(parts: FrameParts): void {
    this.write(frame({ masked: this.side === "client", ...parts }));
  }

  /** Sends a text frame. */
  text(text: string): void {
    this.frame({ payload: text });
  }

  /** Resets the connection, as a process that was killed with unread data does. */
  reset(): void {
    this.#socket.resetAndDestroy();
  }

  /** Sends no more, and still reads. */
  finish(): void {
    this.#socket.end();
  }

  /** Reads no more until `resume`. */
  pause(): void {
    this.#socket.pause();
  }

  /** Reads again. */
  resume(): void {
    this.#socket.resume();
  }

  /** Lets go of the connection. */
  destroy(): void {
    this.#socket.destroy();
  }

  /**
   * Waits until it holds, or until TCP has ended, or for so many ms: tells whether it does hold.
   * Asked anew whenever something came in.
   */
  until(holds: (reader: Reader) => boolean, ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (isTrue: boolean): void => {
        clearTimeout(timer);
        this.#watchers.delete(look);
        resolve(isTrue);
      };
      const look = (): void => {
        if (holds(this.reader)) settle(true);
        else if (this.#ended !== undefined) settle(false);
      };
      const timer = setTimeout(() => settle(holds(this.reader)), ms);
      this.#watchers.add(look);
      look();
    });
  }

  /** Waits until TCP has ended, for so many ms at most: tells whether it has. */
  async untilEnded(ms: number): Promise<boolean> {
    await this.until(() => false, ms);
    return this.#ended !== undefined;
  }

  #end(how: "closed" | "reset"): void {
    this.#ended ??= how;
    this.#wake();
  }

  #wake(): void {
    for (const look of [...this.#watchers]) look();
  }
}
