import type { SocketLike } from "../types/socket.ts";

/** What is asked of the `ws` package, versions 7 and 8. */
export interface Ws {
  /** A socket that dials. */
  readonly WebSocket: new (url: string, options: WsOptions) => SocketLike;
  /** A server that upgrades the requests which it is handed. */
  readonly WebSocketServer: new (options: WsServerOptions) => WsServer;
}
/** What a socket of `ws` is told. */
export interface WsOptions {
  readonly perMessageDeflate: boolean;
}
/** What a server of `ws` is told. */
export interface WsServerOptions extends WsOptions {
  readonly noServer: true;
  readonly maxPayload: number;
  handleProtocols(): false;
}
/** A server of `ws`. */
export interface WsServer {
  handleUpgrade(
    request: never,
    socket: never,
    head: never,
    done: (socket: SocketLike) => void,
  ): void;
  on(
    event: "wsClientError",
    listener: (error: unknown, socket: never, request: never) => void,
  ): void;
}
/**
 * Loads a module by a name that bundlers and registries can't read: what a browser never needs
 * stays out of its bundle, and what may be missing becomes no dependency.
 */
export function load(name: string): Promise<unknown> {
  return import(/* webpackIgnore: true */ /* @vite-ignore */ name);
}

/**
 * Loads `ws`, an optional peer dependency.
 *
 * @param act What needs it, for the text of the error.
 * @throws {Error} If it is not installed, is too old, or is not the one for Node.
 */
export async function loadWs(act: string): Promise<Ws> {
  let module: unknown;
  try {
    module = await load("ws");
  } catch (cause) {
    throw new Error(`Cannot ${act}: ${whyNot(cause)}`, { cause });
  }
  const { default: main, ...named } = module as { readonly default?: object };
  const found = { ...main, ...named } as Record<string, unknown>; // version 7 has a default alone
  if (typeof found.createWebSocketStream !== "function") {
    throw new Error(
      `Cannot ${act}: the package "ws" is ` +
        (typeof found.Server === "function"
          ? "too old, version 7.1 or later is needed"
          : "its stand-in for browsers here, bundle the program for Node"),
    );
  }
  return {
    WebSocket: found.WebSocket ?? main,
    WebSocketServer: found.WebSocketServer ?? found.Server,
  } as unknown as Ws;
}

function whyNot(cause: unknown): string {
  const { code } = cause as { readonly code?: unknown };
  return code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND"
    ? 'it takes the package "ws" here, which is not installed or was left out by a bundler'
    : "this runtime has no WebSocket for it";
}
