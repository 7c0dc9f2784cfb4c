import { WebSocketError } from "../errors.ts";
import { loadWs } from "../runtimes/ws_package.ts";
import type { SocketFactory, SocketLike } from "../types/socket.ts";

/**
 * Opens a socket. `http:` and `https:` mean `ws:` and `wss:`. Runtimes without a `WebSocket`, such
 * as Node 20, use the `ws` package.
 *
 * @throws {TypeError} If it isn't a WebSocket URL, an `https:` page opens a `ws:` URL, or the program
 * lacks the permission.
 * @throws {WebSocketError} If the page's content security policy blocks it, and the browser throws.
 * @throws {Error} If there is no `WebSocket`. Also throws what the factory throws.
 */
export function dial(url: string, factory?: SocketFactory): SocketLike | Promise<SocketLike> {
  const address = url.replace(/^http(s?):/i, "ws$1:");
  if (factory !== undefined) return factory(address);
  if (typeof WebSocket !== "undefined") return attempt(url, () => new WebSocket(address));
  return loadWs(`connect to "${url}"`).then(({ dial }) => attempt(url, () => dial(address)));
}

/** Why a connection failed, as the platform reports it. Browsers don't report a reason. */
export function whyUnreachable(detail: string): string {
  return detail ||
    "it can't be reached. Check the address, the certificate and your content security policy.";
}

function attempt(url: string, make: () => SocketLike): SocketLike {
  try {
    return make();
  } catch (cause) {
    const { name, message } = cause as Error;
    // Firefox throws this if the page's policy blocks the URL. Other browsers close the socket.
    if (message === "") throw new WebSocketError(1006, textOf(url, whyUnreachable("")), { cause });
    throw new TypeError(textOf(url, WHY[name] ?? message), { cause });
  }
}

/** For other errors, the platform's message says enough: Deno's names the missing permission. */
const WHY: Readonly<Record<string, string>> = {
  SecurityError: "an https: page can only open wss: URLs",
  SyntaxError: "it isn't a WebSocket URL",
};

function textOf(url: string, why: string): string {
  return `Cannot connect to "${url}": ${why}`;
}
