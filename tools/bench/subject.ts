/** What each subject's server offers. */
export interface Provider {
  plus(x: number, y: number): number;
  echo<T>(value: T): T;
  /** Calls back so many times at once, and returns when all have returned. */
  back(count: number): Promise<number>;
}

/** What a server needs of the client to call back. */
export interface Caller {
  plus(x: number, y: number): unknown;
}

/** One connection of a subject's client. */
export interface Client {
  plus(x: number, y: number): Promise<unknown>;
  echo(value: unknown): Promise<unknown>;
  /** Only where the server can call the client. */
  back?(count: number): Promise<unknown>;
  /** Only where bytes travel as bytes. */
  bytes?(value: Uint8Array): Promise<unknown>;
  close(): Promise<void>;
}

/** One way to call over a WebSocket: a server, and one or more clients of it. */
export interface Subject {
  /** Listens on 127.0.0.1 on a port of its own choice, and gives it. */
  serve(): Promise<number>;
  /** Clients by name, each toward a server of this subject's. */
  readonly clients: Readonly<Record<string, (port: number) => Promise<Client>>>;
}

/** The same functions for all. */
export function newProvider(client: Caller): Provider {
  return {
    plus: (x, y) => x + y,
    echo: (value) => value,
    async back(count) {
      const calls = Array.from({ length: count }, (_, i) => client.plus(i, 1));
      return (await Promise.all(calls)).length;
    },
  };
}

/** What a client offers to its server. */
export const CLIENT: Caller = { plus: (x, y) => x + y };

/** Stands in for the client where a server can't call it. */
export const NO_CALLER: Caller = {
  plus: () => Promise.reject(new Error("Cannot call back: this subject has no such calls")),
};
