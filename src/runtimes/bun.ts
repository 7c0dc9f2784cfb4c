import { queueMicrotask } from "../global_scope.ts";
import { settles } from "../deadline.ts";
import type { SocketLike } from "../types/socket.ts";
import { ReadRequest } from "./read_request.ts";
import { INVALID, refusal, responseOf } from "./refusal.ts";
import type { Hooks, Listening, ListenOptions } from "./types.ts";

// the part of Bun's API that is used here; avoids a dependency on Bun's types
interface ServeOptions {
  readonly port: number;
  readonly hostname: string;
  readonly tls?: { readonly key: string; readonly cert: string };
  fetch(request: Request, server: BunServer): Response | undefined;
  error(): Response;
  readonly websocket: {
    readonly maxPayloadLength: number;
    readonly backpressureLimit: number;
    readonly idleTimeout: number;
    open(socket: BunSocket): void;
    message(socket: BunSocket, data: unknown): void;
    close(socket: BunSocket, code: number, reason: string): void;
  };
}
interface BunServer {
  readonly hostname: string;
  readonly port: number;
  upgrade(
    request: Request,
    options: { readonly data: Adapter; readonly headers: Readonly<Record<string, string>> },
  ): boolean;
  requestIP(request: Request): { readonly address: string } | null;
  stop(isAbrupt: boolean): Promise<void>;
}
interface BunSocket {
  readonly data: Adapter;
  binaryType: string;
  send(text: string): number;
  close(code?: number, reason?: string): void;
  terminate(): void;
  getBufferedAmount(): number;
}
declare const Bun: { serve(options: ServeOptions): BunServer };

/** As in Deno. A longer message ends the connection. */
const MAX_MESSAGE_BYTES = 64 * 2 ** 20;
/** Bun drops frames above this limit, so the library's own limit must apply first. */
const MAX_WAITING_BYTES = 2 ** 31 - 1;
/** Bun closes a connection without a frame or a pong for this long. */
const IDLE_SECONDS = 120;
/** How long sockets may take to close when the server stops, in ms. */
const CLOSE_TIME = 250;

/** Throws Bun's error if the port is in use. */
export function listenInBun(options: ListenOptions, hooks: Hooks): Listening {
  const server = serve(options, hooks);
  const { hostname, port } = server;
  return {
    address: { hostname, port },
    async shutdown() {
      const stopped = server.stop(false);
      if (!(await settles(stopped, CLOSE_TIME))) await server.stop(true);
    },
  };
}

function serve({ port, hostname, key, cert }: ListenOptions, hooks: Hooks): BunServer {
  const start = (host: string): BunServer =>
    Bun.serve({
      port,
      hostname: host,
      ...(key === undefined || cert === undefined ? {} : { tls: { key, cert } }),
      fetch: (request, server) => answer(request, server, hooks),
      error: () => responseOf(refusal(500, "Internal server error")),
      websocket: {
        maxPayloadLength: MAX_MESSAGE_BYTES,
        backpressureLimit: MAX_WAITING_BYTES,
        idleTimeout: IDLE_SECONDS,
        open: (socket) => socket.data.opened(socket),
        message: ({ data }, message) => data.emit("message", { data: message }),
        close: ({ data }, code, reason) => data.closed(code, reason),
      },
    });
  if (hostname !== undefined) return start(hostname);
  try {
    return start("::"); // IPv6 and IPv4
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === "EADDRINUSE") throw error;
    return start("0.0.0.0"); // no IPv6 on this machine
  }
}

function answer(request: Request, server: BunServer, hooks: Hooks): Response | undefined {
  const ip = server.requestIP(request)?.address ?? "";
  const refused = hooks.refuse(request, ip);
  if (refused !== undefined) return responseOf(refused);
  const read = new ReadRequest(request);
  const socket = new Adapter();
  // an empty header means none; without the header, Bun picks the first one that the client offers
  const headers = { "sec-websocket-protocol": hooks.protocol(request) ?? "" };
  if (!server.upgrade(request, { data: socket, headers })) {
    hooks.refused(INVALID, read, ip);
    return responseOf(INVALID);
  }
  hooks.upgraded(socket, read, ip);
}

type Listener = (event: unknown) => void;

/** Adapts a socket of Bun, which takes handlers only per server, to the W3C interface. */
class Adapter implements SocketLike {
  binaryType = "arraybuffer";
  readyState = 0;
  readonly #listeners = new Map<string, Set<Listener>>();
  #socket: BunSocket | undefined;

  get bufferedAmount(): number {
    return this.#socket?.getBufferedAmount() ?? 0;
  }

  get copiesBytes(): boolean {
    return true;
  }

  send(text: string): void {
    const sent = this.#socket!.send(text); // in bytes
    if (sent === 0 && text.length > 0) throw new Error("Cannot send: Bun dropped the frame");
  }

  close(code?: number, reason?: string): void {
    if (this.#socket === undefined) return; // not open yet
    this.readyState = 2;
    this.#socket.close(code ?? 1005, reason); // 1005 sends no code, while Bun's default is 1000
  }

  terminate(): void {
    this.#socket?.terminate();
  }

  addEventListener(type: string, listener: Listener): void {
    const listeners = this.#listeners.get(type);
    if (listeners === undefined) this.#listeners.set(type, new Set([listener]));
    else listeners.add(listener);
  }

  removeEventListener(type: string, listener: Listener): void {
    this.#listeners.get(type)?.delete(listener);
  }

  emit(type: string, event: unknown): void {
    for (const listener of [...this.#listeners.get(type) ?? []]) listener(event);
  }

  opened(socket: BunSocket): void {
    this.#socket = socket;
    socket.binaryType = this.binaryType;
    this.readyState = 1;
    this.emit("open", {});
  }

  /** Bun calls this inside of `close`, but listeners expect the event later. */
  closed(code: number, reason: string): void {
    this.readyState = 3;
    queueMicrotask(() => this.emit("close", { code, reason }));
  }
}
