/** A library that is loaded from a folder: this checkout's, or that of the code before. */
import { pathToFileURL } from "node:url";
import { CLIENT, type Client, newProvider, type Subject } from "./subject.ts";

/** On which wire, and with which values. */
export type Wire = "linked" | "plain" | "structured";

/** Where a library's module is, and how it is used. */
export interface Use {
  /** The path of `mod.ts`, or of a built `mod.js`. */
  readonly path: string;
  readonly wire: Wire;
}

/** What is asked of a library, whose types are another checkout's. */
interface Library {
  readonly structured: unknown;
  readonly WebSocketServer: new () => {
    readonly address: { readonly port: number } | undefined;
    open(options: object, handler: (acceptor: Acceptor) => Promise<void>): Promise<void>;
    close(): Promise<void>;
  };
  readonly WebSocketConnector: new (header: null, provider: object) => {
    connect(url: string, options: object): Promise<void>;
    getDriver(): Remote;
    close(): Promise<void>;
  };
}
interface Acceptor {
  accept(provider: object): unknown;
  getDriver(): { plus(x: number, y: number): Promise<number> };
}
interface Remote {
  plus(x: number, y: number): Promise<unknown>;
  echo(value: unknown): Promise<unknown>;
  back(count: number): Promise<unknown>;
}

const HERE = { port: 0, hostname: "127.0.0.1" };

/** Loads it. */
export async function loadSubject({ path, wire }: Use): Promise<Subject> {
  const library: Library = await import(pathToFileURL(path).href);
  const values = wire === "structured" ? await structuredOption(library) : {};
  return {
    async serve() {
      const server = new library.WebSocketServer();
      await server.open({ ...HERE, ...values }, async (acceptor) => {
        const client = acceptor.getDriver();
        await acceptor.accept(newProvider({ plus: (x, y) => client.plus(x, y) }));
      });
      return server.address!.port;
    },
    clients: {
      [wire]: async (port): Promise<Client> => {
        const connector = new library.WebSocketConnector(null, CLIENT);
        const options = { ...values, ...wire === "plain" && { wire } };
        await connector.connect(`ws://127.0.0.1:${port}`, options);
        const driver = connector.getDriver();
        return {
          plus: (x, y) => driver.plus(x, y),
          echo: (value) => driver.echo(value),
          back: (count) => driver.back(count),
          ...wire === "structured" && { bytes: (value) => driver.echo(value) },
          close: () => connector.close(),
        };
      },
    },
  };
}

/** The option's name has changed: a library that has `use` refuses `values`. */
async function structuredOption(library: Library): Promise<object> {
  const { structured } = library;
  const values = { values: structured };
  const server = new library.WebSocketServer();
  try {
    await server.open({ ...HERE, ...values }, async () => {});
  } catch (error) {
    if (error instanceof TypeError) return { use: [structured] };
    throw error;
  }
  await server.close();
  return values;
}
