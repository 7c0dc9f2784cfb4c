import type { Endpoint } from "./endpoint.ts";

/** The connections of one server, accepted or not. */
export class ConnectionRegistry {
  readonly open = new Set<Endpoint>();
  /** How many are not decided about. */
  undecided = 0;
  /** Handlers of connections that are over. */
  readonly #handlers = new Set<Promise<unknown>>();
  #emptied: (() => void) | undefined;

  /** A connection has come in. */
  began(connection: Endpoint): void {
    this.undecided++;
    this.open.add(connection);
  }

  /** A connection was accepted or rejected, or has ended before that. */
  decided(): void {
    this.undecided--;
  }

  /** A connection is over; its handler may still run. */
  ended(connection: Endpoint, handled: Promise<unknown>): void {
    this.open.delete(connection);
    this.#handlers.add(handled);
    void handled.then(() => this.#handlers.delete(handled));
    if (this.open.size === 0) this.#emptied?.();
  }

  /** Closes all connections, and waits for their ends. */
  async close(code: number, reason: string): Promise<void> {
    const emptied = new Promise<void>((resolve) => this.#emptied = resolve);
    for (const connection of [...this.open]) connection.fail(code, reason);
    if (this.open.size > 0) await emptied;
  }

  /** Waits for the handlers of connections that are over. */
  async handled(): Promise<void> {
    await Promise.all(this.#handlers);
  }

  /** Calls that run or wait, and calls that were begun, of all connections together. */
  get calls(): { readonly underWay: number; readonly begun: number } {
    let underWay = 0;
    let begun = 0;
    for (const { rpc, session } of this.open) {
      underWay += rpc.served.running + (session?.isWaiting === true ? 1 : 0);
      begun += rpc.served.begun;
    }
    return { underWay, begun };
  }
}
