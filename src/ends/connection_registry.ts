import type { Endpoint } from "./endpoint.ts";

/** The connections of one server, accepted or not. */
export class ConnectionRegistry {
  readonly open = new Set<Endpoint>();
  undecided = 0;
  /** Sockets that are not closed, of connections that are over. */
  lingering = 0;
  /** Those of connections that are over. */
  readonly #handlers = new Set<Promise<unknown>>();
  #emptied: (() => void) | undefined;

  began(connection: Endpoint): void {
    this.undecided++;
    this.open.add(connection);
  }

  /** The acceptors of those that are open, each time anew. */
  get accepted(): Iterable<object> {
    const { open } = this;
    return {
      *[Symbol.iterator]() {
        for (const { phase, communicator } of [...open]) {
          if (phase === "open" || phase === "away") yield communicator;
        }
      },
    };
  }

  /** A connection was accepted or rejected, or has ended undecided. */
  decided(): void {
    this.undecided--;
  }

  /** A socket outlives its connection; returns a function to call once it is closed. */
  readonly lingers = (): () => void => {
    this.lingering++;
    return () => void this.lingering--;
  };

  /** `handled` is the connection's handler, which may still run. */
  ended(connection: Endpoint, handled: Promise<unknown>): void {
    this.open.delete(connection);
    this.#handlers.add(handled);
    void handled.then(() => this.#handlers.delete(handled));
    if (this.open.size === 0) this.#emptied?.();
  }

  /** Closes all connections, and waits until they are closed. */
  async close(code: number, reason: string): Promise<void> {
    const emptied = new Promise<void>((resolve) => this.#emptied = resolve);
    for (const connection of [...this.open]) connection.fail(code, reason);
    if (this.open.size > 0) await emptied;
  }

  async handled(): Promise<void> {
    await Promise.all(this.#handlers);
  }

  /** How many calls run or wait, and how many have begun, on all connections. */
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
