import type { SocketLike } from "../types/socket.ts";
import { isDeno, listenInDeno, upgradeInDeno } from "./deno.ts";
import { DenoSocket } from "./deno_socket.ts";
import type { Hooks, Listening, ListenOptions, ServedSocket, Upgraded } from "./types.ts";
import { isWorkers, upgradeInWorkers, WorkersSocket } from "./workers.ts";

declare const Bun: { readonly serve?: unknown } | undefined;
declare const process: { readonly versions?: { readonly node?: string } } | undefined;

/** Returns `undefined` for an invalid request. Throws if a `Request` isn't enough here. */
export function upgrade(request: Request, protocol?: string): Upgraded | undefined {
  if (isDeno()) return upgradeInDeno(request, protocol);
  if (isWorkers()) return upgradeInWorkers(request, protocol);
  throw new Error(
    "Cannot upgrade the request: a Request isn't enough in this runtime. " +
      "Call WebSocketAcceptor.upgrade(request, socket, handler) with a socket from your server.",
  );
}

/** Works around bugs of the runtime's sockets. */
export function served(socket: SocketLike): ServedSocket {
  if (isDeno()) return socket instanceof WebSocket ? new DenoSocket(socket) : socket;
  return isWorkers() && socket instanceof WebSocket ? new WorkersSocket(socket) : socket;
}

/**
 * Rejects if the port is in use, if the runtime doesn't support servers, or if `ws` is missing in
 * Node. Loads the modules for Bun and Node on demand.
 */
export async function listen(options: ListenOptions, hooks: Hooks): Promise<Listening> {
  if (isDeno()) return listenInDeno(options, hooks);
  if (typeof Bun !== "undefined" && typeof Bun.serve === "function") {
    const { listenInBun } = await import("./bun.ts");
    return await listenInBun(options, hooks);
  }
  // Workers can have a `process` that looks like Node's
  if (!isWorkers() && typeof process !== "undefined" && process.versions?.node !== undefined) {
    const { listenInNode } = await import("./node.ts");
    return await listenInNode(options, hooks);
  }
  throw new Error("Cannot open a server: this runtime doesn't support servers");
}
