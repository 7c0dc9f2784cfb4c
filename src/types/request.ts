/**
 * The request that asked for the upgrade, by structure: a `Request`, or an `IncomingMessage` of
 * `node:http`.
 */
export interface UpgradeRequest {
  /** The method, `GET`. */
  readonly method?: string | undefined;
  /** A `Request` has the whole address, an `IncomingMessage` the path with its query. */
  readonly url?: string | undefined;
  /** The headers, of either make: {@linkcode headerOf} reads both. */
  readonly headers: UpgradeHeaders;
}

/** Headers as `Request` or as `node:http` has them. */
export type UpgradeHeaders =
  | { get(name: string): string | null }
  | { readonly [name: string]: string | readonly string[] | undefined };

/**
 * One header of a request, of whichever make the request is.
 *
 * @param request The request, such as `acceptor.request`.
 * @param name The header's name, in any case.
 * @returns Its value; several of one name are joined by `", "`. `undefined` where it is not there.
 *
 * @example Read the cookie that came with the upgrade
 * ```ts
 * import { headerOf } from "@sheetbend/rpc";
 * import { assertEquals } from "@std/assert";
 *
 * const web = new Request("http://localhost/", { headers: { "x-tag": "a" } });
 * assertEquals(headerOf(web, "X-Tag"), "a");
 * assertEquals(headerOf({ headers: { "x-tag": "a" } }, "X-Tag"), "a");
 * assertEquals(headerOf(web, "cookie"), undefined);
 * ```
 */
export function headerOf(request: UpgradeRequest, name: string): string | undefined {
  const { headers } = request;
  if (typeof headers.get === "function") return headers.get(name) ?? undefined;
  const value = (headers as Record<string, string | readonly string[] | undefined>)[
    name.toLowerCase()
  ];
  return typeof value === "object" ? value.join(", ") : value;
}

/** The path with its query, as it stood in the request: `/` first, not decoded. */
export function pathOf(request: UpgradeRequest): string {
  const url = request.url ?? "/";
  if (url.startsWith("/")) return url;
  const start = url.indexOf("/", url.indexOf("//") + 2);
  return start < 0 ? "/" : url.slice(start);
}

/** An address as it is shown to users: that of an IPv4 peer without the prefix of an IPv6 socket. */
export function plainAddress(address: string | undefined): string {
  return address?.replace(/^::ffff:(?=\d+\.)/i, "") ?? "";
}
