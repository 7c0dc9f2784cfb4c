import { headerOf, pathOf, type UpgradeRequest } from "../types/request.ts";
import { refusal } from "./refusal.ts";
import type { Refusal } from "./types.ts";

/** What is used of a `URLPattern`, which some runtimes lack: a stand-in from npm will do. */
export interface UrlPatternLike {
  /** The pattern of the pathname. */
  readonly pathname: string;
  /** Whether a URL matches. */
  test(url: {
    readonly pathname: string;
    readonly search: string;
    readonly baseURL: string;
  }): boolean;
}

/** Throws a `TypeError` when a server opens: a pattern of another kind would match nothing. */
export function checkPath(path: unknown): void {
  const { pathname, test } = (path ?? {}) as Partial<UrlPatternLike>;
  const isPattern = typeof pathname === "string" && typeof test === "function";
  if (path === undefined || isPattern || typeof path === "string" && /^\/[^?#]*$/.test(path)) {
    return;
  }
  throw new TypeError('Cannot use "path": it takes a pathname such as "/rpc", or a URLPattern');
}

/** `scheme` is that of the server, for requests that tell only their path. */
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
    return NOT_FOUND; // the client's `host` is invalid
  }
}

const NOT_FOUND = refusal(404, "There is no WebSocket at this path");
