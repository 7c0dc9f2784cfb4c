/** What the two ends of the room offer each other. */

/** What a page tells when it connects. */
export interface Greeting {
  readonly name: string;
}

/** One line of the chat. */
export interface Message {
  readonly from: string;
  readonly text: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** The room as it is when a page comes in. */
export interface Snapshot {
  /** What was said before, the oldest first. */
  readonly history: readonly Message[];
  readonly people: readonly string[];
  readonly count: number;
}

/** What the server offers to a page. */
export interface Room {
  /** Says something to all, and to the one who says it. */
  say(text: string): void;
  /** Answers at once, so that a page can tell how far away the server is. */
  ping(): void;
  readonly counter: {
    /** Moves it by one, up or down, for all. */
    add(step: number): number;
  };
}

/** What a page offers to the server. */
export interface Page {
  /** Comes first, before any news: what is called in order is begun in order. */
  entered(room: Snapshot): void;
  /** Somebody said something. */
  said(message: Message): void;
  /** Who is there has changed. */
  people(names: readonly string[]): void;
  /** Somebody moved the counter. */
  counted(count: number, by: string): void;
}
