import { peerOf, reporterOf } from "../events.ts";
import type { ConnectionOptions } from "../options.ts";
import { checkOrigins, type Origins, refusedOrigin, refusedUpgrade } from "../runtimes/origin.ts";
import { INVALID, responseOf } from "../runtimes/refusal.ts";
import type { Refusal } from "../runtimes/types.ts";
import { upgrade } from "../runtimes/upgrade.ts";
import { settingsOf } from "../session/settings.ts";
import { pathOf, plainAddress, type UpgradeRequest } from "../types/request.ts";
import type { SocketLike } from "../types/socket.ts";
import type { Endpoint, Phase } from "./endpoint.ts";
import { IncomingConnection, type Origin } from "./incoming_connection.ts";
import { WebSocketCommunicator } from "./websocket_communicator.ts";

/** A peer that answers nothing for three of these is gone: 120 s, in ms. */
export const HEARTBEAT = 40_000;

const STATES: { readonly [P in Phase]?: WebSocketAcceptor.State } = {
  rejecting: -2,
  open: 1,
  away: 1,
  closing: 2,
  closed: 3,
};

/** Decides about a connection: calls `accept` or `reject`, then or later. */
type Handler = (acceptor: Acceptor) => unknown;
// deno-lint-ignore no-explicit-any -- of whatever header, provider and remote
type Acceptor = WebSocketAcceptor<any, any, any>;

/** Both forms of `upgrade` and the server come here, in the turn in which the socket was made. */
let greet: (origin: Origin) => Endpoint;
export { greet };

