import type { Endpoint } from "./endpoint.ts";

/** The connections of one server, including those not accepted yet. */
export class ConnectionRegistry {
  readonly open = new Set<Endpoint>();
  undecided = 0;
  /** How many sockets are still open although their connection is over. */
  lingering = 0;
  /** The handlers that still run although their connection is over. */
  readonly #handlers = new Set<Promise<unknown>>();
  #emptied: (() => void) | undefined;

  began(connection: Endpoint): void {
    this.undecided++;
    this.open.add(connection);
  }

  /** The acceptors of open connections. Each iteration looks again. */
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

  /** A connection was accepted or rejected, or ended before that. */
  decided(): void {
    this.undecided--;
  }

  /** A socket outlives its connection. Returns a function to call when the socket is closed. */
  readonly lingers = (): () => void => {
    this.lingering++;
    return () => void this.lingering--;
  };

  /** How many connections count toward the limit `connections`. */
  get size(): number {
    return this.open.size + this.lingering;
  }

  /** `handled` settles when the connection's handler is done. */
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

  /** How many calls run or wait on all connections, and how many have started since they opened. */
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
