import { settles } from "../deadline.ts";
import { readOf } from "../types/request.ts";
import type { SocketLike } from "../types/socket.ts";
import { INVALID, refusal, responseOf } from "./refusal.ts";
import type { Hooks, Listening, ListenOptions, Upgraded } from "./types.ts";

/** What is asked of Deno: by structure, so that the types of no runtime are needed. */
interface DenoLike {
  readonly build: { readonly os: string };
  readonly errors: { readonly AddrInUse: new (...args: never[]) => Error };
  upgradeWebSocket(
    request: Request,
    options: { readonly idleTimeout: number },
  ): { readonly socket: SocketLike; readonly response: Response };
  serve(
    options: ServeOptions,
    handler: (request: Request, info: ServeInfo) => Response,
  ): DenoServer;
}
interface ServeOptions {
  readonly port: number;
  readonly hostname: string;
  readonly key?: string;
  readonly cert?: string;
  readonly signal: AbortSignal;
  onListen(): void;
  onError(): Response;
}
interface ServeInfo {
  readonly remoteAddr: { readonly hostname?: string };
}
interface DenoServer {
  readonly addr: { readonly hostname: string; readonly port: number };
  readonly finished: Promise<void>;
}
declare const Deno: DenoLike | undefined;

/**
 * Deno's own watch for peers that are gone, in seconds; 0 is none. Ours does its work, and Deno's
 * outlives a connection that broke off: its timer would hold the process until it is due.
 */
const IDLE_SECONDS = 0;

/** Is this Deno? */
export function isDeno(): boolean {
  return typeof Deno !== "undefined" && typeof Deno.upgradeWebSocket === "function";
}

/**
 * Upgrades a request. Deno takes the request with it, and a throw between the upgrade and the
 * return of its response ends the process: so all that is needed is read first.
 *
 * @throws {TypeError} If it is not an upgrade.
 */
export function upgradeInDeno(request: Request): Upgraded {
  const read = readOf(request);
  const { socket, response } = Deno!.upgradeWebSocket(request, { idleTimeout: IDLE_SECONDS });
  return { socket, response, request: read };
}

/** Listens. Throws if the port is in use. */
export function listenInDeno(options: ListenOptions, hooks: Hooks): Listening {
  const control = new AbortController();
  const server = serve(options, control.signal, (request, info) => {
    const ip = info.remoteAddr.hostname ?? ""; // after the upgrade it can't be read
    const refused = hooks.refuse(request, ip);
    if (refused !== undefined) return responseOf(refused);
    let upgraded: Upgraded;
    try {
      upgraded = upgradeInDeno(request);
    } catch {
      hooks.refused(INVALID, request, ip);
      return responseOf(INVALID);
    }
    hooks.upgraded(upgraded.socket, upgraded.request, ip);
    return upgraded.response;
  });
  return {
    address: { hostname: server.addr.hostname, port: server.addr.port },
    async shutdown(ms) {
      // not by `shutdown`: a half-sent request can hold that for ever, and then nothing ends it
      control.abort();
      await settles(server.finished, ms);
    },
  };
}

function serve(
  { port, hostname, key, cert }: ListenOptions,
  signal: AbortSignal,
  handler: (request: Request, info: ServeInfo) => Response,
): DenoServer {
  const tls = key === undefined || cert === undefined ? {} : { key, cert };
  const start = (host: string): DenoServer =>
    Deno!.serve({
      port,
      hostname: host,
      ...tls,
      signal,
      onListen() {},
      onError: () => responseOf(refusal(500, "The server failed")),
    }, handler);
  if (hostname !== undefined) return start(hostname);
  if (Deno!.build.os === "windows") return start(IPV4); // there `::` may take IPv6 alone
  try {
    return start(EVERY);
  } catch (error) {
    if (error instanceof Deno!.errors.AddrInUse) throw error;
    return start(IPV4); // a machine without IPv6
  }
}

/** IPv6 and IPv4. */
const EVERY = "::";
const IPV4 = "0.0.0.0";
