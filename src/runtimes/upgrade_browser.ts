import type { SocketLike } from "../types/socket.ts";
import type { Listening, ServedSocket, Upgraded } from "./types.ts";

/** As in the module that this one stands in for: a browser has no requests to upgrade. */
export function upgrade(): Upgraded | undefined {
  throw new Error("Cannot upgrade a request: this runtime has no server");
}

/** As in the module that this one stands in for. */
export function served(socket: SocketLike): ServedSocket {
  return socket;
}

/** As in the module that this one stands in for: a browser does not listen. */
export function listen(): Promise<Listening> {
  return Promise.reject(new Error("Cannot open a server: this runtime has none"));
}
