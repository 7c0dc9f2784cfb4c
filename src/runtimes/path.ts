import { headerOf, pathOf, type UpgradeRequest } from "../types/request.ts";
import { refusal } from "./refusal.ts";
import type { Refusal } from "./types.ts";

/** The part of `URLPattern` that this library uses. On runtimes without it, use a polyfill. */
export interface UrlPatternLike {
  /** The pattern for the pathname. */
  readonly pathname: string;
  /** Whether a URL matches. */
  test(url: {
    readonly pathname: string;
    readonly search: string;
    readonly baseURL: string;
  }): boolean;
}

/** Throws a `TypeError` when a server opens, because any other value would match nothing. */
export function checkPath(path: unknown): void {
  const { pathname, test } = (path ?? {}) as Partial<UrlPatternLike>;
  const isPattern = typeof pathname === "string" && typeof test === "function";
  if (path === undefined || isPattern || typeof path === "string" && /^\/[^?#]*$/.test(path)) {
    return;
  }
  throw new TypeError('Cannot use "path": expected a pathname such as "/rpc", or a URLPattern');
}

/** `scheme` is the server's, for requests whose URL is only a path. */
export function refusedPath(
  request: UpgradeRequest,
  path: string | UrlPatternLike | undefined,
  scheme: "http" | "https",
): Refusal | undefined {
  if (path === undefined) return undefined;
  const asked = pathOf(request);
  const at = asked.indexOf("?");
  const pathname = at < 0 ? asked : asked.slice(0, at);
  const search = at < 0 ? "" : asked.slice(at);
  if (typeof path === "string") return pathname === path ? undefined : NOT_FOUND;
  const url = request.url ?? "/";
  const baseURL = url.startsWith("/") ? `${scheme}://${headerOf(request, "host")}` : url;
  try {
    return path.test({ pathname, search, baseURL }) ? undefined : NOT_FOUND;
  } catch {
    return NOT_FOUND; // the client sent an invalid `host`
  }
}

const NOT_FOUND = refusal(404, "No WebSocket endpoint at this path");
