import type { SocketLike } from "../types/socket.ts";
import { type Corkable, corked } from "./corked.ts";

/** The part of the `ws` package that is used here, as in versions 7 and 8. */
export interface Ws {
  /** Opens a socket. */
  dial(url: string): SocketLike;
  readonly WebSocketServer: new (options: WsServerOptions) => WsServer;
}
/** The socket of `ws`. */
export type WsClient = new (url: string, options: WsOptions) => SocketLike & {
  /** Mocks may not have it. */
  on?(event: "upgrade", listener: (response: { readonly socket: Corkable }) => void): void;
};
interface WsOptions {
  readonly perMessageDeflate: boolean;
}
interface WsServerOptions extends WsOptions {
  readonly noServer: true;
  readonly maxPayload: number;
  handleProtocols(offered: unknown, request: never): string | false;
}
export interface WsServer {
  handleUpgrade(request: never, socket: never, head: never, done: (to: SocketLike) => void): void;
  on(
    event: "wsClientError",
    listener: (error: unknown, socket: never, request: never) => void,
  ): void;
}

/**
 * Imports a module by a name that bundlers and registries can't resolve, so that it's neither
 * bundled for browsers nor a required dependency.
 */
export function load(name: string): Promise<unknown> {
  return import(/* webpackIgnore: true */ /* @vite-ignore */ name);
}

/** Rejects if `ws` isn't installed, is too old, or is the stub that it has for browsers. */
export async function loadWs(act: string): Promise<Ws> {
  let module: unknown;
  try {
    module = await load("ws");
  } catch (cause) {
    throw new Error(`Cannot ${act}: ${whyNot(cause)}`, { cause });
  }
  const { default: main, ...named } = module as { readonly default?: object };
  const found = { ...main, ...named } as Record<string, unknown>; // version 7 has only `default`
  if (typeof found.createWebSocketStream !== "function") {
    throw new Error(
      `Cannot ${act}: ` +
        (typeof found.Server === "function"
          ? 'the "ws" package is too old. Install version 7.1 or later.'
          : 'the "ws" package is a stub for browsers. Bundle the program for Node.'),
    );
  }
  const WebSocket = (found.WebSocket ?? main) as WsClient;
  return {
    dial(url) {
      const socket = new WebSocket(url, { perMessageDeflate: false });
      socket.on?.("upgrade", (response) => corked(socket, response.socket));
      return socket;
    },
    WebSocketServer: (found.WebSocketServer ?? found.Server) as Ws["WebSocketServer"],
  };
}

const MISSING = 'the "ws" package is missing. Run "npm install ws" where the program runs. ' +
  "Bundles don't include it.";

function whyNot(cause: unknown): string {
  const { code } = cause as { readonly code?: unknown };
  return code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND"
    ? MISSING
    : "this runtime has no WebSocket";
}
