import { isDeno, listenInDeno, upgradeInDeno } from "./deno.ts";
import type { Hooks, Listening, ListenOptions, Upgraded } from "./types.ts";

/**
 * Upgrades a `Request`, where the runtime can do that from the request alone.
 *
 * @throws {Error} If it can't.
 */
export function upgrade(request: Request): Upgraded {
  if (isDeno()) return upgradeInDeno(request);
  throw new Error(
    "Cannot upgrade from a Request alone on this runtime: " +
      "use WebSocketAcceptor.upgrade(request, socket, handler) with a socket of your server",
  );
}

/**
 * Listens, on the runtime that this is.
 *
 * @throws {Error} If the port is in use, or the runtime has no server.
 */
export function listen(options: ListenOptions, hooks: Hooks): Promise<Listening> {
  if (isDeno()) return Promise.resolve(listenInDeno(options, hooks));
  throw new Error("Cannot open a server: this runtime has none");
}
