import { settles } from "../deadline.ts";
import { StateError } from "../errors.ts";
import { peerOf, reporterOf } from "../events.ts";
import type { Limits } from "../limits.ts";
import { checkSignal, type ConnectionOptions } from "../options.ts";
import { checkOrigins, type Origins, refusedUpgrade } from "../runtimes/origin.ts";
import { refusal } from "../runtimes/refusal.ts";
import type { Listening, ListenOptions, Refusal } from "../runtimes/types.ts";
import { listen } from "../runtimes/upgrade.ts";
import { settingsOf } from "../session/settings.ts";
import { plainAddress, type UpgradeRequest } from "../types/request.ts";
import { greet, HEARTBEAT, type WebSocketAcceptor } from "./acceptor.ts";
import { ConnectionRegistry } from "./connection_registry.ts";

type Phase = "none" | "opening" | "open" | "closing" | "closed";

const STATES: Readonly<Record<Phase, WebSocketServer.State>> = {
  none: -1,
  opening: 0,
  open: 1,
  closing: 2,
  closed: 3,
};

const ADVICE: Readonly<Record<Phase, string>> = {
  none: "not open, open() it first",
  opening: "still opening, wait for open()",
  open: "open already, close() it first",
  closing: "closing, wait for close()",
  closed: "closed, open() it again",
};

/** How long a server that drains must have been quiet, in ms. */
const QUIET = 100;

/** What clients are told when the server closes. */
const GOING_AWAY = [1001, "The server is closing"] as const;

/**
 * A server: gives its handler an acceptor for each connection.
 *
 * @typeParam Header What clients tell before the decision.
 * @typeParam Provider What this end offers.
 * @typeParam Remote What clients offer.
 *
 * @example Open, and close
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
export class WebSocketServer<
  Header,
  Provider extends object | null,
  Remote extends object | null,
> {
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

  /**
   * A server without TLS, or with what `open` is given.
   */
  constructor();
  /**
   * A server with TLS; where both are `undefined`, without.
   *
   * @param key The private key, in PEM.
   * @param cert The certificate, in PEM.
   */
  constructor(key: string | undefined, cert: string | undefined);
  constructor(key?: string, cert?: string) {
    this.#tls = { key, cert };
  }

  /** Where the server is: a value of `WebSocketServer.State`. */
  get state(): WebSocketServer.State {
    return STATES[this.#phase];
  }

  /** Where it listens, with the real port where 0 was asked for; `undefined` where it does not. */
  get address(): WebSocketServer.Address | undefined {
    return this.#listening?.address;
  }

  /**
   * Begins to listen.
   *
   * @param target The port, or more: without a `hostname` it listens on every address of the
   * machine, IPv6 and IPv4.
   * @param handler Decides about each connection: calls `accept` or `reject` of its acceptor, then
   * or later. One that throws ends its connection with 1011.
   * @throws {StateError} If it is opening, open or closing.
   * @throws {TypeError} If there is a key without a cert, or the other way round; no port; no handler.
   * @throws {Error} If the port is in use, with the runtime's own error: the state is as before.
   */
  open(
    target: number | WebSocketServer.OpenOptions,
    handler: (acceptor: WebSocketAcceptor<Header, Provider, Remote>) => unknown,
  ): Promise<void> {
    const phase = this.#phase;
    if (phase !== "none" && phase !== "closed") return Promise.reject(this.#stateError("open"));
    const options = typeof target === "object" && target !== null ? target : { port: target };
    return this.#opening = this.#open(options, handler);
  }

  /**
   * Ends every connection with 1001, waits for their handlers, and stops listening. New upgrades
   * get a 503 meanwhile. While it is closing already, waits for that.
   *
   * @param options How long calls that run may still take.
   * @throws {StateError} If it is not open.
   */
  close(options: WebSocketServer.CloseOptions = {}): Promise<void> {
    switch (this.#phase) {
      case "open":
        this.#phase = "closing";
        return this.#closing = this.#close(options.grace ?? 0);
      case "closing":
        return this.#closing!;
      default:
        return Promise.reject(this.#stateError("close"));
    }
  }

  /** Closes the server, if it is open: what `await using` calls. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opening?.catch(() => {}); // who called `open` is told
    if (this.#phase === "open" || this.#phase === "closing") await this.close();
  }

  async #open(
    options: WebSocketServer.OpenOptions,
    handler: (acceptor: WebSocketAcceptor<Header, Provider, Remote>) => unknown,
  ): Promise<void> {
    const before = this.#phase === "none" ? "none" : "closed";
    const settings = settingsOf(options, HEARTBEAT);
    checkOpening(options, handler);
    options.signal?.throwIfAborted();
    this.#phase = "opening";
    const registry = this.#connections;
    try {
      this.#listening = await listen(whereOf(options, this.#tls), {
        refuse: (request, ip) => {
          const refused = this.#refuse(request, options.origins, settings.limits);
          if (refused !== undefined) tell(refused, options.onEvent, { request, ip });
          return refused;
        },
        refused: (refused, request, ip) => tell(refused, options.onEvent, { request, ip }),
        upgraded: (socket, request, ip) => {
          const { onEvent } = options;
          greet({ socket, request, ip: plainAddress(ip), handler, settings, onEvent, registry });
        },
      });
    } catch (error) {
      this.#phase = before;
      throw error;
    }
    this.#phase = "open";
    this.#follow(options.signal);
  }

  #refuse(
    request: UpgradeRequest,
    origins: Origins | undefined,
    { connections, undecided }: Limits,
  ): Refusal | undefined {
    const refused = refusedUpgrade(request, origins);
    if (refused !== undefined) return refused;
    if (this.#phase !== "open") return refusal(503, "This server is closing");
    if (this.#connections.open.size >= connections) {
      return { ...refusal(503, "This server is full"), limit: "connections" };
    }
    if (this.#connections.undecided < undecided) return undefined;
    return { ...refusal(503, "This server is busy"), limit: "undecided" };
  }

  /** From now on the signal closes the server. */
  #follow(signal: AbortSignal | undefined): void {
    if (signal === undefined) return;
    const close = (): void => void this.close().catch(() => {}); // it is being closed already
    signal.addEventListener("abort", close);
    this.#unfollow = () => signal.removeEventListener("abort", close);
    if (signal.aborted) close();
  }

  async #close(grace: number): Promise<void> {
    this.#unfollow();
    if (grace > 0) await this.#untilQuiet(Date.now() + grace);
    await this.#connections.close(...GOING_AWAY);
    await settles(this.#connections.handled(), HANDLERS_AT_MOST);
    // only now: the runtime's own end of a connection would take our reason from it
    await this.#listening!.shutdown(SHUTDOWN_AT_MOST);
    this.#listening = undefined;
    this.#phase = "closed";
  }

  /** Until no call ran, and none was begun, from one look to the next. */
  async #untilQuiet(deadline: number): Promise<void> {
    let seen = -1;
    while (this.#connections.open.size > 0 && Date.now() < deadline) {
      const { underWay, begun } = this.#connections.calls;
      if (underWay === 0 && begun === seen) return;
      seen = underWay === 0 ? begun : -1;
      await delay(Math.min(QUIET, Math.max(1, deadline - Date.now())));
    }
  }

  #stateError(act: string): StateError {
    return new StateError(`Cannot ${act}: the server is ${ADVICE[this.#phase]}`);
  }
}

