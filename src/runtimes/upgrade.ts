import type { SocketLike } from "../types/socket.ts";
import { isDeno, listenInDeno, upgradeInDeno } from "./deno.ts";
import { DenoSocket } from "./deno_socket.ts";
import type { Hooks, Listening, ListenOptions, ServedSocket, Upgraded } from "./types.ts";

/** The other runtimes' names for themselves. */
declare const Bun: { readonly serve?: unknown } | undefined;
declare const process: { readonly versions?: { readonly node?: string } } | undefined;

/**
 * Upgrades a `Request`, where the runtime can do that from the request alone.
 *
 * @returns `undefined` where the runtime finds fault with the request.
 * @throws {Error} If the runtime can't.
 */
export function upgrade(request: Request): Upgraded | undefined {
  if (isDeno()) {
    try {
      return upgradeInDeno(request);
    } catch {
      return undefined;
    }
  }
  throw new Error(
    "Cannot upgrade from a Request alone on this runtime: " +
      "use WebSocketAcceptor.upgrade(request, socket, handler) with a socket of your server",
  );
}

/** A socket that was upgraded, with what is wrong with its runtime's taken out. */
export function served(socket: SocketLike): ServedSocket {
  return isDeno() && socket instanceof WebSocket ? new DenoSocket(socket) : socket;
}

/**
 * Listens, on the runtime that this is. The others' files are loaded here alone, so that no bundle
 * for a browser holds them.
 *
 * @throws {Error} If the port is in use, the runtime has no server, or lacks what it takes for one.
 */
export async function listen(options: ListenOptions, hooks: Hooks): Promise<Listening> {
  if (isDeno()) return listenInDeno(options, hooks);
  if (typeof Bun !== "undefined" && typeof Bun.serve === "function") {
    const { listenInBun } = await import("./bun.ts");
    return await listenInBun(options, hooks);
  }
  if (typeof process !== "undefined" && process.versions?.node !== undefined) {
    const { listenInNode } = await import("./node.ts");
    return await listenInNode(options, hooks);
  }
  throw new Error("Cannot open a server: this runtime has none");
}
