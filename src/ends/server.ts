import { now } from "../clock.ts";
import { settles } from "../deadline.ts";
import { StateError } from "../errors.ts";
import { peerOf, reporterOf } from "../events.ts";
import { handled, rejected } from "../handled.ts";
import { checkNames, type NamesOf } from "../nearest.ts";
import { checkSchema } from "../schema.ts";
import {
  checkSignal,
  CONNECTION_OPTIONS,
  type ConnectionOptions,
  throwIfAborted,
} from "../options.ts";
import { checkOrigins, type Origins, refusedUpgrade } from "../runtimes/origin.ts";
import { checkPath, refusedPath, type UrlPatternLike } from "../runtimes/path.ts";
import { checkProtocol, type Protocol, protocolFor } from "../runtimes/protocol.ts";
import { refusal } from "../runtimes/refusal.ts";
import type { Listening, ListenOptions, Refusal } from "../runtimes/types.ts";
import { listen } from "../runtimes/upgrade.ts";
import type { Settings } from "../session/feature.ts";
import { settingsOf } from "../session/settings.ts";
import { plainAddress, type UpgradeRequest } from "../types/request.ts";
import type { StandardSchema } from "../types/standard_schema.ts";
import {
  checkResumed,
  greet,
  HEARTBEAT,
  reportRefusal,
  type WebSocketAcceptor,
} from "./acceptor.ts";
import { ConnectionRegistry } from "./connection_registry.ts";

const STATES = { none: -1, opening: 0, open: 1, closing: 2, closed: 3 } as const;
type Phase = keyof typeof STATES;

const ADVICE: Readonly<Record<Phase, string>> = {
  none: "not open. Call open() first.",
  opening: "still opening. Await open() first.",
  open: "already open. Call close() first.",
  closing: "closing. Await close() first.",
  closed: "closed. Call open() again.",
};

/** With a grace period, a server closes when no call has run for this long, in ms. */
const QUIET = 100;

/** How long `close` waits for handlers, and then for requests that aren't complete, in ms. */
const HANDLERS_AT_MOST = 5_000;
const SHUTDOWN_AT_MOST = 5_000;

const OPEN_OPTIONS: NamesOf<WebSocketServer.OpenOptions> = {
  ...CONNECTION_OPTIONS,
  port: 1,
  hostname: 1,
  key: 1,
  cert: 1,
  origins: 1,
  path: 1,
  protocol: 1,
  header: 1,
  resumed: 1,
  signal: 1,
};
const CLOSE_OPTIONS: NamesOf<WebSocketServer.CloseOptions> = { grace: 1 };

type Tls = Pick<ListenOptions, "key" | "cert">;

/**
 * A server. Your handler gets an acceptor for each client, and accepts or rejects it.
 *
 * @typeParam Header What clients send when they connect.
 * @typeParam Provider What this side offers.
 * @typeParam Remote What clients offer.
 *
 * @example Open and close a server
 * ```ts
 * import { WebSocketServer } from "@sheetbend/rpc";
 * import { assertEquals } from "@std/assert";
 *
 * const server = new WebSocketServer<null, { ping(): string }, null>();
 * await server.open({ port: 0, hostname: "127.0.0.1" }, async (acceptor) => {
 *   await acceptor.accept({ ping: () => "pong" });
 * });
 * assertEquals(server.state, WebSocketServer.State.OPEN);
 * await server.close();
 * ```
 */
export class WebSocketServer<Header, Provider extends object | null, Remote extends object | null> {
  readonly #tls: Tls;
  #phase: Phase = "none";
  readonly #connections = new ConnectionRegistry();
  #listening: Listening | undefined;
  #opening: Promise<void> | undefined;
  #closing: Promise<void> | undefined;
  #unfollow = (): void => {};

  static {
    const value = { NONE: -1, OPENING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 };
    Object.defineProperty(this, "State", { value: Object.freeze(value) });
  }

  /** Creates a server without TLS, unless you pass a key and a certificate to `open`. */
  constructor();
  /** Creates a server with TLS: a private key and a certificate in PEM, or `undefined` for both. */
  constructor(key: string | undefined, cert: string | undefined);
  constructor(key?: string, cert?: string) {
    this.#tls = { key, cert };
  }

