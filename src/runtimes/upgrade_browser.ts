// replaces `upgrade.ts` in bundles for browsers
import type { SocketLike } from "../types/socket.ts";
import type { Listening, ServedSocket, Upgraded } from "./types.ts";

export function upgrade(): Upgraded | undefined {
  throw new Error("Cannot upgrade a request: this runtime has no server");
}

export function served(socket: SocketLike): ServedSocket {
  return socket;
}

export function listen(): Promise<Listening> {
  return Promise.reject(new Error("Cannot open a server: this runtime has none"));
}
