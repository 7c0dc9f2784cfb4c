/** What the two ends of the room offer each other. */

/** One line of the chat. */
export interface Message {
  readonly from: string;
  readonly text: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** What the server offers to a page. */
export interface Room {
  /** What was said before, and where the counter stands. */
  enter(): { readonly history: readonly Message[]; readonly people: readonly string[] };
  /** Says something to all. */
  say(text: string): void;
  readonly counter: {
    /** Where it stands. */
    value(): number;
    /** Moves it, for all. */
    add(step: number): number;
  };
}

/** What a page offers to the server. */
export interface Page {
  /** Somebody said something. */
  said(message: Message): void;
  /** Who is there has changed. */
  people(names: readonly string[]): void;
  /** The counter has moved. */
  counted(value: number, by: string): void;
}

/** What a page tells when it connects. */
export interface Greeting {
  readonly name: string;
}
