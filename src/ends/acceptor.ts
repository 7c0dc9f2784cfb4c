import { peerOf, type Reporter, reporterOf } from "../events.ts";
import { checkNames, type NamesOf } from "../nearest.ts";
import { CONNECTION_OPTIONS, type ConnectionOptions } from "../options.ts";
import { rejected } from "../handled.ts";
import { checkOrigins, type Origins, refusedOrigin, refusedUpgrade } from "../runtimes/origin.ts";
import { checkProtocol, type Protocol, protocolFor } from "../runtimes/protocol.ts";
import { INVALID, responseOf } from "../runtimes/refusal.ts";
import type { Refusal } from "../runtimes/types.ts";
import { upgrade } from "../runtimes/upgrade.ts";
import type { Settings } from "../session/feature.ts";
import { checkSchema } from "../schema.ts";
import { settingsOf } from "../session/settings.ts";
import { pathOf, plainAddress, type UpgradeRequest } from "../types/request.ts";
import type { SocketLike } from "../types/socket.ts";
import type { StandardSchema } from "../types/standard_schema.ts";
import type { ByPhase, Endpoint } from "./endpoint.ts";
import { IncomingConnection, type Origin } from "./incoming_connection.ts";
import { WebSocketCommunicator } from "./websocket_communicator.ts";

/** In ms. Proxies close idle connections after 60 s or more. */
export const HEARTBEAT = 40_000;

const OPTIONS: NamesOf<UpgradeOptions> = {
  ...CONNECTION_OPTIONS,
  ip: 1,
  origins: 1,
  protocol: 1,
  header: 1,
  resumed: 1,
};

const STATES: ByPhase<-2 | 1 | 2 | 3> = { rejecting: -2, open: 1, away: 1, closing: 2, closed: 3 };

// deno-lint-ignore no-explicit-any -- with any type parameters
type Handler = (acceptor: WebSocketAcceptor<any, any, any>) => unknown;
type UpgradeOptions = WebSocketAcceptor.UpgradeOptions<unknown>;

/**
 * Creates an acceptor, for both forms of `upgrade` and for the server. Must be called in the turn
 * that created the socket, or frames are lost.
 */
let greet: (origin: Origin) => Endpoint;
export { greet };

/**
 * A server's side of one connection. Your handler gets one for each client, checks its `header`,
 * and calls `accept` or `reject`.
 *
 * @typeParam Header What the client sends when it connects.
 * @typeParam Provider What this side offers.
 * @typeParam Remote What the client offers.
 *
 * @example Check a token
 * ```ts
 * import { WebSocketConnector, WebSocketError, WebSocketServer } from "@sheetbend/rpc";
 * import { assertEquals, assertRejects } from "@std/assert";
 *
 * await using server = new WebSocketServer<{ token: string }, null, null>();
 * await server.open({ port: 0, hostname: "127.0.0.1" }, async (acceptor) => {
 *   if (acceptor.header.token === "secret") await acceptor.accept(null);
 *   else await acceptor.reject(3001, "Unknown token");
 * });
 *
 * const connector = new WebSocketConnector({ token: "guess" }, null);
 * const error = await assertRejects(
 *   () => connector.connect(`ws://127.0.0.1:${server.address!.port}`),
 *   WebSocketError,
 * );
 * assertEquals([error.status, error.message], [3001, "Unknown token"]);
 * ```
 */
export class WebSocketAcceptor<
  Header,
  Provider extends object | null,
  Remote extends object | null,
