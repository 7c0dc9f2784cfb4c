import { ConnectionClosedError } from "../errors.ts";
import { reporterOf, withoutSecrets } from "../events.ts";
import { checkName, checkNames, type NamesOf } from "../nearest.ts";
import {
  abortReason,
  checkSignal,
  CONNECTION_OPTIONS,
  type ConnectionOptions,
} from "../options.ts";
import type { Agreement, Fields } from "../session/agreement.ts";
import { toldLimits } from "../session/handshake.ts";
import type { Link } from "../session/link.ts";
import { Session } from "../session/session.ts";
import { settingsOf } from "../session/settings.ts";
import type { SocketFactory } from "../types/socket.ts";
import { ConnectAttempt, type Dial } from "./connect_attempt.ts";
import { type ByPhase, Endpoint } from "./endpoint.ts";
import { WebSocketCommunicator } from "./websocket_communicator.ts";
import { wireOf } from "./wire_of.ts";

const OPTIONS: NamesOf<WebSocketConnector.ConnectOptions> = {
  ...CONNECTION_OPTIONS,
  timeout: 1,
  signal: 1,
  wire: 1,
  socket: 1,
};
const WIRES = { linked: 1, plain: 1 };

/** In ms. Proxies close idle connections after 60 s or more. */
const HEARTBEAT = 25_000;

/** For error messages: each phase in words, and what to do. */
const PHASES: ByPhase<string> = {
  none: "the connector isn't connected. Call connect() first.",
  connecting: "the connector is still connecting. Await connect() first.",
  open: "the connector is already connected. Call close() first.",
  away: "the connector is reconnecting. Call close() first.",
  closing: "the connection is closing. Await close(), then call connect() again.",
  closed: "the connection is closed. Call connect() again.",
};

const STATES: ByPhase<0 | 1 | 2 | 3> = { connecting: 0, away: 0, open: 1, closing: 2, closed: 3 };

/** Remembers what it dialed, so that a feature can dial again. */
class ConnectorEndpoint extends Endpoint {
  attempt: ConnectAttempt | undefined;
  #dial: Dial | undefined;

  dial(dial: Omit<Dial, "accepted" | "failed" | "fields">): Promise<void> {
    this.begin("connecting");
    return this.#begin({
      ...dial,
      fields: Object.assign(
        toldLimits(dial.settings.limits),
        ...dial.settings.use.map((one) => one.offer?.()),
      ),
      accepted: (link, agreement, fields) => this.open(link, agreement, fields),
      failed: () => this.ownPhase = "none",
    });
  }

  /** Dials again, for a feature that resumes or replaces a session. */
  redial(fields: object, header: unknown, accepted: Dial["accepted"]): Promise<void> {
    const dial = this.#dial!;
    return this.#begin({
      ...dial,
      options: { ...dial.options, signal: undefined }, // it was for connect() only
      header: header ?? dial.header,
      fields,
      accepted,
      failed() {},
    });
  }

  open(link: Link, agreement: Agreement, fields: Fields): void {
    const { settings } = this.#dial!;
    const wire = wireOf(agreement);
    this.session = new Session(this.rpc, this, { wire, agreement, settings, fields });
    this.session.attach(link);
    this.report({ type: "open" });
  }

  override close(code?: number, reason?: string): Promise<void> {
    if (this.phase !== "connecting") return super.close(code, reason);
    this.attempt!.fail(new ConnectionClosedError("Cannot connect: close() was called"));
    return Promise.resolve();
  }

  #begin(dial: Dial): Promise<void> {
    this.#dial = dial;
    const attempt = this.attempt = new ConnectAttempt(dial);
    try {
      attempt.begin();
    } catch (error) {
      attempt.fail(error);
    }
    const over = (): void => {
      if (this.attempt === attempt) this.attempt = undefined;
    };
    attempt.promise.then(over, over);
    return attempt.promise;
  }
}

/**
 * A client's connection. It connects to a server, calls the server's functions, and can offer
 * functions itself.
 *
 * @typeParam Header What the client sends when it connects, such as a token.
 * @typeParam Provider What this side offers.
 * @typeParam Remote What the server offers.
 *
 * @example Call a server
 * ```ts
 * import { WebSocketConnector, WebSocketServer } from "@sheetbend/rpc";
 * import { assertEquals } from "@std/assert";
 *
 * const calculator = { plus: (x: number, y: number) => x + y };
 * await using server = new WebSocketServer<null, typeof calculator, null>();
 * await server.open({ port: 0, hostname: "127.0.0.1" }, (acceptor) => acceptor.accept(calculator));
 *
 * await using connector = new WebSocketConnector<null, null, typeof calculator>(null, null);
 * await connector.connect(`ws://127.0.0.1:${server.address!.port}`);
 * assertEquals(await connector.getDriver().plus(1, 2), 3);
 * ```
 */
