import { rejected } from "../handled.ts";
import type { ByPhase } from "./endpoint.ts";
import { IncomingConnection, type Origin } from "./incoming_connection.ts";
import { WebSocketCommunicator } from "./websocket_communicator.ts";
import type { WorkerSocket } from "./worker_socket.ts";

const STATES: ByPhase<-2 | 1 | 2 | 3> = { rejecting: -2, open: 1, away: 1, closing: 2, closed: 3 };

/** The origin of a connection from a page. */
type PageOrigin = Origin & { readonly socket: WorkerSocket };

/** Creates an acceptor, for the server. */
let greetPage: (origin: PageOrigin) => void;
export { greetPage };

/**
 * A shared worker's side of the connection to one page. The handler of {@linkcode
 * SharedWorkerServer.open} gets one for each page, checks its `header`, and calls `accept` or
 * `reject`.
 *
 * @typeParam Header What the page sends when it connects.
 * @typeParam Provider What the worker offers.
 * @typeParam Remote What the page offers.
 */
export class SharedWorkerAcceptor<
  Header,
  Provider extends object | null,
  Remote extends object | null,
> extends WebSocketCommunicator<Provider | undefined, Remote> {
  readonly #end: IncomingConnection;
  readonly #socket: WorkerSocket;

  static {
    const value = { REJECTING: -2, NONE: -1, ACCEPTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 };
    Object.defineProperty(this, "State", { value: Object.freeze(value) });
    greetPage = (origin) => void new SharedWorkerAcceptor(origin);
  }

  private constructor(origin: PageOrigin) {
    const end = new IncomingConnection(origin);
    super(undefined, end);
    this.#end = end;
    this.#socket = origin.socket;
    end.listen();
  }

  /** The page's header. A page of your origin can send any value, not only a `Header`. */
  get header(): Header {
    return this.#end.header as Header;
  }

  /** The state of the connection. */
  get state(): SharedWorkerAcceptor.State {
    return STATES[this.#end.phase] ?? -1;
  }

  /**
   * Accepts the page. The connection is open as soon as this returns, so you don't need to await the
   * promise.
   *
   * @param provider What the worker offers, or `null` for nothing.
   * @throws {StateError} If the page was accepted or rejected before, or has left.
   */
  accept(provider: Provider): Promise<void> {
    const end = this.#end;
    if (end.phase !== "undecided") return rejected(end.stateError("accept"));
    this.setProvider(provider);
    end.accept();
    return Promise.resolve();
  }

  /**
   * Rejects the page, whose `connect()` then rejects with this reason.
   *
   * @throws {StateError} If the page was accepted or rejected before, or has left.
   */
  reject(reason = "Rejected by server"): Promise<void> {
    const end = this.#end;
    if (end.phase !== "undecided") return rejected(end.stateError("reject"));
    this.#socket.rejection = reason;
    return end.reject(1000, reason);
  }

  /**
   * Closes the connection to this page. Rejects pending calls on both sides. If it is closed,
   * resolves at once.
   *
   * @throws {StateError} If the page hasn't been accepted or rejected.
   */
  override close(): Promise<void> {
    return super.close();
  }

  /** Closes the connection, or rejects a page that hasn't been accepted. */
  override async [Symbol.asyncDispose](): Promise<void> {
    const { phase } = this.#end;
    if (phase === "undecided") await this.reject();
    else if (phase !== "rejecting") await super[Symbol.asyncDispose]();
  }
}

/** The states of an acceptor. */
export declare namespace SharedWorkerAcceptor {
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
}
