/** A connection as a server sees it, from before its header to its end. */
export interface Greeted {
  /** Resolves when the handler has returned, failed, or can't be called any more. */
  readonly handled: Promise<unknown>;
  /** Calls that run now, and calls that were ever begun. */
  readonly served: { readonly running: number; readonly begun: number };
  /** Do returns wait to leave, or calls to be begun? */
  readonly isWaiting: boolean;
  /** Ends it, accepted or not. */
  fail(code: number, reason: string): void;
}

/** What a server is told of its connections. */
export interface Greeter {
  /** There is one more. */
  began(connection: Greeted): void;
  /** It has been decided about, or has ended without. */
  decided(): void;
  /** It is over. */
  ended(connection: Greeted): void;
}
