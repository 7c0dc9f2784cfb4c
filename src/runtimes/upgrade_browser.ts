// replaces `upgrade.ts` in bundles for browsers, and in those for Cloudflare Workers
import type { SocketLike } from "../types/socket.ts";
import type { Listening, ServedSocket, Upgraded } from "./types.ts";
import { isWorkers, upgradeInWorkers, WorkersSocket } from "./workers.ts";

export function upgrade(request: Request, protocol?: string): Upgraded | undefined {
  if (isWorkers()) return upgradeInWorkers(request, protocol);
  throw new Error("Cannot upgrade the request: this runtime doesn't support servers");
}

export function served(socket: SocketLike): ServedSocket {
  return isWorkers() && socket instanceof WebSocket ? new WorkersSocket(socket) : socket;
}

export function listen(): Promise<Listening> {
  return Promise.reject(new Error("Cannot open a server: this runtime doesn't support servers"));
}