/** Tells an operator whom the server did not let in. */
function tell(
  { status, body, limit }: Refusal,
  onEvent: ConnectionOptions["onEvent"],
  { request, ip }: { readonly request: UpgradeRequest; readonly ip: string },
): void {
  const report = reporterOf(onEvent, () => peerOf(request, plainAddress(ip)));
  if (limit !== undefined) report({ type: "limit", limit });
  report({ type: "refused", status, reason: body.trim() });
}

/** How long `close` waits for handlers that hold on after their connection has ended, in ms. */
const HANDLERS_AT_MOST = 5_000;

/** How long it waits for requests that are half sent, in ms. */
const SHUTDOWN_AT_MOST = 5_000;

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/**
 * From JavaScript these may be anything: an environment's port is a text.
 *
 * @throws {TypeError} If there is no port or no handler, or an option is none.
 */
function checkOpening(
  { port, signal, origins }: WebSocketServer.OpenOptions,
  handler: unknown,
): void {
  if (!Number.isInteger(port)) {
    throw new TypeError(`Cannot open the server: ${JSON.stringify(port)} is no number of a port`);
  }
  if (typeof handler !== "function") {
    throw new TypeError("Cannot open the server: there is no handler to decide about connections");
  }
  checkSignal(signal, "open the server");
  checkOrigins(origins);
}

interface Tls {
  readonly key?: string | undefined;
  readonly cert?: string | undefined;
}

/**
 * Where to listen, with the TLS of `open`, or else of the constructor.
 *
 * @throws {TypeError} If there is a key without a certificate, or the other way round: who gave one
 * wants no plain connections.
 */
function whereOf({ port, hostname, ...own }: WebSocketServer.OpenOptions, tls: Tls): ListenOptions {
  const { key, cert } = own.key === undefined && own.cert === undefined ? tls : own;
  if ((key === undefined) !== (cert === undefined)) {
    throw new TypeError("Cannot open the server: TLS takes both a key and a cert");
  }
  return { port, hostname, key, cert };
}

/** The states of a server, and what `open` and `close` take. */
export declare namespace WebSocketServer {
  /** The states of a server. */
  const State: {
    /** Never opened, or the last `open()` failed. */
    readonly NONE: -1;
    /** `open()` has not settled. */
    readonly OPENING: 0;
    /** It listens. */
    readonly OPEN: 1;
    /** `close()` has not resolved. */
    readonly CLOSING: 2;
    /** Closed; it may be opened again. */
    readonly CLOSED: 3;
  };
  /** A state of a server. */
  type State = State.NONE | State.OPENING | State.OPEN | State.CLOSING | State.CLOSED;
  /** The states, one by one, as types. */
  namespace State {
    /** Never opened, or the last `open()` failed. */
    type NONE = -1;
    /** `open()` has not settled. */
    type OPENING = 0;
    /** It listens. */
    type OPEN = 1;
    /** `close()` has not resolved. */
    type CLOSING = 2;
    /** Closed; it may be opened again. */
    type CLOSED = 3;
  }

  /** What `open` takes beside a port alone. */
  interface OpenOptions extends ConnectionOptions {
    /** The port; 0 takes a free one. */
    readonly port: number;
    /** Where to listen; without one on every address of the machine, IPv6 and IPv4. */
    readonly hostname?: string | undefined;
    /** The private key in PEM, for TLS, in place of the constructor's. */
    readonly key?: string | undefined;
    /** The certificate in PEM, for TLS, in place of the constructor's. */
    readonly cert?: string | undefined;
    /**
     * Whose pages may connect; others get a 403 before the upgrade. Without a list any page that a
     * user of yours looks at may, with the user's cookies.
     */
    readonly origins?: Origins | undefined;
    /** Closes the server. */
    readonly signal?: AbortSignal | undefined;
  }

  /** What `close` takes. */
  interface CloseOptions {
    /** How long calls that run may still take, in ms. Default: 0. */
    readonly grace?: number | undefined;
  }

  /** Where a server listens. */
  interface Address {
    /** The address of the interface, `::` for all. */
    readonly hostname: string;
    /** The port. */
    readonly port: number;
  }
}