export class WebSocketConnector<
  Header,
  Provider extends object | null,
  Remote extends object | null,
> extends WebSocketCommunicator<Provider, Remote> {
  readonly #header: Header;
  readonly #end: ConnectorEndpoint;
  #url: string | undefined;

  static {
    const value = { NONE: -1, CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 };
    Object.defineProperty(this, "State", { value: Object.freeze(value) });
  }

  /**
   * Creates a connector, which isn't connected yet.
   *
   * @param header What the server checks before it accepts: any JSON-serializable value.
   * @param provider What this side offers, or `null` for nothing.
   */
  constructor(header: Header, provider: Provider) {
    const end = new ConnectorEndpoint("none", PHASES);
    super(provider, end);
    this.#end = end;
    this.#header = header;
  }

  /** The header that was passed to the constructor. */
  get header(): Header {
    return this.#header;
  }

  /** The URL of the last `connect()`, or `undefined` before the first. */
  get url(): string | undefined {
    return this.#url;
  }

  /** The state of the connection. */
  get state(): WebSocketConnector.State {
    return STATES[this.#end.phase] ?? -1;
  }

  /**
   * Connects, and resolves when the server has accepted. You can connect again after a failure, and
   * after a close.
   *
   * @param url A `ws:`, `wss:`, `http:` or `https:` URL.
   * @throws {WebSocketError} If the server rejects (with its code and reason), can't be reached
   * (1006), or doesn't accept in time or doesn't speak this protocol (1008).
   * @throws {ConnectionClosedError} If `close()` is called while connecting.
   * @throws {StateError} If it is already connecting, connected or closing.
   * @throws {EncodeError} If the header can't be serialized.
   * @throws {TypeError} If the URL isn't a WebSocket URL, or an option doesn't exist or is invalid.
   * @throws {RangeError} If a limit or the heartbeat is out of range.
   */
  async connect(url: string | URL, options: WebSocketConnector.ConnectOptions = {}): Promise<void> {
    const end = this.#end;
    if (end.phase !== "none" && end.phase !== "closed") throw end.stateError("connect");
    const settings = settingsOf(options, HEARTBEAT);
    checkNames(options, OPTIONS, "connect");
    const { signal, onEvent, wire = "linked" } = options;
    checkName(wire, WIRES, "connect: there is no wire");
    checkSignal(signal, "connect");
    const address = String(url);
    const path = withoutSecrets(address);
    const report = end.report = reporterOf(onEvent, () => ({ path }));
    const abort = (): void => end.attempt?.fail(abortReason(signal!.reason));
    try {
      const dialling = () => void (this.#url = address);
      const header = this.#header;
      const dialled = end.dial({ url: address, header, options, settings, report, dialling });
      signal?.addEventListener("abort", abort);
      await dialled;
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }
}

/** The states of a connector, and the options of `connect`. */
export declare namespace WebSocketConnector {
  /** A state of a connector. */
  type State = State.NONE | State.CONNECTING | State.OPEN | State.CLOSING | State.CLOSED;
  /** Each state, as a type and as a value. */
  namespace State {
    /** Not connected yet, or the last `connect()` failed. */
    type NONE = -1;
    /** `connect()` hasn't settled yet. */
    type CONNECTING = 0;
    /** Accepted. Both sides can make calls. */
    type OPEN = 1;
    /** Closing, but not closed yet. */
    type CLOSING = 2;
    /** Closed. You can connect again. */
    type CLOSED = 3;
    /** The states as values. */
    const NONE: NONE, CONNECTING: CONNECTING, OPEN: OPEN, CLOSING: CLOSING, CLOSED: CLOSED;
  }

  /** TGrid's type of the options of `connect`. */
  interface IConnectOptions {
    /** The time from dialing to acceptance, in ms. */
    timeout: number;
  }

  /** The options of `connect`. */
  interface ConnectOptions extends ConnectionOptions {
    /** The maximum time from dialing to acceptance, in ms. Default: no limit. */
    readonly timeout?: number | undefined;
    /** Aborts the attempt with the signal's reason. Ignored once connected. */
    readonly signal?: AbortSignal | undefined;
    /** The wire format to offer: `"linked"` (default), or `"plain"`, which is TGrid's. */
    readonly wire?: "linked" | "plain" | undefined;
    /** Creates the socket, for example with HTTP headers or a private certificate authority. */
    readonly socket?: SocketFactory | undefined;
  }
}
