// replaces `upgrade.ts` in bundles for browsers
import type { SocketLike } from "../types/socket.ts";
import type { Listening, ServedSocket, Upgraded } from "./types.ts";

export function upgrade(): Upgraded | undefined {
  throw new Error("Cannot upgrade the request: this runtime doesn't support servers");
}

export function served(socket: SocketLike): ServedSocket {
  return socket;
}

export function listen(): Promise<Listening> {
  return Promise.reject(new Error("Cannot open a server: this runtime doesn't support servers"));
}
