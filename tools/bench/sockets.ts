/** Plain sockets for the subjects that bring none of their own, in Deno and in Node. */
import { type Package, peer } from "./peers.ts";

/** What the subjects use of a socket. */
export interface Socket {
  send(data: string | Uint8Array<ArrayBuffer>): void;
  close(): void;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
}

/**
 * Listens, and hands over each socket, with its request, before it is open. Gives the port. In Deno,
 * a socket that is silent for `idleTimeout` seconds is asked whether it's still there, unless that is
 * 0.
 */
export async function serveSockets(
  connected: (socket: Package, request: Package) => void,
  idleTimeout = 30,
): Promise<number> {
  if ("Deno" in globalThis) return serveInDeno(connected, idleTimeout);
  const { WebSocketServer } = await peer("ws");
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate: false });
  server.on("connection", connected);
  await new Promise((resolve) => server.on("listening", resolve));
  return server.address().port;
}

function serveInDeno(
  connected: (socket: Package, request: Request) => void,
  idleTimeout: number,
): number {
  const options = { port: 0, hostname: "127.0.0.1", onListen() {} };
  const server = Deno.serve(options, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request, { idleTimeout });
    socket.binaryType = "arraybuffer";
    connected(socket, request);
    return response;
  });
  return server.addr.port;
}

/** For libraries that expect the global class, which Node 20 doesn't have. */
export async function provideWebSocket(): Promise<void> {
  if ("WebSocket" in globalThis) return;
  Object.assign(globalThis, { WebSocket: (await peer("ws")).WebSocket });
}

/** Dials, and waits until the socket is open. */
export async function openSocket(port: number): Promise<Package> {
  const Dialled = "WebSocket" in globalThis ? WebSocket : (await peer("ws")).WebSocket;
  const socket = new Dialled(`ws://127.0.0.1:${port}`);
  socket.binaryType = "arraybuffer";
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = reject;
  });
  return socket;
}

/** Closes, and waits until the other end has closed too. */
export function closeSocket(socket: Package): Promise<void> {
  return new Promise((resolve) => {
    socket.onclose = () => resolve();
    socket.close();
  });
}