  /** The state of the server. */
  get state(): WebSocketServer.State {
    return STATES[this.#phase];
  }

  /** The address it listens on, with the actual port, or `undefined` if it doesn't listen. */
  get address(): WebSocketServer.Address | undefined {
    return this.#listening?.address;
  }

  /** The acceptors of the connections that are open now. */
  get acceptors(): Iterable<WebSocketAcceptor<Header, Provider, Remote>> {
    const { accepted } = this.#connections;
    return accepted as Iterable<WebSocketAcceptor<Header, Provider, Remote>>;
  }

  /**
   * Starts listening. You can open a server again after closing it.
   *
   * @param options The port and other options. `acceptor.header` is the output of the schema in the
   * option `header`.
   * @param handler Calls `accept` or `reject` of each acceptor, at once or later. If it throws, the
   * connection is closed with 1011.
   * @throws {StateError} If the server is already opening, open or closing.
   * @throws {TypeError} If an option doesn't exist, or it or the handler has the wrong type.
   * @throws {RangeError} If a limit or the heartbeat is out of range.
   * @throws {Error} The runtime's error if the port is in use. The state is then as before.
   */
  open<Checked extends Header>(
    options: WebSocketServer.OpenOptions<Checked> & {
      readonly header: StandardSchema<unknown, Checked>;
    },
    handler: (acceptor: WebSocketAcceptor<Checked, Provider, Remote>) => unknown,
  ): Promise<void>;
  /**
   * Starts listening, without a schema for the header.
   *
   * @param target The port, or options. Without `hostname`, it listens on all interfaces.
   * @param handler As above.
   */
  open(
    target: number | WebSocketServer.OpenOptions<Header>,
    handler: (acceptor: WebSocketAcceptor<Header, Provider, Remote>) => unknown,
  ): Promise<void>;
  open(
    target: number | WebSocketServer.OpenOptions<Header>,
    handler: (acceptor: never) => unknown,
  ): Promise<void> {
    const phase = this.#phase;
    if (phase !== "none" && phase !== "closed") return rejected(this.#stateError("open"));
    const options = typeof target === "object" && target !== null ? target : { port: target };
    return this.#opening = handled(this.#open(options, handler));
  }

  /**
   * Closes all connections with 1001, waits up to 5 s for their handlers, and stops listening. With
   * `grace`, waits for running calls first. New clients get a 503 in the meantime. Resolves when it
   * is closed, or at once if it isn't open.
   *
   * @throws {StateError} If the server is opening.
   * @throws {TypeError} If an option doesn't exist.
   */
  close(options: WebSocketServer.CloseOptions = {}): Promise<void> {
    if (this.#phase === "opening") return rejected(this.#stateError("close"));
    try {
      checkNames(options, CLOSE_OPTIONS, "close the server");
    } catch (error) {
      return rejected(error);
    }
    if (this.#phase === "open") {
      this.#phase = "closing";
      this.#closing = handled(this.#close(options.grace ?? 0));
    }
    return this.#closing ?? Promise.resolve();
  }

  /** Closes the server at the end of an `await using` block, if it is open. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opening?.catch(() => {}); // `open` has already reported the error
    if (this.#phase === "open" || this.#phase === "closing") await this.close();
  }

  async #open(
    options: WebSocketServer.OpenOptions<unknown>,
    handler: (acceptor: never) => unknown,
  ): Promise<void> {
    const before = this.#phase === "none" ? "none" : "closed";
    const settings = settingsOf(options, HEARTBEAT);
    checkNames(options, OPEN_OPTIONS, "open the server");
    checkOpen(options, handler);
    throwIfAborted(options.signal);
    this.#phase = "opening";
    const registry = this.#connections;
    const report = (refused: Refusal, request: UpgradeRequest, ip: string): void =>
      reportRefusal(refused, reporterOf(options.onEvent, () => peerOf(request, plainAddress(ip))));
    const { path, origins, protocol, header: schema, resumed, onEvent } = options;
    try {
      const where = whereOf(options, this.#tls);
      const scheme = where.key === undefined ? "http" : "https";
      this.#listening = await listen(where, {
        refuse: (request, ip) => {
          const refused = refusedPath(request, path, scheme) ?? refusedUpgrade(request, origins) ??
            this.#refuse(settings);
          if (refused !== undefined) report(refused, request, ip);
          return refused;
        },
        protocol: (request) => protocolFor(request, protocol),
        refused: report,
        upgraded: (socket, request, ip) => {
          const from = plainAddress(ip);
          const origin = { socket, request, ip: from, handler, schema, resumed };
          greet({ ...origin, settings, onEvent, registry });
        },
      });
    } catch (error) {
      this.#phase = before;
      throw error;
    }
    this.#phase = "open";
    this.#follow(options.signal);
  }

  #refuse({ limits: { connections, undecided }, use }: Settings): Refusal | undefined {
    if (this.#phase !== "open") return refusal(503, "This server is closing");
    const mayResume = use.some((one) => one.claim); // its header decides whether it takes a place
    if (this.#connections.size >= connections && !mayResume) {
      return { ...refusal(503, "This server is full"), limit: "connections" };
    }
    if (this.#connections.undecided < undecided) return undefined;
    return { ...refusal(503, "This server is busy"), limit: "undecided" };
  }

  #follow(signal: AbortSignal | undefined): void {
    if (signal === undefined) return;
    const close = (): void => void this.close();
    signal.addEventListener("abort", close);
    this.#unfollow = () => signal.removeEventListener("abort", close);
    if (signal.aborted) close();
  }

  async #close(grace: number): Promise<void> {
    this.#unfollow();
    if (grace > 0) await this.#untilQuiet(now() + grace);
    await this.#connections.close(1001, "The server is closing");
    await settles(this.#connections.handled(), HANDLERS_AT_MOST);
    // last, because the runtime closes connections without a reason
    await this.#listening!.shutdown(SHUTDOWN_AT_MOST);
    this.#listening = undefined;
    this.#phase = "closed";
  }

  /** Waits until no call ran or started between two checks, or until the deadline. */
  async #untilQuiet(deadline: number): Promise<void> {
    let seen = -1;
    while (this.#connections.open.size > 0 && now() < deadline) {
      const { underWay, begun } = this.#connections.calls;
      if (underWay === 0 && begun === seen) return;
      seen = underWay === 0 ? begun : -1;
      const ms = Math.min(QUIET, Math.max(1, deadline - now()));
      await new Promise((resolve) => setTimeout(resolve, ms));
    }
  }

  #stateError(act: string): StateError {
    return new StateError(`Cannot ${act}: the server is ${ADVICE[this.#phase]}`);
  }
}

/** In JavaScript they can have any type: a port from an environment variable is a string. */
function checkOpen(options: WebSocketServer.OpenOptions<unknown>, handler: unknown): void {
  const { port, signal, origins, path, protocol, header, resumed } = options;
  if (!Number.isInteger(port)) {
    throw new TypeError(`Cannot open the server: ${JSON.stringify(port)} isn't a valid port`);
  }
  if (typeof handler !== "function") {
    throw new TypeError("Cannot open the server: the handler isn't a function");
  }
  checkSignal(signal, "open the server");
  checkOrigins(origins);
  checkPath(path);
  checkProtocol(protocol);
  checkSchema(header, "header");
  checkResumed(resumed);
}

/** Throws for a key without a certificate, instead of opening a server without TLS. */
function whereOf(
  { port, hostname, ...own }: WebSocketServer.OpenOptions<unknown>,
  tls: Tls,
): ListenOptions {
  const { key, cert } = own.key === undefined && own.cert === undefined ? tls : own;
  if ((key === undefined) !== (cert === undefined)) {
    throw new TypeError('Cannot open the server: TLS requires both "key" and "cert"');
  }
  return { port, hostname, key, cert };
}

/** The states of a server, and the options of `open` and `close`. */
export declare namespace WebSocketServer {
  /** A state of a server. */
  type State = State.NONE | State.OPENING | State.OPEN | State.CLOSING | State.CLOSED;
  /** Each state, as a type and as a value. */
  namespace State {
    /** Not opened yet, or the first `open()` failed. */
    type NONE = -1;
    /** `open()` hasn't settled yet. */
    type OPENING = 0;
    /** Listening. */
    type OPEN = 1;
    /** `close()` hasn't resolved yet. */
    type CLOSING = 2;
    /** Closed. You can open it again. */
    type CLOSED = 3;
    /** The states as values. */
    const NONE: NONE, OPENING: OPENING, OPEN: OPEN, CLOSING: CLOSING, CLOSED: CLOSED;
  }

