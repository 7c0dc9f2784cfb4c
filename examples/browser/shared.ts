/** The interfaces that the page and the server share. */
import type { Callback } from "../../mod.ts";

/** The header that a page sends when it connects. */
export interface Greeting {
  readonly name: string;
}

/** A chat message. */
export interface Message {
  readonly from: string;
  readonly text: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** The state of the room when a page enters. */
export interface Snapshot {
  /** The last messages, oldest first. */
  readonly history: readonly Message[];
  readonly people: readonly string[];
  readonly count: number;
}

/** A file that a page sends. */
export interface Upload {
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** Read only as fast as the server takes it. */
  readonly content: ReadableStream<Uint8Array>;
}

/** What the server offers to a page. */
export interface Room {
  /** Sends a message to all pages, including the caller's. */
  say(text: string): void;
  /** Returns at once, so that a page can measure the latency. */
  ping(): void;
  readonly counter: {
    /** Adds 1 or -1 for everyone. Returns the new count. */
    add(step: number): number;
  };
  /**
   * Reads a file, and announces it to all pages. Awaits `onProgress`, with the bytes read so far,
   * before it reads more.
   */
  upload(file: Upload, onProgress: Callback<(bytes: number) => void>): Promise<void>;
}

/** What a page offers to the server. */
export interface Page {
  /** Called first. Calls start in the order in which they're made. */
  entered(room: Snapshot): void;
  /** Someone sent a message. */
  said(message: Message): void;
  /** Someone entered or left. */
  people(names: readonly string[]): void;
  /** Someone changed the counter. */
  counted(count: number, by: string): void;
}
