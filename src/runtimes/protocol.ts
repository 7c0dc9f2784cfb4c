import { headerOf, type UpgradeRequest } from "../types/request.ts";

/**
 * The subprotocol to agree on: the name of one, or a function that picks one of those that the
 * client offers. By default the server agrees on none, because some clients send a token as one.
 */
export type Protocol = string | ((offered: readonly string[]) => string | undefined);

/** Throws a `TypeError` when a server opens, instead of at the first request. */
export function checkProtocol(protocol: unknown): void {
  if (protocol === undefined || typeof protocol === "function" || isToken(protocol)) return;
  throw new TypeError('Cannot use "protocol": expected the name of a subprotocol, or a function');
}

/**
 * Never returns a subprotocol that the client didn't offer, because the client would close
 * the connection. A function that throws picks none.
 */
export function protocolFor(request: UpgradeRequest, protocol?: Protocol): string | undefined {
  if (protocol === undefined) return undefined;
  const header = headerOf(request, "sec-websocket-protocol") ?? "";
  const offered = header.split(",").map((name) => name.trim()).filter(isToken);
  let picked: unknown = protocol;
  try {
    if (typeof protocol === "function") picked = protocol(offered);
  } catch {
    return undefined;
  }
  return offered.find((name) => name === picked);
}

function isToken(name: unknown): name is string {
  return typeof name === "string" && /^[\w!#$%&'*+.^`|~-]+$/.test(name);
}
