/** This library. */
import {
  type Feature,
  reconnection,
  structured,
  WebSocketConnector,
  WebSocketServer,
} from "../../../mod.ts";
import { CLIENT, type Client, newProvider, type Provider, type Subject } from "../subject.ts";

type Options = WebSocketConnector.ConnectOptions;

export const ours: Subject = {
  serve: () => serve({}),
  clients: {
    "Sheetbend, linked": (port) => connect(port, {}),
    "Sheetbend, plain": (port) => connect(port, { wire: "plain" }),
    "Sheetbend, linked, no batches": (port) => withoutBatches(() => connect(port, {})),
  },
};

/** Apart: a server that chose it looks for what JSON would lose, where its client did not. */
export const oursStructured: Subject = {
  serve: () => serve({ use: [structured] }),
  clients: {
    "Sheetbend, structured": (port) => connect(port, { use: [structured] }),
  },
};

/** The default without reconnection, so that both have the same. In ms. */
const HEARTBEAT = 25_000;

/** The same connections with and without reconnection: see `reconnection.ts`. */
export const reconnectionOn: Subject = {
  serve: () => serve({ use: [reconnection()], heartbeat: HEARTBEAT }),
  clients: {
    "on": (port) => connect(port, { use: [reconnection()], heartbeat: HEARTBEAT }),
  },
};
export const reconnectionOff: Subject = {
  serve: () => serve({}),
  clients: { "off": (port) => connect(port, {}), "off again": (port) => connect(port, {}) },
};

async function serve(
  options: { readonly use?: readonly Feature[]; readonly heartbeat?: number },
): Promise<number> {
  const server = new WebSocketServer<unknown, Provider, typeof CLIENT>();
  await server.open({ port: 0, hostname: "127.0.0.1", ...options }, async (acceptor) => {
    const client = acceptor.getDriver();
    await acceptor.accept(newProvider({ plus: (x, y) => client.plus(x, y) }));
  });
  return server.address!.port;
}

/** A client of this library's toward any server that speaks its wires. */
export async function connect(port: number, options: Options): Promise<Client> {
  const connector = new WebSocketConnector<null, typeof CLIENT, Provider>(null, CLIENT);
  await connector.connect(`ws://127.0.0.1:${port}`, options);
  const driver = connector.getDriver();
  return {
    plus: (x, y) => driver.plus(x, y),
    echo: (value) => driver.echo(value),
    back: (count) => driver.back(count),
    ...options.use !== undefined && { bytes: (value) => driver.echo(value) },
    close: () => connector.close(),
  };
}

/** The same wire, but the offer does not name the feature: each message has a frame of its own. */
function withoutBatches<T>(connecting: () => Promise<T>): Promise<T> {
  const stringify = JSON.stringify;
  JSON.stringify = ((value: { link?: { features?: string[] } }, ...more: []) => {
    const features = value?.link?.features?.filter((name) => name !== "batch");
    if (features === undefined) return stringify(value, ...more);
    return stringify({ ...value, link: { ...value.link, features } });
  }) as typeof JSON.stringify;
  try {
    return connecting(); // the offer is made before anything is awaited
  } finally {
    JSON.stringify = stringify;
  }
}
