import { loadWs } from "../runtimes/ws_package.ts";
import type { SocketFactory, SocketLike } from "../types/socket.ts";

/**
 * Opens a socket; `http:` and `https:` mean `ws:` and `wss:`. A runtime without a `WebSocket` of its
 * own (Node 20) uses the `ws` package.
 *
 * @throws {TypeError} If it is not a WebSocket URL, or the page or the program may not open it.
 * @throws {Error} What the factory throws; if there is no `WebSocket`.
 */
export function dial(url: string, factory?: SocketFactory): SocketLike | Promise<SocketLike> {
  const address = url.replace(/^http(s?):/i, "ws$1:");
  if (factory !== undefined) return factory(address);
  if (typeof WebSocket !== "undefined") return attempt(url, () => new WebSocket(address));
  return loadWs(`connect to "${url}"`).then(({ WebSocket }) =>
    attempt(url, () => new WebSocket(address, { perMessageDeflate: false }))
  );
}

/** Why a connection failed, in the platform's words; browsers give none. */
export function whyUnreachable(detail: string): string {
  return detail || "it is not reachable, and the platform does not say why: " +
      "the address, the certificate or a content security policy may be behind it";
}

function attempt(url: string, make: () => SocketLike): SocketLike {
  try {
    return make();
  } catch (cause) {
    const { name, message } = cause as Error;
    const why = name === "SecurityError"
      ? "the page may not open it, a page from https: may open wss: alone"
      : name === "SyntaxError"
      ? "it is not the address of a WebSocket"
      : message; // Deno's names the missing permission
    throw new TypeError(`Cannot connect to "${url}": ${why}`, { cause });
  }
}
