import type { SocketFactory, SocketLike } from "../types/socket.ts";

/**
 * The socket for an address. `http:` and `https:` are taken as `ws:` and `wss:`.
 *
 * @throws {TypeError} If the address is none of a WebSocket.
 * @throws {Error} What the factory throws.
 */
export function dial(url: string, factory?: SocketFactory): SocketLike | Promise<SocketLike> {
  const address = url.replace(/^http(s?):/i, "ws$1:");
  if (factory !== undefined) return factory(address);
  try {
    return new WebSocket(address);
  } catch (cause) {
    throw new TypeError(`Cannot connect to "${url}": it is not the address of a WebSocket`, {
      cause,
    });
  }
}
