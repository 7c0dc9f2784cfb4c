import { ConnectionClosedError } from "../errors.ts";
import { reporterOf, withoutSecrets } from "../events.ts";
import { checkSignal, type ConnectionOptions } from "../options.ts";
import type { Agreement, Fields } from "../session/agreement.ts";
import type { Link } from "../session/link.ts";
import { Session } from "../session/session.ts";
import type { Settings } from "../session/feature.ts";
import { settingsOf } from "../session/settings.ts";
import type { SocketFactory } from "../types/socket.ts";
import { ConnectAttempt, type Dial } from "./connect_attempt.ts";
import { type Advice, Endpoint, type Phase } from "./endpoint.ts";
import { WebSocketCommunicator } from "./websocket_communicator.ts";
import { wireOf } from "./wire_of.ts";

/** Proxies cut a connection after 60 s of silence at the earliest, in ms. */
const HEARTBEAT = 25_000;

const ADVICE: Advice = {
  none: "connect first",
  connecting: "wait for connect() first",
  open: "close it first",
  away: "close it first",
  closing: "wait for close() and connect again",
  closed: "connect again",
};

const STATES: { readonly [P in Phase]?: WebSocketConnector.State } = {
  connecting: 0,
  away: 0,
  open: 1,
  closing: 2,
  closed: 3,
};

/** The inside of a connector: what it dialled, so that a feature can dial again. */
class ConnectorEndpoint extends Endpoint {
  attempt: ConnectAttempt | undefined;
  #dial: Dial | undefined;

  /** Dials, and begins a session when the server has accepted. */
  dial(dial: Omit<Dial, "accepted" | "failed" | "fields">): Promise<void> {
    this.begin("connecting");
    return this.#begin({
      ...dial,
      fields: fieldsOf(dial.settings),
      accepted: (link, agreement, fields) => this.open(link, agreement, fields),
      failed: () => this.before = "none",
    });
  }

  /** Dials the same address again, for a feature that mends a session. */
  redial(fields: object, header: unknown, accepted: Dial["accepted"]): Promise<void> {
    const dial = this.#dial!;
    return this.#begin({
      ...dial,
      options: { ...dial.options, signal: undefined }, // it meant the first connect() alone
      header: header ?? dial.header,
      fields,
      accepted,
      failed() {},
    });
  }

  /** Begins a session. */
  open(link: Link, agreement: Agreement, fields: Fields): void {
    const { settings } = this.#dial!;
    const wire = wireOf(agreement);
    this.session = new Session(this.rpc, this, { wire, agreement, settings, fields });
    this.session.attach(link);
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

function fieldsOf({ use }: Settings): object | undefined {
  const offers = use.filter((one) => one.offer !== undefined);
  return offers.length === 0 ? undefined : Object.assign({}, ...offers.map((one) => one.offer!()));
}

/**
 * The end that dials: connects to a server, calls its provider, and offers a provider of its own.
 *
 * @typeParam Header What the server is told before it decides, such as a token.
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
   * @param header What the server is told before it decides: any value that JSON can tell.
   * @param provider What this end offers; `null` for nothing.
   */
  constructor(header: Header, provider: Provider) {
    const end = new ConnectorEndpoint("none", ADVICE);
    super(provider, end);
    this.#end = end;
    this.#header = header;
  }

  /** What the server is told before it decides. */
  get header(): Header {
    return this.#header;
  }

  /** The address of the last `connect()`, as it was given; `undefined` before the first. */
  get url(): string | undefined {
    return this.#url;
  }

  /** Where the connection is: a value of `WebSocketConnector.State`. */
  get state(): WebSocketConnector.State {
    return STATES[this.#end.phase] ?? -1;
  }

  /**
   * Connects, and waits until the server has accepted. It can be called again after the connection
   * was closed, and after it failed.
   *
   * @param url The server's address: `ws:`, `wss:`, `http:` or `https:`.
   * @param options How long to wait, and what else may end the waiting.
   * @throws {WebSocketError} If the server rejects (with its code and reason), can't be reached
   * (1006), does not answer in time or is not of this protocol (1008).
   * @throws {ConnectionClosedError} If `close()` is called meanwhile.
   * @throws {StateError} If it is connecting, connected or closing.
   * @throws {EncodeError} If the header can't be encoded.
   * @throws {TypeError} If the address is none of a WebSocket.
   */
  async connect(url: string | URL, options: WebSocketConnector.ConnectOptions = {}): Promise<void> {
    const end = this.#end;
    if (end.phase !== "none" && end.phase !== "closed") throw end.stateError("connect");
    const settings = settingsOf(options, HEARTBEAT);
    const { signal, onEvent } = options;
    checkSignal(signal, "connect");
    const address = String(url);
    const path = withoutSecrets(address);
    const report = end.report = reporterOf(onEvent, () => ({ path }));
    const abort = (): void => end.attempt?.fail(signal!.reason);
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

  /**
   * Ends the connection: sends the close, and waits until the server has answered it, or for 5 s
   * (the limit `closeTimeout`). Calls that have not returned are rejected. While it connects, ends
   * the attempt; while it is closing already, waits for that.
   *
   * @param code The close code: 1000 or 3000 to 4999. Without one the frame has none, which the
   * server reads as 1005.
   * @param reason The reason, cut at 123 bytes of UTF-8.
   * @throws {StateError} If there is no connection.
   * @throws {RangeError} If this end may not send the code; the connection goes on then.
   */
  override close(code?: number, reason?: string): Promise<void> {
    if (this.#end.phase !== "connecting") return super.close(code, reason);
    this.#end.attempt!.fail(new ConnectionClosedError("Cannot connect: closed meanwhile"));
    return Promise.resolve();
  }
}

/** The states of a connector, and what `connect` takes. */
export declare namespace WebSocketConnector {
  /** The states of a connector. */
  const State: {
    /** Never connected, or the last attempt failed. */
    readonly NONE: -1;
    /** `connect()` has not settled. */
    readonly CONNECTING: 0;
    /** Accepted: calls go. */
    readonly OPEN: 1;
    /** The close is under way. */
    readonly CLOSING: 2;
    /** Closed; it may connect again. */
    readonly CLOSED: 3;
  };
  /** A state of a connector. */
  type State = State.NONE | State.CONNECTING | State.OPEN | State.CLOSING | State.CLOSED;
  /** The states, one by one, as types. */
  namespace State {
    /** Never connected, or the last attempt failed. */
    type NONE = -1;
    /** `connect()` has not settled. */
    type CONNECTING = 0;
    /** Accepted: calls go. */
    type OPEN = 1;
    /** The close is under way. */
    type CLOSING = 2;
    /** Closed; it may connect again. */
    type CLOSED = 3;
  }

  /** TGrid's name for what `connect` takes. */
  interface IConnectOptions {
    /** How long the server may take, in ms. */
    timeout: number;
  }

  /** What `connect` takes. */
  interface ConnectOptions extends ConnectionOptions {
    /** From dialling to acceptance, in ms; no limit where it is not given. */
    readonly timeout?: number | undefined;
    /** Ends the attempt with its reason; it means nothing once `connect()` has resolved. */
    readonly signal?: AbortSignal | undefined;
    /**
     * What is offered to the server: `"linked"`, which only a server of this library takes up, or
     * `"plain"`, the messages of TGrid alone. Default: `"linked"`.
     */
    readonly wire?: "linked" | "plain" | undefined;
    /** Makes the socket: for headers, a private certificate authority, a runtime without one. */
    readonly socket?: SocketFactory | undefined;
  }
}