/**
 * The end that was dialled: a server's handler gets one for each connection, looks at its `header`,
 * and calls `accept` or `reject`.
 *
 * @typeParam Header What the client told before the decision.
 * @typeParam Provider What this end offers.
 * @typeParam Remote What the client offers.
 *
 * @example Decide by a token in the header
 * ```ts
 * import { WebSocketConnector, WebSocketError, WebSocketServer } from "@sheetbend/rpc";
 * import { assertEquals, assertRejects } from "@std/assert";
 *
 * await using server = new WebSocketServer<{ token: string }, null, null>();
 * await server.open({ port: 0, hostname: "127.0.0.1" }, async (acceptor) => {
 *   if (acceptor.header.token === "secret") await acceptor.accept(null);
 *   else await acceptor.reject(3001, "wrong token");
 * });
 *
 * const connector = new WebSocketConnector({ token: "guess" }, null);
 * const error = await assertRejects(
 *   () => connector.connect(`ws://127.0.0.1:${server.address!.port}`),
 *   WebSocketError,
 * );
 * assertEquals([error.status, error.message], [3001, "wrong token"]);
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
    end.listen(this);
  }

  /**
   * Makes a connection of a socket that a server of yours has upgraded: of the W3C's make or of the
   * `ws` package's, open already or not yet. If its owner closes it, the acceptor follows.
   *
   * @typeParam Header What the client told before the decision.
   * @typeParam Provider What this end offers.
   * @typeParam Remote What the client offers.
   * @param request The request that was upgraded, for `path`, `ip` and `request`.
   * @param socket The socket. Call this in the turn in which it was made, or frames are lost.
   * @param handler Decides: calls `accept` or `reject`, then or later.
   * @param options The client's address, if the request does not tell it, and the limits.
   */
  static upgrade<Header, Provider extends object | null, Remote extends object | null>(
    request: UpgradeRequest,
    socket: SocketLike,
    handler?: (acceptor: WebSocketAcceptor<Header, Provider, Remote>) => unknown,
    options?: WebSocketAcceptor.UpgradeOptions,
  ): void;
  /**
   * Turns a request for an upgrade into a connection, inside any server on a runtime that upgrades
   * from a `Request` alone (Deno): a handler of `Deno.serve`, of Hono, of oak.
   *
   * @typeParam Header What the client told before the decision.
   * @typeParam Provider What this end offers.
   * @typeParam Remote What the client offers.
   * @param request The request. Deno takes it with the upgrade: `acceptor.request` keeps its method,
   * address and headers.
   * @param handler Decides: calls `accept` or `reject`, then or later. One that throws ends the
   * connection with 1011.
   * @param options The client's address, if it is known, and the limits.
   * @returns What the server must answer: the upgrade, or why there is none (426, 405, 400).
   * @throws {Error} If the runtime can't do that: use the other form there.
   *
   * @example Inside `Deno.serve`
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
    options?: WebSocketAcceptor.UpgradeOptions,
  ): Response;
  static upgrade(
    request: UpgradeRequest,
    second: SocketLike | Handler,
    third?: Handler | WebSocketAcceptor.UpgradeOptions,
    fourth?: WebSocketAcceptor.UpgradeOptions,
  ): Response | void {
    if (typeof second === "function") {
      const options = third as WebSocketAcceptor.UpgradeOptions | undefined;
      return upgradeRequest(request as Request, second, options ?? {});
    }
    const options = fourth ?? {};
    checkOrigins(options.origins);
    const greeted = greet({
      socket: second,
      request,
      ip: plainAddress(options.ip ?? addressOf(request)),
      handler: third as Handler | undefined,
      settings: settingsOf(options, HEARTBEAT),
      onEvent: options.onEvent,
      registry: undefined,
    });
    // the upgrade has been, so that no 403 can be given
    const refused = refusedOrigin(request, options.origins);
    if (refused !== undefined) greeted.fail(1008, refused.body.trim());
  }

  /** What the client told before the decision. */
  get header(): Header {
    return this.#end.header as Header;
  }

  /** The path that the client asked for, with its query, as it came: `/` first, not decoded. */
  get path(): string {
    return pathOf(this.#end.origin.request);
  }

  /** The client's address; `""` where nobody knows it. */
  get ip(): string {
    return this.#end.origin.ip;
  }

  /**
   * The request that was upgraded: method, address and headers of a `Request` that Deno took, in
   * Node the `IncomingMessage`.
   * `headerOf(acceptor.request, "cookie")` reads either.
   */
  get request(): UpgradeRequest {
    return this.#end.origin.request;
  }

  /** Where the connection is: a value of `WebSocketAcceptor.State`. */
  get state(): WebSocketAcceptor.State {
    return STATES[this.#end.phase] ?? -1;
  }

  /**
   * Takes the client in. It is open when this returns: calls may be made at once.
   *
   * @param provider What this end offers; `null` for nothing.
   * @throws {StateError} If it was decided before, or the client has left.
   */
  accept(provider: Provider): Promise<void> {
    const end = this.#end;
    if (end.phase !== "undecided") return Promise.reject(end.stateError("accept"));
    this.setProvider(provider);
    end.accept();
    return Promise.resolve();
  }

  /**
   * Turns the client away: its `connect()` is rejected with this code and reason. It is closed when
   * this resolves, without waiting for the client.
   *
   * @param status The close code: 1000 to 1003, 1007 to 1013 or 3000 to 4999. Default: 1000.
   * @param reason The reason, cut at 123 bytes of UTF-8.
   * @throws {StateError} If it was decided before (the connection goes on then), or the client has
   * left.
   * @throws {RangeError} If this end may not send the code; the client is turned away with 1008.
   */
  reject(status = 1000, reason = ""): Promise<void> {
    const end = this.#end;
    return end.phase === "undecided"
      ? end.reject(status, reason)
      : Promise.reject(end.stateError("reject"));
  }

  /**
   * Keeps the connection alive through proxies that cut a silent one: sends a frame that means
   * nothing each time so many ms have passed. A second order takes the place of the first.
   *
   * @param ms Milliseconds between two frames.
   * @throws {StateError} If the connection is not open.
   * @throws {RangeError} If `ms` is not a number above 0.
   */
  ping(ms: number): void {
    if (this.#end.phase !== "open") throw this.#end.stateError("ping");
    if (!(ms > 0)) throw new RangeError("Cannot ping: it takes a number of ms above 0");
    this.#end.ping(ms);
  }

  /** Ends the connection, if there is one; turns an undecided client away. */
  override async [Symbol.asyncDispose](): Promise<void> {
    if (this.#end.phase === "undecided") await this.reject();
    else await super[Symbol.asyncDispose]();
  }
}

function upgradeRequest(
  request: Request,
  handler: Handler,
  options: WebSocketAcceptor.UpgradeOptions,
): Response {
  const settings = settingsOf(options, HEARTBEAT);
  checkOrigins(options.origins);
  const ip = plainAddress(options.ip);
  const refuse = (refused: Refusal): Response => {
    const report = reporterOf(options.onEvent, () => peerOf(request, ip));
    report({ type: "refused", status: refused.status, reason: refused.body.trim() });
    return responseOf(refused);
  };
  const refused = refusedUpgrade(request, options.origins);
  if (refused !== undefined) return refuse(refused);
  const upgraded = upgrade(request);
  if (upgraded === undefined) return refuse(INVALID);
  const { socket, response, request: read } = upgraded;
  const { onEvent } = options;
  greet({ socket, request: read, ip, handler, settings, onEvent, registry: undefined });
  return response;
}

/** The address of the other end, where a request of `node:http` knows it. */
function addressOf(request: UpgradeRequest): string | undefined {
  const { socket } = request as { readonly socket?: { readonly remoteAddress?: unknown } };
  return typeof socket?.remoteAddress === "string" ? socket.remoteAddress : undefined;
}

/** The states of an acceptor, and what `upgrade` takes. */
export declare namespace WebSocketAcceptor {
  /** The states of an acceptor. */
  const State: {
    /** `reject()` has not resolved. */
    readonly REJECTING: -2;
    /** Not decided about. */
    readonly NONE: -1;
    /** There for programs that name it: `accept` opens at once. */
    readonly ACCEPTING: 0;
    /** Accepted: calls go. */
    readonly OPEN: 1;
    /** The close is under way. */
    readonly CLOSING: 2;
    /** Closed. */
    readonly CLOSED: 3;
  };
  /** A state of an acceptor. */
  type State =
    | State.REJECTING
    | State.NONE
    | State.ACCEPTING
    | State.OPEN
    | State.CLOSING
    | State.CLOSED;
  /** The states, one by one, as types. */
  namespace State {
    /** `reject()` has not resolved. */
    type REJECTING = -2;
    /** Not decided about. */
    type NONE = -1;
    /** There for programs that name it: `accept` opens at once. */
    type ACCEPTING = 0;
    /** Accepted: calls go. */
    type OPEN = 1;
    /** The close is under way. */
    type CLOSING = 2;
    /** Closed. */
    type CLOSED = 3;
  }

  /** What `upgrade` takes. */
  interface UpgradeOptions extends ConnectionOptions {
    /** The client's address: a `Request` does not know it. */
    readonly ip?: string | undefined;
    /** Whose pages may connect; others get a 403, or a 1008 where the upgrade has been already. */
    readonly origins?: Origins | undefined;
  }
}
