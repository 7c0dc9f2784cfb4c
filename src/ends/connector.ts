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

/** In ms: proxies cut silent connections after 60 s at the earliest. */
const HEARTBEAT = 25_000;

/** Each phase in words, and what to do next. */
const PHASES: ByPhase<string> = {
  none: "there is no connection, connect first",
  connecting: "the connection is not open yet, wait for connect() first",
  open: "the connection is open, close it first",
  away: "the connection is being mended, close it first",
  closing: "the connection is closing, wait for close() and connect again",
  closed: "the connection is closed, connect again",
};

const STATES: ByPhase<0 | 1 | 2 | 3> = { connecting: 0, away: 0, open: 1, closing: 2, closed: 3 };

/** Keeps what it dialled, so that a feature can dial again. */
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

  /** For a feature that resumes or replaces a session. */
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
    this.attempt!.fail(new ConnectionClosedError("Cannot connect: closed meanwhile"));
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
 * A client: connects to a server, calls the functions of its provider, and offers a provider itself.
 *
 * @typeParam Header What the client sends before the server decides, such as a token.
 * @typeParam Provider What this end offers.
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
   * A connector that is not connected yet.
   *
   * @param header What the server sees before it decides: any JSON-serializable value.
   * @param provider What this end offers; `null` for nothing.
   */
  constructor(header: Header, provider: Provider) {
    const end = new ConnectorEndpoint("none", PHASES);
    super(provider, end);
    this.#end = end;
    this.#header = header;
  }

  /** What the server sees before it decides. */
  get header(): Header {
    return this.#header;
  }

  /** The URL of the last `connect()`, as given; `undefined` before the first. */
  get url(): string | undefined {
    return this.#url;
  }

  /** The state of the connection. */
  get state(): WebSocketConnector.State {
    return STATES[this.#end.phase] ?? -1;
  }

  /**
   * Connects, and resolves once the server has accepted. A connector can connect again after a
   * failure, and after the connection was closed.
   *
   * @param url A `ws:`, `wss:`, `http:` or `https:` URL.
   * @throws {WebSocketError} If the server rejects (its code and reason), can't be reached (1006), or
   * doesn't answer in time or speak this protocol (1008).
   * @throws {ConnectionClosedError} If `close()` is called before it has connected.
   * @throws {StateError} If it is connecting, connected or closing.
   * @throws {EncodeError} If the header can't be encoded.
   * @throws {TypeError} If it is not a WebSocket URL, or there is no option of a name.
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
    /** Never connected, or the last attempt failed. */
    type NONE = -1;
    /** `connect()` has not settled. */
    type CONNECTING = 0;
    /** Accepted: calls can be made. */
    type OPEN = 1;
    /** The close is under way. */
    type CLOSING = 2;
    /** Closed; `connect()` opens it again. */
    type CLOSED = 3;
    /** The same names as values. */
    const NONE: NONE, CONNECTING: CONNECTING, OPEN: OPEN, CLOSING: CLOSING, CLOSED: CLOSED;
  }

  /** TGrid's name for the options of `connect`. */
  interface IConnectOptions {
    /** How long the server may take, in ms. */
    timeout: number;
  }

  /** The options of `connect`. */
  interface ConnectOptions extends ConnectionOptions {
    /** The longest time from dialling to acceptance, in ms. Default: no limit. */
    readonly timeout?: number | undefined;
    /** Aborts the attempt, and is ignored after that. */
    readonly signal?: AbortSignal | undefined;
    /** The protocol to offer: `"plain"` is TGrid's alone. Default: `"linked"`, this library's. */
    readonly wire?: "linked" | "plain" | undefined;
    /** Creates the socket: to set headers or a private CA, or on a runtime without `WebSocket`. */
    readonly socket?: SocketFactory | undefined;
  }
}
