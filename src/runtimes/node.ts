import { settles } from "../deadline.ts";
import { load, loadWs, type WsServer } from "./ws_package.ts";
import type { UpgradeRequest } from "../types/request.ts";
import { INVALID } from "./refusal.ts";
import type { Hooks, Listening, ListenOptions, Refusal } from "./types.ts";

/** What is asked of `node:http` and `node:https`: by structure, without the types of Node. */
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
interface NodeSocket {
  end(text: string, then: () => void): void;
  destroy(): void;
  on(event: "close" | "error", listener: () => void): void;
}
interface NodeServer {
  // deno-lint-ignore no-explicit-any -- each event has arguments of its own
  on(event: string, listener: (...args: any[]) => void): void;
  listen(where: { readonly port: number; readonly host: string }, then: () => void): void;
  address(): { readonly address: string; readonly port: number };
  close(then: () => void): void;
  closeIdleConnections(): void;
}

/** The longest message, in bytes: a longer one ends its connection with 1009. Deno's own measure. */
const MAX_MESSAGE = 64 * 2 ** 20;

/** How long a socket may take to close by itself when the server stops, in ms. */
const BRIEF = 250;

/** Listens by `node:http` or `node:https`, and upgrades by `ws`. Rejects if the port is in use. */
export async function listenInNode(options: ListenOptions, hooks: Hooks): Promise<Listening> {
  const { WebSocketServer } = await loadWs("open a server");
  const upgrader = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE,
    perMessageDeflate: false,
    handleProtocols: () => false, // a default would promise the first one that was asked for
  });
  const server = await serve(options, hooks);
  const sockets = track(server);
  upgradeAll(server, upgrader, hooks);
  await start(server, options);
  const { address: hostname, port } = server.address();
  return { address: { hostname, port }, shutdown };

  async function shutdown(ms: number): Promise<void> {
    const closed = new Promise<void>((resolve) => server.close(resolve));
    server.closeIdleConnections();
    if (await settles(closed, Math.min(BRIEF, ms))) return;
    for (const socket of sockets) socket.destroy(); // half a request, or no answer to our close
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

function upgradeAll(server: NodeServer, upgrader: WsServer, hooks: Hooks): void {
  server.on("upgrade", (request: NodeRequest, socket: NodeSocket, head: unknown) => {
    const ip = ipOf(request);
    const refused = hooks.refuse(request, ip);
    if (refused !== undefined) return refuse(socket, refused);
    upgrader.handleUpgrade(request as never, socket as never, head as never, (upgraded) => {
      hooks.upgraded(upgraded, request, ip);
    });
  });
  upgrader.on("wsClientError", (_error, socket, request) => {
    refuse(socket, invalid(request, ipOf(request), hooks));
  });
}

/** What `node:http` or `ws` itself does not take for an upgrade. */
function invalid(request: NodeRequest, ip: string, hooks: Hooks): Refusal {
  hooks.refused(INVALID, request, ip);
  return INVALID;
}

function ipOf(request: NodeRequest): string {
  return request.socket.remoteAddress ?? "";
}

/** The answer to an upgrade, which Node leaves to us byte for byte. */
function refuse(socket: NodeSocket, refused: Refusal): void {
  const headers = headersOf(refused);
  const { connection } = headers;
  headers.connection = connection === undefined ? "close" : `${connection}, close`;
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const head = [`HTTP/1.1 ${refused.status} `, ...lines, "", ""].join("\r\n");
  socket.on("error", () => {}); // it may be gone before the answer is
  socket.end(head + refused.body, () => socket.destroy());
}

function headersOf({ body, headers }: Refusal): Record<string, string> {
  return { ...headers, "content-length": String(new TextEncoder().encode(body).length) };
}

/** All sockets that are open: Node forgets those that were upgraded. */
function track(server: NodeServer): Set<NodeSocket> {
  const sockets = new Set<NodeSocket>();
  server.on("connection", (socket: NodeSocket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  return sockets;
}

async function start(server: NodeServer, { port, hostname }: ListenOptions): Promise<void> {
  if (hostname !== undefined) return await listen(server, port, hostname);
  try {
    await listen(server, port, "::"); // IPv6 and IPv4
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    if (code !== "EAFNOSUPPORT" && code !== "EADDRNOTAVAIL") throw error;
    await listen(server, port, "0.0.0.0"); // a machine without IPv6
  }
}

function listen(server: NodeServer, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.on("error", reject); // it stays: without any, a failed `accept` would end the process
    server.listen({ port, host }, resolve);
  });
}
