import { Connection } from "./connection.ts";
import type { Ending } from "./connection_end.ts";
import { millisecondsTo, settles } from "./deadline.ts";
import { End, type EndKind } from "./end.ts";
import { ConnectionClosedError, DeadlineError, WebSocketError } from "./errors.ts";
import { type Reporter, reporterOf, withoutSecrets } from "./events.ts";
import { dial, whyUnreachable } from "./link/dial.ts";
import { STALLS } from "./link/pace.ts";
import { checkSignal, type ConnectionOptions, type Settings, settingsOf } from "./options.ts";
import type { SocketFactory, SocketLike } from "./types/socket.ts";
import { WebSocketCommunicator } from "./websocket_communicator.ts";
import { readAnswer, writeHeader } from "./wire/handshake.ts";

const KIND: EndKind = {
  first: "none",
  moves: {
    none: ["connecting"],
    connecting: ["open", "none"],
    open: ["closing", "closed"],
    closing: ["closed"],
    closed: ["connecting"],
  },
  advice: {
    none: "connect first",
    connecting: "wait for connect() first",
    open: "close it first",
    closing: "wait for close() and connect again",
    closed: "connect again",
  },
};

/** Proxies cut a connection after 60 s of silence at the earliest, in ms. */
const HEARTBEAT = 25_000;

/** One `connect()` while it has not settled. */
interface Attempt {
  readonly promise: Promise<void>;
  /** Its socket holds frames back until something comes in. */
  readonly stalls: boolean;
  connection: Connection | undefined;
  resolve(): void;
  reject(error: unknown): void;
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
  readonly #end: End;
  #url: string | undefined;
  #attempt: Attempt | undefined;

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
    const end = new End(KIND);
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
    switch (this.#end.phase) {
      case "connecting":
        return 0;
      case "open":
        return 1;
      case "closing":
        return 2;
      case "closed":
        return 3;
      default:
        return -1;
    }
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
    const { phase, lifecycle } = this.#end;
    if (phase !== "none" && phase !== "closed") throw this.#end.stateError("connect");
    const settings = settingsOf(options, HEARTBEAT);
    const { signal } = options;
    checkSignal(signal, "connect");
    lifecycle.to("connecting");
    const attempt = newAttempt(STALLS && options.socket === undefined);
    this.#attempt = attempt;
    try {
      this.#begin(attempt, String(url), { ...options, settings });
    } catch (error) {
      this.#fail(attempt, error);
    }
    const abort = (): void => this.#fail(attempt, signal?.reason);
    signal?.addEventListener("abort", abort);
    try {
      await attempt.promise;
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
    this.#fail(this.#attempt!, new ConnectionClosedError("Cannot connect: closed meanwhile"));
    return Promise.resolve();
  }

  /** Throws for what is wrong with the options, the header or the address. */
  #begin(
    attempt: Attempt,
    url: string,
    options: WebSocketConnector.ConnectOptions & { readonly settings: Settings },
  ): void {
    const { signal, timeout, wire = "linked", onEvent, socket: factory, settings } = options;
    signal?.throwIfAborted();
    const ms = timeout === undefined ? Infinity : millisecondsTo(timeout);
    const { stalls } = attempt;
    const header = writeHeader(this.#header, { wire, stalls, values: settings.values });
    const path = withoutSecrets(url);
    const report = reporterOf(onEvent, () => ({ path }));
    this.#url = url;
    const socket = dial(url, factory);
    if (ms !== Infinity) void this.#expire(attempt, ms);
    this.#use(socket, { attempt, header, settings, report });
  }

  #use(socket: SocketLike | Promise<SocketLike>, dialled: Dialled): void {
    const { attempt, header, settings, report } = dialled;
    if (isPromise(socket)) {
      socket.then(
        (made) => this.#use(made, dialled),
        (error) => this.#fail(attempt, error),
      );
      return;
    }
    if (!isSocket(socket)) {
      return this.#fail(attempt, new TypeError(this.#text("the factory gave no socket")));
    }
    const connection = new Connection(socket, {
      lifecycle: this.#end.lifecycle,
      opened: () => connection.frame(header),
      greeted: (frame) => this.#answered(attempt, frame),
      deliver: (message) => this.#end.friend.reply(message),
      left: (uid) => this.#end.left(uid),
      ended: (ending) => this.#ended(attempt, ending),
      report,
    }, settings);
    if (this.#attempt !== attempt) return connection.abandon(); // it failed while this was dialled
    attempt.connection = connection;
    this.#end.attach(connection, report);
    connection.start();
  }

  /** Open within the listener of the frame that accepts: a call in the same read is not lost. */
  #answered(attempt: Attempt, frame: string): void {
    const answer = readAnswer(frame, attempt.connection!.settings.values);
    switch (answer.kind) {
      case "accepted":
        attempt.connection!.speak(answer, attempt.stalls ? "here" : "nowhere");
        this.#end.lifecycle.to("open");
        this.#attempt = undefined;
        return attempt.resolve();
      case "foreign":
        return this.#fail(
          attempt,
          new WebSocketError(1008, this.#text("it is no server of this protocol")),
        );
      default:
        answer satisfies never;
    }
  }

  #ended(attempt: Attempt, ending: Ending): void {
    if (this.#end.phase === "connecting") return this.#fail(attempt, this.#errorOf(ending));
    this.#end.lifecycle.to("closed");
    this.#end.over(ending);
  }

  #fail(attempt: Attempt, error: unknown): void {
    if (this.#attempt !== attempt) return; // settled already
    this.#attempt = undefined;
    attempt.connection?.abandon();
    this.#end.lifecycle.to("none");
    attempt.reject(error);
  }

  async #expire(attempt: Attempt, ms: number): Promise<void> {
    const inTime = await settles(attempt.promise, ms).catch(() => true); // it failed by itself
    if (inTime) return;
    const text = this.#text(`not accepted within ${ms} ms`);
    this.#fail(attempt, new WebSocketError(1008, text, { cause: new DeadlineError(text) }));
  }

  /** A refused connection is 1006, whatever code the platform shows. */
  #errorOf({ code, reason, detail, isRefused }: Ending): WebSocketError {
    if (isRefused) return new WebSocketError(1006, this.#text(whyUnreachable(detail)));
    if (reason === "" && (code === 1006 || detail !== "")) {
      return new WebSocketError(code, this.#text(detail || "the connection broke off"));
    }
    return new WebSocketError(code, reason);
  }

  #text(why: string): string {
    return `Cannot connect to "${this.#url}": ${why}`;
  }
}

/** What `connect` has made ready when it dials. */
interface Dialled {
  readonly attempt: Attempt;
  readonly header: string;
  readonly settings: Settings;
  readonly report: Reporter;
}

function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === "function";
}

/** What a user's factory gave may be anything. */
function isSocket(value: Partial<SocketLike> | null | undefined): value is SocketLike {
  return typeof value?.send === "function" && typeof value.addEventListener === "function";
}

function newAttempt(stalls: boolean): Attempt {
  let resolve!: () => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<void>((done, failed) => {
    resolve = done;
    reject = failed;
  });
  return { promise, resolve, reject, stalls, connection: undefined };
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
