import { settles } from "../deadline.ts";
import { load, loadWs, type WsServer } from "./ws_package.ts";
import type { UpgradeRequest } from "../types/request.ts";
import { type Corkable, corked } from "./corked.ts";
import { INVALID } from "./refusal.ts";
import type { Hooks, Listening, ListenOptions, Refusal } from "./types.ts";

// the part of `node:http` and `node:https` that is used here; avoids a dependency on Node's types
interface NodeHttp {
  createServer(
    tls: { readonly key?: string; readonly cert?: string },
    answer: (request: NodeRequest, response: NodeResponse) => void,
  ): NodeServer;
}
interface NodeRequest extends UpgradeRequest {
  readonly socket: { readonly remoteAddress?: string | undefined };
}
interface NodeResponse {
  writeHead(status: number, headers: Readonly<Record<string, string>>): void;
  end(body: string): void;
}
interface NodeSocket extends Corkable {
  end(text: string, then: () => void): void;
  destroy(): void;
  on(event: "close" | "error", listener: () => void): void;
}
interface NodeServer {
  // deno-lint-ignore no-explicit-any -- each event has its own arguments
  on(event: string, listener: (...args: any[]) => void): void;
  listen(where: { readonly port: number; readonly host: string }, then: () => void): void;
  address(): { readonly address: string; readonly port: number };
  close(then: () => void): void;
  closeIdleConnections(): void;
}

/** As in Deno. A longer message ends the connection with 1009. */
const MAX_MESSAGE_BYTES = 64 * 2 ** 20;
/** How long sockets may take to close when the server stops, in ms. */
const CLOSE_TIME = 250;

/** Rejects with Node's error if the port is in use, or if `ws` is missing. */
export async function listenInNode(options: ListenOptions, hooks: Hooks): Promise<Listening> {
  const { WebSocketServer } = await loadWs("open a server");
  const upgrader = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
    // without this, `ws` picks the first one that the client offers
    handleProtocols: (_offered, request) => hooks.protocol(request) ?? false,
  });
  const server = await serve(options, hooks);
  const sockets = new Set<NodeSocket>(); // Node doesn't close upgraded ones
  server.on("connection", (socket: NodeSocket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  acceptUpgrades(server, upgrader, hooks);
  await start(server, options);
  const { address: hostname, port } = server.address();
  return { address: { hostname, port }, shutdown };

  async function shutdown(ms: number): Promise<void> {
    const closed = new Promise<void>((resolve) => server.close(resolve));
    server.closeIdleConnections();
    if (await settles(closed, Math.min(CLOSE_TIME, ms))) return;
    for (const socket of sockets) socket.destroy(); // half-sent requests, unanswered closes
    await settles(closed, ms);
  }
}

async function serve({ key, cert }: ListenOptions, hooks: Hooks): Promise<NodeServer> {
  const isTls = key !== undefined && cert !== undefined;
  const { createServer } = await load(isTls ? "node:https" : "node:http") as NodeHttp;
  return createServer(isTls ? { key, cert } : {}, (request, response) => {
    const ip = ipOf(request);
    const refused = hooks.refuse(request, ip) ?? invalid(request, ip, hooks);
    response.writeHead(refused.status, headersOf(refused));
    response.end(refused.body);
  });
}

function acceptUpgrades(server: NodeServer, upgrader: WsServer, hooks: Hooks): void {
  server.on("upgrade", (request: NodeRequest, socket: NodeSocket, head: unknown) => {
    const ip = ipOf(request);
    const refused = hooks.refuse(request, ip);
    if (refused !== undefined) return refuse(socket, refused);
    upgrader.handleUpgrade(request as never, socket as never, head as never, (upgraded) => {
      hooks.upgraded(corked(upgraded, socket), request, ip);
    });
  });
  upgrader.on("wsClientError", (_error, socket, request) => {
    refuse(socket, invalid(request, ipOf(request), hooks));
  });
}

/** Reports a request that isn't an upgrade for `node:http` or `ws`. */
function invalid(request: NodeRequest, ip: string, hooks: Hooks): Refusal {
  hooks.refused(INVALID, request, ip);
  return INVALID;
}

function ipOf(request: NodeRequest): string {
  return request.socket.remoteAddress ?? "";
}

/** Writes the response to the socket, because Node has no response object for upgrades. */
function refuse(socket: NodeSocket, refused: Refusal): void {
  const headers = headersOf(refused);
  const { connection } = headers;
  headers.connection = connection === undefined ? "close" : `${connection}, close`;
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const head = [`HTTP/1.1 ${refused.status} `, ...lines, "", ""].join("\r\n");
  socket.on("error", () => {}); // the client may be gone
  socket.end(head + refused.body, () => socket.destroy());
}

function headersOf({ body, headers }: Refusal): Record<string, string> {
  return { ...headers, "content-length": String(new TextEncoder().encode(body).length) };
}

async function start(server: NodeServer, { port, hostname }: ListenOptions): Promise<void> {
  if (hostname !== undefined) return await listen(server, port, hostname);
  try {
    await listen(server, port, "::"); // IPv6 and IPv4
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    if (code !== "EAFNOSUPPORT" && code !== "EADDRNOTAVAIL") throw error;
    await listen(server, port, "0.0.0.0"); // no IPv6 on this machine
  }
}

function listen(server: NodeServer, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.on("error", reject); // never removed, because a failed `accept` would end the process
    server.listen({ port, host }, resolve);
  });
}
