import { WebSocketConnector, WebSocketServer } from "../../mod.ts";
import type { Acceptor, Anything, Connector } from "./ends.ts";

/** Where tests listen. */
export const HERE = { port: 0, hostname: "127.0.0.1" } as const;

/** A server of no particular types. */
export type Server = WebSocketServer<unknown, object | null, Anything>;

/** Decides about a connection. */
export type Handler = (acceptor: Acceptor) => unknown;

/** A server that listens on 127.0.0.1. */
export async function opened(
  handler: Handler,
  options: Partial<WebSocketServer.OpenOptions> = {},
): Promise<Server> {
  const server: Server = new WebSocketServer();
  await server.open({ ...HERE, ...options }, handler);
  return server;
}

/** Its address for a connector. */
export function urlOf(server: Server): string {
  return `ws://127.0.0.1:${server.address!.port}`;
}

/** A connector to it, connected. */
export async function connectedTo(
  server: Server,
  options: WebSocketConnector.ConnectOptions = {},
  provider: object | null = null,
): Promise<Connector> {
  const connector: Connector = new WebSocketConnector<unknown, object | null, Anything>(
    null,
    provider,
  );
  await connector.connect(urlOf(server), options);
  return connector;
}

/** The status that an upgrade gets, of a page of this origin or of no page. */
export async function statusOf(server: Server, origin?: string): Promise<number> {
  const { port } = server.address!;
  using connection = await Deno.connect({ port, hostname: "127.0.0.1" });
  const lines = [
    "GET / HTTP/1.1",
    "Host: localhost",
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ...(origin === undefined ? [] : [`Origin: ${origin}`]),
    "",
    "",
  ];
  await connection.write(new TextEncoder().encode(lines.join("\r\n")));
  const bytes = new Uint8Array(1_000);
  const count = await connection.read(bytes) ?? 0;
  return Number(new TextDecoder().decode(bytes.subarray(0, count)).split(" ")[1]);
}
