import type { End } from "./end.ts";

/** A connection as a server sees it, from before its header to its end. */
export interface Greeted {
  /** Resolves when the connection is over. */
  readonly ended: Promise<void>;
  /** Resolves when the handler has returned, failed, or can't be called any more. */
  readonly handled: Promise<unknown>;
  /** Calls that run now, and calls that were ever begun. */
  readonly served: { readonly running: number; readonly begun: number };
  /** Do returns wait to leave, or calls to be begun? */
  readonly isWaiting: boolean;
  /** Ends it, accepted or not. */
  end(code: number, reason: string): void;
}

/** What a server keeps of a connection: no more of its end than that. */
export class Kept implements Greeted {
  readonly #end: End;
  readonly #handled: () => Promise<unknown>;

  constructor(end: End, handled: () => Promise<unknown>) {
    this.#end = end;
    this.#handled = handled;
  }

  get ended(): Promise<void> {
    return this.#end.connection.over;
  }

  get handled(): Promise<unknown> {
    return this.#handled();
  }

  get served(): Greeted["served"] {
    return this.#end.friend.router;
  }

  get isWaiting(): boolean {
    return this.#end.connection.isWaiting;
  }

  end(code: number, reason: string): void {
    this.#end.connection.fail(code, reason);
  }
}
