import { StateError } from "../errors.ts";
import { handled } from "../handled.ts";
import { checkNames } from "../nearest.ts";
import { CONNECTION_OPTIONS, type ConnectionOptions } from "../options.ts";
import { channelOf, onConnect } from "../runtimes/shared_worker.ts";
import { takeLock, type TakenLock } from "../runtimes/web_lock.ts";
import type { Settings } from "../session/feature.ts";
import { settingsOf } from "../session/settings.ts";
import { ConnectionRegistry } from "./connection_registry.ts";
import { greetPage, type SharedWorkerAcceptor } from "./shared_worker_acceptor.ts";
import { forWorker, workerLock } from "./worker_lock.ts";
import { WorkerSocket } from "./worker_socket.ts";

/** A page's request has no address. */
const REQUEST = { method: "GET", url: "", headers: {} };

// deno-lint-ignore no-explicit-any -- with any type parameters
type Acceptor = SharedWorkerAcceptor<any, any, any>;

/** What pages are greeted with. */
interface Opened {
  readonly handler: (acceptor: Acceptor) => unknown;
  readonly settings: Settings;
  readonly onEvent: ConnectionOptions["onEvent"];
}

/**
 * The server in a shared worker, to which pages connect with a {@linkcode SharedWorkerConnector}, in
 * browsers. The members are those of TGrid's `SharedWorkerServer`, and TGrid's pages connect to it,
 * too.
 *
 * @typeParam Header What a page sends when it connects.
 * @typeParam Provider What the worker offers.
 * @typeParam Remote What a page offers.
 *
 * @example Count for all tabs
 * ```ts ignore
 * import { SharedWorkerServer } from "@sheetbend/rpc";
 *
 * let count = 0;
 * const server = new SharedWorkerServer<null, { next(): number }, null>();
 * await server.open((acceptor) => acceptor.accept({ next: () => ++count }));
 * ```
 */
export class SharedWorkerServer<
  Header,
  Provider extends object | null,
  Remote extends object | null,
> {
  readonly #registry = new ConnectionRegistry();
  readonly #isShared: boolean;
  /** The pages that connected before `open()`. */
  #waiting: MessagePort[] = [];
  #opened: Opened | undefined;
  #lock: TakenLock | undefined;
  #state: SharedWorkerServer.State = -1;

  static {
    const value = { NONE: -1, OPENING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 };
    Object.defineProperty(this, "State", { value: Object.freeze(value) });
  }

  /** Creates a server that isn't open. Pages that connect before `open()` wait for it. */
  constructor() {
    this.#isShared = onConnect((port) => this.#connected(port));
  }

  /** The state of the server. */
  get state(): SharedWorkerServer.State {
    return this.#state;
  }

  /**
   * Starts to serve pages.
   *
   * @param handler Gets an acceptor for each page, and calls its `accept` or `reject`.
   * @param options For all connections. `heartbeat` is off by default.
   * @throws {StateError} If the server was opened before.
   * @throws {Error} If this program isn't a shared worker.
   */
  open(
    handler: (acceptor: SharedWorkerAcceptor<Header, Provider, Remote>) => unknown,
    options: ConnectionOptions = {},
  ): Promise<void> {
    return handled(this.#open(handler, options));
  }

  async #open(handler: (acceptor: Acceptor) => unknown, options: ConnectionOptions): Promise<void> {
    if (typeof handler !== "function") {
      throw new TypeError("Cannot open the server: the handler isn't a function");
    }
    checkNames(options, CONNECTION_OPTIONS, "open the server");
    const settings = settingsOf(options, Infinity);
    if (!this.#isShared) {
      throw new Error(
        "Cannot open the server: this program isn't a shared worker. " +
          "Start it with a SharedWorkerConnector.",
      );
    }
    if (this.#state !== -1) throw new StateError("Cannot open: the server has been opened before");
    this.#state = 0;
    this.#lock = takeLock();
    await this.#lock.held;
    if (this.#state !== 0) return; // it was closed meanwhile
    this.#state = 1;
    this.#opened = { handler, settings, onEvent: options.onEvent };
    this.#greetAll();
  }

  /** Closes the connections to all pages. Pages that connect later are rejected. */
  async close(): Promise<void> {
    if (this.#state === -1 || this.#state === 3) return;
    this.#state = 2;
    this.#opened = {
      handler: (acceptor) => acceptor.reject("The server is closed"),
      settings: this.#opened?.settings ?? settingsOf({}, Infinity),
      onEvent: this.#opened?.onEvent,
    };
    this.#greetAll();
    await this.#registry.close(1001, "The server is closing");
    this.#state = 3;
    this.#lock?.release();
  }

  /** Closes the server. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #connected(port: MessagePort): void {
    if (this.#opened === undefined) this.#waiting.push(port);
    else this.#greet(port, this.#opened);
  }

  #greetAll(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const port of waiting) this.#connected(port);
  }

  #greet(port: MessagePort, { handler, settings, onEvent }: Opened): void {
    const socket = new WorkerSocket(true, true);
    const gone = (): void => socket.gone("the page has ended");
    const watch = workerLock(this.#lock?.name, gone);
    greetPage({
      socket,
      request: REQUEST,
      ip: "",
      handler,
      schema: undefined,
      resumed: undefined,
      settings: forWorker(settings, watch),
      onEvent,
      registry: this.#registry,
    });
    socket.attach(channelOf(port, socket, "the page has ended"));
  }
}

/** The states of a server. */
export declare namespace SharedWorkerServer {
  /** A state of a server. */
  type State = State.NONE | State.OPENING | State.OPEN | State.CLOSING | State.CLOSED;
  /** The states, as types and as values. */
  namespace State {
    /** Not opened yet. */
    type NONE = -1;
    /** `open()` hasn't settled. */
    type OPENING = 0;
    /** Open: pages can connect. */
    type OPEN = 1;
    /** Closing. */
    type CLOSING = 2;
    /** Closed: pages that connect are rejected. */
    type CLOSED = 3;
    /** The same names as values. */
    const NONE: NONE, OPENING: OPENING, OPEN: OPEN, CLOSING: CLOSING, CLOSED: CLOSED;
  }
}
