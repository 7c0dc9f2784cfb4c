import { settles } from "../deadline.ts";
import type { SocketLike } from "../types/socket.ts";
import { ReadRequest } from "./read_request.ts";
import { INVALID, refusal, responseOf } from "./refusal.ts";
import type { Hooks, Listening, ListenOptions } from "./types.ts";

/** What is asked of Bun: by structure, so that the types of no runtime are needed. */
interface BunLike {
  serve(options: ServeOptions): BunServer;
}
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
  upgrade(request: Request, options: { readonly data: Adapter }): boolean;
  requestIP(request: Request): { readonly address: string } | null;
  stop(isAbrupt: boolean): Promise<void>;
}
interface BunSocket {
  readonly data: Adapter;
  binaryType: string;
  send(text: string): number;
  close(code?: number, reason?: string): void;
  getBufferedAmount(): number;
}
declare const Bun: BunLike;

/** The longest message, in bytes: a longer one ends its connection. Deno's own measure. */
const MAX_MESSAGE = 64 * 2 ** 20;

/** Bun drops what is over it; how much may wait is not for Bun to say. */
const MAX_WAITING = 2 ** 31 - 1;

/** Seconds without a frame or a pong, after which Bun takes a peer for gone. */
const IDLE_SECONDS = 120;

/** The code of a close frame that has none. */
const NO_CODE = 1005;

/** How long a socket may take to close by itself when the server stops, in ms. */
const BRIEF = 250;

/** Listens. Throws if the port is in use. */
export function listenInBun(options: ListenOptions, hooks: Hooks): Listening {
  const server = serve(options, hooks);
  const { hostname, port } = server;
  return {
    address: { hostname, port },
    async shutdown() {
      const stopped = server.stop(false);
      if (!(await settles(stopped, BRIEF))) await server.stop(true);
    },
  };
}

function serve(options: ListenOptions, hooks: Hooks): BunServer {
  const { port, hostname, key, cert } = options;
  const start = (host: string): BunServer =>
    Bun.serve({
      port,
      hostname: host,
      ...(key === undefined || cert === undefined ? {} : { tls: { key, cert } }),
      fetch: (request, server) => answer(request, server, hooks),
      error: () => responseOf(refusal(500, "The server failed")),
      websocket: {
        maxPayloadLength: MAX_MESSAGE,
        backpressureLimit: MAX_WAITING,
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
    return start("0.0.0.0"); // a machine without IPv6
  }
}

function answer(request: Request, server: BunServer, hooks: Hooks): Response | undefined {
  const ip = server.requestIP(request)?.address ?? "";
  const refused = hooks.refuse(request, ip);
  if (refused !== undefined) return responseOf(refused);
  const read = new ReadRequest(request);
  const socket = new Adapter();
  if (!server.upgrade(request, { data: socket })) {
    hooks.refused(INVALID, read, ip);
    return responseOf(INVALID);
  }
  hooks.upgraded(socket, read, ip);
}

type Listener = (event: unknown) => void;

/** A server's socket of Bun, which is given to handlers, as a socket of the W3C's make. */
class Adapter implements SocketLike {
  /** The only form that is taken here. */
  binaryType = "arraybuffer";
  readonly #listeners = new Map<string, Set<Listener>>();
  #socket: BunSocket | undefined;
  #readyState = 0;

  get readyState(): number {
    return this.#readyState;
  }

  get bufferedAmount(): number {
    return this.#socket?.getBufferedAmount() ?? 0;
  }

  send(text: string): void {
    // it gives the number of bytes that it took, which an empty frame has none of
    const sent = this.#socket!.send(text);
    if (sent === 0 && text.length > 0) throw new Error("Cannot send: Bun has dropped the frame");
  }

  close(code?: number, reason?: string): void {
    this.#readyState = 2;
    this.#socket!.close(code ?? NO_CODE, reason); // it would send 1000
  }

  addEventListener(type: string, listener: Listener): void {
    const listeners = this.#listeners.get(type);
    if (listeners === undefined) this.#listeners.set(type, new Set([listener]));
    else listeners.add(listener);
  }

  removeEventListener(type: string, listener: Listener): void {
    this.#listeners.get(type)?.delete(listener);
  }

  /** Tells those who listen. */
  emit(type: string, event: unknown): void {
    for (const listener of [...this.#listeners.get(type) ?? []]) listener(event);
  }

  /** Bun has upgraded it. */
  opened(socket: BunSocket): void {
    this.#socket = socket;
    socket.binaryType = this.binaryType;
    this.#readyState = 1;
    this.emit("open", {});
  }

  /** Bun has closed it, and says so within `close` already: those who listen hear it later. */
  closed(code: number, reason: string): void {
    this.#readyState = 3;
    queueMicrotask(() => this.emit("close", { code, reason }));
  }
}
