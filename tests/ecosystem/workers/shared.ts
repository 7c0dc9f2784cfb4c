/** What the test Worker and its clients offer each other. */

/** Authentication: the Worker rejects strangers. */
export interface Header {
  readonly name: string;
}

/** A client. */
export interface Desk {
  show(text: string): string;
}

/** A client in a room. */
export interface Member {
  heard(name: string, text: string): void;
}

/** What the Worker has seen: calls of `wait` that were aborted, clients that left, and closes. */
export interface Seen {
  readonly aborted: number;
  readonly left: string[];
  readonly closes: string[];
}

/** The Worker. */
export interface Account {
  /** The client's name and address. */
  name(): string;
  /** Calls the client. */
  show(text: string): Promise<string>;
  wait(ms: number): Promise<void>;
  seen(): Seen;
  echo(value: unknown): unknown;
  /** Calls the client `ms` after the call has returned. */
  later(ms: number): void;
  /** The Worker closes the connection. */
  close(code?: number, reason?: string): Promise<void>;
  /** Lets other clients call this one. */
  remember(): void;
  /** Calls the client that was remembered. */
  showRemembered(text: string): Promise<string>;
  /** The Worker connects to a server, or to itself. */
  dial(url: string): Promise<string[]>;
  dialSelf(): Promise<string[]>;
}
