import { WebSocketError } from "../errors.ts";
import { reporterOf, withoutSecrets } from "../events.ts";
import type { NamesOf } from "../nearest.ts";
import { CONNECTION_OPTIONS, type ConnectionOptions } from "../options.ts";
import type { SocketFactory } from "../types/socket.ts";
import { clientPacer } from "./client_pacer.ts";
import { ConnectorEndpoint } from "./connector_endpoint.ts";
import { dial } from "./dial.ts";
import { WebSocketCommunicator } from "./websocket_communicator.ts";

const OPTIONS: NamesOf<WebSocketConnector.ConnectOptions> = {
  ...CONNECTION_OPTIONS,
  timeout: 1,
  signal: 1,
  wire: 1,
  socket: 1,
};

/** In ms. Proxies close idle connections after 60 s or more. */
const HEARTBEAT = 25_000;

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
    const end = new ConnectorEndpoint();
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
    return this.#end.state;
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
    const settings = end.ready("connect", options, OPTIONS, HEARTBEAT);
    const address = String(url);
    const path = withoutSecrets(address);
    const report = end.report = reporterOf(options.onEvent, () => ({ path }));
    await end.dial({
      target: address,
      header: this.#header,
      options,
      settings,
      report,
      // only the runtime's own sockets delay frames
      newPacer: options.socket === undefined ? clientPacer : undefined,
      open: () => {
        this.#url = address;
        return dial(address, options.socket);
      },
      errorOf: (status, text, cause) => new WebSocketError(status, text, cause),
    });
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