  /** The options of `open`. With the option `header`, `Header` is the schema's output. */
  interface OpenOptions<Header = never> extends ConnectionOptions {
    /** The port. 0 picks a free one. */
    readonly port: number;
    /** The interface to listen on. Default: all, IPv6 and IPv4. */
    readonly hostname?: string | undefined;
    /** The private key for TLS in PEM, instead of the constructor's. */
    readonly key?: string | undefined;
    /** The certificate for TLS in PEM, instead of the constructor's. */
    readonly cert?: string | undefined;
    /** The sites whose pages may connect. Others get a 403. Default: all. */
    readonly origins?: Origins | undefined;
    /**
     * The pathname to serve, such as `"/rpc"`, or a `URLPattern`. Other paths get a 404. Default:
     * all.
     */
    readonly path?: string | UrlPatternLike | undefined;
    /**
     * Validates the header before the handler runs: a Standard Schema, such as a Zod schema. A client
     * with an invalid header is rejected with 1008 and the path of the invalid value.
     */
    readonly header?: StandardSchema<unknown, Header> | undefined;
    /**
     * With `reconnection`: called when a client resumes its session, with the acceptor of the session
     * and the new header. To end the session, throw, or call `acceptor.reject()`. May be async.
     */
    resumed?(
      acceptor: WebSocketAcceptor<Header, object | null, object | null>,
      header: Header,
    ): unknown;
    /** The subprotocol to agree on. Default: none, because clients may send a token as one. */
    readonly protocol?: Protocol | undefined;
    /** Closes the server when it aborts, without a grace period. */
    readonly signal?: AbortSignal | undefined;
  }

  /** The options of `close`. */
  interface CloseOptions {
    /** How long to wait for running calls, in ms. Default: 0. */
    readonly grace?: number | undefined;
  }

  /** The address that a server listens on. */
  interface Address {
    /** The address of the interface, such as `::` for all. */
    readonly hostname: string;
    /** The port. */
    readonly port: number;
  }
}
