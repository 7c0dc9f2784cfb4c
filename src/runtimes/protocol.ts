import { headerOf, type UpgradeRequest } from "../types/request.ts";

/**
 * The subprotocol that the server agrees to: a name, for clients that offer it, or a function that
 * picks one of those that a client offers. Without one, none is agreed to: what a client offers may
 * be a token.
 */
export type Protocol = string | ((offered: readonly string[]) => string | undefined);

/** Throws a `TypeError` when a server opens, rather than at the first request. */
export function checkProtocol(protocol: unknown): void {
  if (protocol === undefined || typeof protocol === "function" || isToken(protocol)) return;
  throw new TypeError('Cannot use "protocol": it takes the name of a subprotocol, or a function');
}

/**
 * Never one that the client did not offer: it would have to end the connection. A function that
 * throws picks none.
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