> extends WebSocketCommunicator<Provider | undefined, Remote> {
  readonly #end: IncomingConnection;

  static {
    const value = { REJECTING: -2, NONE: -1, ACCEPTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 };
    Object.defineProperty(this, "State", { value: Object.freeze(value) });
    greet = (origin) => new WebSocketAcceptor(origin).#end;
  }

  private constructor(origin: Origin) {
    const end = new IncomingConnection(origin);
    super(undefined, end);
    this.#end = end;
    end.listen();
  }

  /**
   * Uses a socket that your own server has upgraded: a standard `WebSocket` or one of the `ws`
   * package, open or still connecting. Call this in the same turn of the event loop in which you got
   * the socket, or frames are lost.
   *
   * @param request The upgraded request, for `path`, `ip` and `request`.
   * @param handler Calls `accept` or `reject`, at once or later. If it throws, the connection is
   * closed with 1011.
   * @throws {TypeError} If an option doesn't exist or has the wrong type.
   * @throws {RangeError} If a limit or the heartbeat is out of range.
   */
  static upgrade<Header, Provider extends object | null, Remote extends object | null>(
    request: UpgradeRequest,
    socket: SocketLike,
    handler?: (acceptor: WebSocketAcceptor<Header, Provider, Remote>) => unknown,
    options?: WebSocketAcceptor.UpgradeOptions<Header>,
  ): void;
  /**
   * Upgrades a request in Deno, in a handler of `Deno.serve`, Hono or Oak, or in a Cloudflare
   * Worker. It consumes the request; `acceptor.request` keeps the method, the URL and the headers.
   *
   * @param handler Calls `accept` or `reject`, at once or later. If it throws, the connection is
   * closed with 1011.
   * @returns The response to send: the upgrade, or a refusal with 400, 403, 405 or 426.
   * @throws {Error} If the runtime is neither Deno nor Workers. Use the other form there.
   * @throws {TypeError} If an option doesn't exist or has the wrong type.
   * @throws {RangeError} If a limit or the heartbeat is out of range.
   *
   * @example Upgrade in `Deno.serve`
   * ```ts
   * import { WebSocketAcceptor, WebSocketConnector } from "@sheetbend/rpc";
   * import { assertEquals } from "@std/assert";
   *
   * const provider = { greet: (name: string) => `hello ${name}` };
   * const server = Deno.serve(
   *   { port: 0, hostname: "127.0.0.1", onListen() {} },
   *   (request, { remoteAddr }) =>
   *     WebSocketAcceptor.upgrade(request, (acceptor) => acceptor.accept(provider), {
   *       ip: remoteAddr.hostname,
   *     }),
   * );
   * const connector = new WebSocketConnector<null, null, typeof provider>(null, null);
   * await connector.connect(`ws://127.0.0.1:${server.addr.port}`);
   * assertEquals(await connector.getDriver().greet("you"), "hello you");
   * await connector.close();
   * await server.shutdown();
   * ```
   */
  static upgrade<Header, Provider extends object | null, Remote extends object | null>(
    request: Request,
    handler: (acceptor: WebSocketAcceptor<Header, Provider, Remote>) => unknown,
    options?: WebSocketAcceptor.UpgradeOptions<Header>,
  ): Response;
  static upgrade(
    request: UpgradeRequest,
    second: SocketLike | Handler,
    third?: Handler | UpgradeOptions,
    fourth?: UpgradeOptions,
  ): Response | void {
    if (typeof second === "function") {
      return upgradeRequest(request as Request, second, (third ?? {}) as UpgradeOptions);
    }
    const options = fourth ?? {};
    const settings = settingsFor(options);
    checkOrigins(options.origins);
    checkSchema(options.header, "header");
    checkResumed(options.resumed);
    const greeted = greet({
      socket: second,
      request,
      ip: plainAddress(options.ip ?? addressOf(request)),
      handler: third as Handler | undefined,
      schema: options.header,
      resumed: options.resumed,
      settings,
      onEvent: options.onEvent,
      registry: undefined,
    });
    // too late for a 403, because the request has been upgraded
    const refused = refusedOrigin(request, options.origins);
    if (refused !== undefined) greeted.fail(1008, refused.body.trim());
  }

  /** What the client sent, or the output of the schema in the option `header`. */
  get header(): Header {
    return this.#end.header as Header;
  }

  /** The requested path and query, not decoded. Starts with `/`. */
  get path(): string {
    return pathOf(this.#end.origin.request);
  }

  /** The client's IP address, or `""` if unknown. */
  get ip(): string {
    return this.#end.origin.ip;
  }

  /**
   * The upgraded request: in Node the `IncomingMessage`, elsewhere an object with the method, the
   * URL and the headers. To read a header, use `headerOf(acceptor.request, "cookie")`.
   */
  get request(): UpgradeRequest {
    return this.#end.origin.request;
  }

  /** The state of the connection. */
  get state(): WebSocketAcceptor.State {
    return STATES[this.#end.phase] ?? -1;
  }

  /**
   * Accepts the client. The connection is open as soon as this returns, so you don't need to await
   * the promise.
   *
   * @param provider What this side offers, or `null` for nothing.
   * @throws {StateError} If the client was accepted or rejected before, or has left.
   */
  accept(provider: Provider): Promise<void> {
    const end = this.#end;
    if (end.phase !== "undecided") return rejected(end.stateError("accept"));
    this.setProvider(provider);
    end.accept();
    return Promise.resolve();
  }

  /**
   * Rejects the client, whose `connect()` then rejects with this code and reason. Resolves when the
   * connection is closed, without waiting for the client.
   *
   * @param status The close code. Use 3000–4999; 1000–1003 and 1007–1013 are also possible.
   * @param reason Cut to 123 bytes of UTF-8.
   * @throws {StateError} If the client was accepted or rejected before, or has left.
   * @throws {RangeError} If this side can't send the code. The client is then rejected with 1008.
   */
  reject(status = 1000, reason = ""): Promise<void> {
    const end = this.#end;
    if (end.comeback !== undefined) return end.comeback.reject(status, reason);
    if (end.phase !== "undecided") return rejected(end.stateError("reject"));
    return end.reject(status, reason);
  }

  /**
   * Sends a frame without content every `ms` milliseconds, for proxies that close idle connections.
   * You rarely need it, because the heartbeat is on by default. Calling it again replaces the
   * interval. Does nothing once the connection is closing or closed.
   *
   * @throws {StateError} If the client hasn't been accepted.
   * @throws {RangeError} If `ms` isn't a number above 0.
   */
  ping(ms: number): void {
    const { phase } = this.#end;
    if (phase === "undecided") throw this.#end.stateError("ping");
    if (!(ms > 0)) throw new RangeError("Cannot ping: expected a number of ms above 0");
    if (phase === "open" || phase === "away") this.#end.ping(ms);
  }

  /** Closes the connection, or rejects a client that hasn't been accepted. */
  override async [Symbol.asyncDispose](): Promise<void> {
    const { phase } = this.#end;
    if (phase === "undecided") await this.reject();
    else if (phase !== "rejecting") await super[Symbol.asyncDispose]();
  }
}

function upgradeRequest(request: Request, handler: Handler, options: UpgradeOptions): Response {
  const { onEvent, origins, protocol, header: schema, resumed } = options;
  const settings = settingsFor(options);
  checkOrigins(origins);
  checkProtocol(protocol);
  checkSchema(schema, "header");
  checkResumed(resumed);
  const ip = plainAddress(options.ip);
  const refused = refusedUpgrade(request, origins);
  const upgraded = refused === undefined
    ? upgrade(request, protocolFor(request, protocol))
    : undefined;
  if (upgraded === undefined) {
    reportRefusal(refused ?? INVALID, reporterOf(onEvent, () => peerOf(request, ip)));
    return responseOf(refused ?? INVALID);
  }
  const { socket, response, request: kept } = upgraded;
  const origin = { socket, request: kept, ip, handler, schema, resumed };
  greet({ ...origin, settings, onEvent, registry: undefined });
  return response;
}

function settingsFor(options: UpgradeOptions): Settings {
  const settings = settingsOf(options, HEARTBEAT);
  checkNames(options, OPTIONS, "upgrade");
  return settings;
}

/** Throws if the option isn't a function. */
export function checkResumed(resumed: unknown): void {
  if (resumed === undefined || typeof resumed === "function") return;
  throw new TypeError('Cannot use the option "resumed": expected a function');
}

/** Reports an upgrade that was refused. */
export function reportRefusal({ status, body, limit }: Refusal, report: Reporter): void {
  if (limit !== undefined) report({ type: "limit", limit });
  report({ type: "refused", status, reason: body.trim() });
}

/** Returns the client's address from a request of `node:http`. */
function addressOf(request: UpgradeRequest): string | undefined {
  const { socket } = request as { readonly socket?: { readonly remoteAddress?: unknown } };
  return typeof socket?.remoteAddress === "string" ? socket.remoteAddress : undefined;
}

/** The states of an acceptor, and the options of `upgrade`. */
export declare namespace WebSocketAcceptor {
  /** A state of an acceptor. */
  type State =
    | State.REJECTING
    | State.NONE
    | State.ACCEPTING
    | State.OPEN
    | State.CLOSING
    | State.CLOSED;
  /** Each state, as a type and as a value. */
  namespace State {
    /** Rejected, but not closed yet. */
    type REJECTING = -2;
    /** Neither accepted nor rejected. */
    type NONE = -1;
    /** Never the state, because `accept` opens at once. It exists for TGrid programs. */
    type ACCEPTING = 0;
    /** Accepted. Both sides can make calls. */
    type OPEN = 1;
    /** Closing, but not closed yet. */
    type CLOSING = 2;
    /** Closed. */
    type CLOSED = 3;
    /** The states before acceptance, as values. */
    const REJECTING: REJECTING, NONE: NONE, ACCEPTING: ACCEPTING;
    /** The states from acceptance on, as values. */
    const OPEN: OPEN, CLOSING: CLOSING, CLOSED: CLOSED;
  }

  /** The options of `upgrade`. With the option `header`, `Header` is the schema's output. */
  interface UpgradeOptions<Header = never> extends ConnectionOptions {
    /** Validates the header before the handler runs. Rejects invalid ones with 1008. */
    readonly header?: StandardSchema<unknown, Header> | undefined;
    /**
     * With `reconnection`: called when a client resumes its session, with the acceptor of the session
     * and the new header. To end the session, throw, or call `acceptor.reject()`. May be async.
     */
    resumed?(
      acceptor: WebSocketAcceptor<Header, object | null, object | null>,
      header: Header,
    ): unknown;
    /** The client's IP address, which a `Request` doesn't have. */
    readonly ip?: string | undefined;
    /** The sites whose pages may connect. Others get a 403, or 1008 if a socket is passed. */
    readonly origins?: Origins | undefined;
    /** The subprotocol to agree on, if no socket is passed. Default: none. */
    readonly protocol?: Protocol | undefined;
  }
}
