/** What the servers and the clients of the chat share. */

/** The rooms. If clients could create them, a server would have to limit their number. */
export const ROOMS: readonly string[] = ["lobby", "kitchen"];

/** What others see of each member of a room. */
export interface Person {
  readonly name: string;
}

/** What a client offers. */
export interface Screen {
  print(room: string, line: string): void;
  /** Shows a private message. Returns the answer. */
  whisper(from: string, text: string): string | Promise<string>;
}

/** What a server offers. */
export interface Chat {
  /** Enters a room. Returns the names of the people who are there, on all servers. */
  enter(room: string): Promise<string[]>;
  leave(room: string): void;
  say(room: string, text: string): Promise<void>;
  /** Calls one person in a room, whichever server they are on. Returns their answer. */
  whisper(room: string, to: string, text: string): Promise<string>;
  /** How many people of a room saw a question, and how many answered "yes". */
  poll(room: string, question: string): Promise<{ asked: number; yes: number }>;
}
