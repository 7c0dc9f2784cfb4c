import type { SocketLike } from "../types/socket.ts";

/** The part of the `ws` package in use, which versions 7 and 8 both have. */
export interface Ws {
  readonly WebSocket: new (url: string, options: WsOptions) => SocketLike;
  readonly WebSocketServer: new (options: WsServerOptions) => WsServer;
}
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
 * Imports a module by a name that bundlers and registries can't resolve, so that it is neither
 * bundled for browsers nor a required dependency.
 */
export function load(name: string): Promise<unknown> {
  return import(/* webpackIgnore: true */ /* @vite-ignore */ name);
}

/** Rejects if `ws` is not installed, is too old, or is its stub for browsers. */
export async function loadWs(act: string): Promise<Ws> {
  let module: unknown;
  try {
    module = await load("ws");
  } catch (cause) {
    throw new Error(`Cannot ${act}: ${whyNot(cause)}`, { cause });
  }
  const { default: main, ...named } = module as { readonly default?: object };
  const found = { ...main, ...named } as Record<string, unknown>; // version 7 has only a default
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
    ? 'it takes the package "ws" here: "npm install ws", and a bundler must not leave it out'
    : "this runtime has no WebSocket for it";
}
