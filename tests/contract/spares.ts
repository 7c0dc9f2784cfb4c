import type { Acceptor, Library, Make, Server } from "./library.ts";
import { tell, type Told } from "./provider.ts";

const HOST = "127.0.0.1";

/** Where a server listens; TGrid's does not tell, so its insides are asked. */
export function portOf(server: Server): number {
  if (server.address !== undefined) return server.address.port;
  const { server_ } = server as unknown as { server_: { address(): { port: number } } };
  return server_.address().port;
}

/** Opens a server of either make on the port, 0 for a free one. */
export function listen(
  server: Server,
  handler: (acceptor: Acceptor) => unknown,
  { make, port = 0, limits = {} }: {
    readonly make: Make;
    readonly port?: number;
    readonly limits?: Readonly<Record<string, number>>;
  },
): Promise<void> {
  // TGrid's takes a port alone, and listens on every address
  const target = make === "ours" ? { port, hostname: HOST, limits } : port;
  return server.open(target, handler as (acceptor: Acceptor) => Promise<void>);
}

/** Servers beside the one that is under test: those that a case opens and closes itself. */
export class Spares {
  readonly #lib: Library;
  readonly #make: Make;
  readonly #handler: (acceptor: Acceptor) => unknown;
  readonly #servers = new Map<number, Server>();

  constructor(lib: Library, make: Make, handler: (acceptor: Acceptor) => unknown) {
    this.#lib = lib;
    this.#make = make;
    this.#handler = handler;
  }

  /** Opens one; gives its port, and its states before and after. */
  async open(limits: Readonly<Record<string, number>> = {}): Promise<unknown> {
    const server = new this.#lib.WebSocketServer();
    const before = server.state;
    await listen(server, this.#handler, { make: this.#make, limits });
    const port = portOf(server);
    this.#servers.set(port, server);
    return { port, states: [before, server.state] };
  }

  /** Closes one; gives its state when `close()` returned, and when it resolved. */
  async close(port: number, grace?: number): Promise<number[]> {
    const server = this.#of(port);
    const closing = grace === undefined ? server.close() : server.close({ grace });
    const during = server.state;
    await closing;
    return [during, server.state];
  }

  /** Opens the same object once more, on its port; tells of the error where there is one. */
  async reopen(port: number): Promise<Told | undefined> {
    try {
      await listen(this.#of(port), this.#handler, { make: this.#make, port });
      return undefined;
    } catch (error) {
      return tell(this.#lib, error);
    }
  }

  /** Opens another one on a port that is taken; gives its error and its state. */
  async occupy(port: number): Promise<unknown> {
    const server = new this.#lib.WebSocketServer();
    try {
      await listen(server, this.#handler, { make: this.#make, port });
      await server.close();
      return { state: server.state };
    } catch (error) {
      return { state: server.state, error: tell(this.#lib, error) };
    }
  }

  /** Tells of the error of a `close()` that can't be. */
  async closeAgain(port: number): Promise<Told | undefined> {
    try {
      await this.#of(port).close();
      return undefined;
    } catch (error) {
      return tell(this.#lib, error);
    }
  }

  /** Closes what a case left open. */
  async closeAll(): Promise<void> {
    const OPEN = 1;
    const open = [...this.#servers.values()].filter(({ state }) => state === OPEN);
    this.#servers.clear();
    await Promise.all(open.map((server) => server.close()));
  }

  #of(port: number): Server {
    const server = this.#servers.get(port);
    if (server === undefined) throw new Error(`Cannot find the server of port ${port}: it is none`);
    return server;
  }
}
