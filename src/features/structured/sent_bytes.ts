import type { EncodedValue, FeatureSession } from "../../session/feature.ts";
import type { SocketLike } from "../../types/socket.ts";
import { is } from "./brands.ts";

/** Copies the bytes of a value, unless they leave at once, so that later changes aren't sent. */
export function toSend(encoded: EncodedValue, session: FeatureSession): EncodedValue {
  if (encoded.bytes.length === 0) return encoded;
  const { outgoing, link } = session;
  outgoing.flush(); // the messages before it leave first, and may take the room
  const leave = outgoing.hasRoom && outgoing.leaving === undefined && copiesBytes(link!.socket) &&
    encoded.bytes.every(isSendable);
  return leave ? encoded : { ...encoded, bytes: encoded.bytes.map((part) => part.slice()) };
}

/** Sockets don't take memory of several threads, and memory that may change its size. */
function isSendable({ buffer }: Uint8Array): boolean {
  const { resizable } = buffer as { readonly resizable?: boolean };
  return resizable !== true && is<ArrayBuffer>(buffer, "ArrayBuffer");
}

/**
 * Whether a socket copies bytes when it sends them, as the standard says. Those of `ws` and of
 * Cloudflare Workers don't, and can be the global `WebSocket`. They have members of their own.
 */
function copiesBytes(socket: SocketLike): boolean {
  if (socket.copiesBytes !== undefined) return socket.copiesBytes;
  const isWebSocket = typeof WebSocket !== "undefined" && socket instanceof WebSocket;
  return isWebSocket && !("ping" in socket || "accept" in socket);
}
