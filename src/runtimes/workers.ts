import type { SocketLike } from "../types/socket.ts";
import { ReadRequest } from "./read_request.ts";
import type { ServedSocket, Upgraded } from "./types.ts";

// the part of the API of Cloudflare Workers that is used here; avoids a dependency on its types
interface AcceptedSocket extends SocketLike {
  accept(): void;
}
declare const WebSocketPair:
  | (new () => { readonly 0: SocketLike; readonly 1: AcceptedSocket })
  | undefined;

const CLOSING = 2;
const CLOSED = 3;

export function isWorkers(): boolean {
  return typeof WebSocketPair !== "undefined";
}

/** Copies the request, because requests of Workers can't be read after they have been handled. */
export function upgradeInWorkers(request: Request, protocol?: string): Upgraded {
  const { 0: client, 1: socket } = new WebSocketPair!();
  const headers = protocol === undefined ? {} : { "sec-websocket-protocol": protocol };
  const init: ResponseInit & { readonly webSocket: SocketLike } = {
    status: 101,
    headers,
    webSocket: client,
  };
  socket.accept();
  return { socket, response: new Response(null, init), request: new ReadRequest(request) };
}

/**
 * Adapts a server's socket to the W3C interface: programs with older compatibility dates must answer
 * a close themselves, newer ones get bytes as a `Blob` by default, and a broken socket stays open.
 *
 * Keeps the state itself. Reading the socket's throws in the context of another request, where only
 * `send` and `close` are expected to fail.
 */
export class WorkersSocket implements ServedSocket {
  readonly ownTimers = true;
  readyState: number;
  readonly #socket: SocketLike;

  constructor(socket: SocketLike) {
    this.#socket = socket;
    this.readyState = socket.readyState;
    socket.binaryType = "arraybuffer";
    // the first of the listeners, so that the others find the socket closed
    socket.addEventListener("close", (event) => this.#closed(event));
  }

  set binaryType(type: string) {
    this.#socket.binaryType = type;
  }

  send(text: string): void {
    this.#socket.send(text);
  }

  close(code?: number, reason?: string): void {
    if (code === undefined) this.#socket.close();
    else this.#socket.close(code, reason);
    this.readyState = Math.max(this.readyState, CLOSING);
  }

  addEventListener(...of: Parameters<SocketLike["addEventListener"]>): void {
    this.#socket.addEventListener(...of);
  }

  removeEventListener(...of: Parameters<SocketLike["removeEventListener"]>): void {
    this.#socket.removeEventListener(...of);
  }

  #closed({ code, reason }: { readonly code: number; readonly reason: string }): void {
    this.readyState = CLOSED;
    if (this.#socket.readyState !== CLOSING) return; // answered already, or broken
    try {
      if (code === 1005) this.#socket.close(); // the peer sent no code
      else this.#socket.close(code, reason);
    } catch {
      // the peer sent a code that can't be sent back
    }
  }
}
