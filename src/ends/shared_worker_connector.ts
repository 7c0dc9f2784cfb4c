import { reporterOf } from "../events.ts";
import type { NamesOf } from "../nearest.ts";
import { CONNECTION_OPTIONS, type ConnectionOptions } from "../options.ts";
import { startShared } from "../runtimes/shared_worker.ts";
import { takeLock } from "../runtimes/web_lock.ts";
import { writeInWeb } from "../runtimes/web_worker.ts";
import type { ConnectorEndpoint } from "./connector_endpoint.ts";
import { WebSocketCommunicator } from "./websocket_communicator.ts";
import { WorkerConnectorEndpoint } from "./worker_endpoint.ts";
import { WorkerError } from "./worker_error.ts";
import { forWorker, lockField, workerLock } from "./worker_lock.ts";
import { WorkerSocket } from "./worker_socket.ts";

const OPTIONS: NamesOf<SharedWorkerConnector.ConnectOptions> = {
  ...CONNECTION_OPTIONS,
  timeout: 1,
  signal: 1,
  wire: 1,
  module: 1,
};

/**
 * A page's connection to a {@linkcode SharedWorkerServer}, for browsers. All pages of an origin that
 * connect to the same file share one worker. The members are those of TGrid's
 * `SharedWorkerConnector`, whose workers it also connects to.
 *
 * @typeParam Header What the worker receives when the page connects.
 * @typeParam Provider What the page offers.
 * @typeParam Remote What the worker offers.
 *
 * @example Count in a worker that all tabs share
 * ```ts ignore
 * import { SharedWorkerConnector } from "@sheetbend/rpc";
 *
 * const connector = new SharedWorkerConnector<null, null, { next(): number }>(null, null);
 * await connector.connect("counter.js", { module: true });
 * console.log(await connector.getDriver().next());
 * ```
 */
export class SharedWorkerConnector<
  Header,
  Provider extends object | null,
  Remote extends object | null,
> extends WebSocketCommunicator<Provider, Remote> {
  readonly #header: Header;
  readonly #end: ConnectorEndpoint;

  static {
    const value = { NONE: -1, CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 };
    Object.defineProperty(this, "State", { value: Object.freeze(value) });
  }

  /**
   * Creates a connector that isn't connected.
   *
   * @param header Any JSON-serializable value. The worker reads it from `acceptor.header`.
   * @param provider What the page offers. `null` offers nothing.
   */
  constructor(header: Header, provider: Provider) {
    const end = new WorkerConnectorEndpoint();
    super(provider, end);
    this.#end = end;
    this.#header = header;
  }

  /** The header you passed. */
  get header(): Header {
    return this.#header;
  }

  /** The state of the connection. */
  get state(): SharedWorkerConnector.State {
    return this.#end.state;
  }

  /**
   * Starts the shared worker, or connects to the one that runs. Resolves when the worker has accepted
   * the page. You can connect again after a failure, and after the connection was closed.
   *
   * @param file The URL of the worker's program, relative to the page.
   * @throws {WorkerError} If the worker rejects the page, with its reason as the message. Also if it
   * can't be started, doesn't accept in time, or isn't a shared worker with a server.
   * @throws {StateError} If the connector is connecting, connected or closing.
   * @throws {ConnectionClosedError} If `close()` is called before it has connected.
   */
  async connect(file: string, options: SharedWorkerConnector.ConnectOptions = {}): Promise<void> {
    const end = this.#end;
    const settings = end.ready("connect", options, OPTIONS, Infinity);
    const { module = false } = options;
    const socket = new WorkerSocket(false, true);
    const lock = takeLock();
    const gone = (): void => socket.gone("the worker has ended");
    const watch = workerLock(lock.name, gone, lock.release);
    const dialed = end.dial({
      target: file,
      header: this.#header,
      options,
      settings: forWorker(settings, watch),
      fields: lockField(lock.name),
      report: end.report = reporterOf(options.onEvent, () => ({ ip: "", path: file })),
      async open() {
        try {
          await lock.held; // before the worker waits for it
          socket.attach(startShared(file, module, socket));
        } catch (cause) {
          const why = cause instanceof Error ? cause.message : String(cause);
          throw new WorkerError(`Cannot connect to "${file}": ${why}`, { cause });
        }
        return socket;
      },
      errorOf: (_status, text, cause) => new WorkerError(text, cause),
    });
    await dialed.catch((error) => {
      lock.release();
      throw error;
    });
  }

  /**
   * Makes a URL of a program, to pass to `connect()`. Pages share a worker only if they have the same
   * URL.
   *
   * @param content The program of the worker.
   */
  static async compile(content: string): Promise<string> {
    const { file } = await writeInWeb(content);
    return file;
  }

  /** Forgets a URL of `compile()`. A worker that runs isn't affected. */
  static remove(url: string): Promise<void> {
    return Promise.resolve(URL.revokeObjectURL(url));
  }

  /**
   * Closes the connection. The worker and other pages aren't affected. Rejects pending calls.
   * Resolves when the worker has answered, or after 5 s (the limit `closeTimeout`). If there is
   * nothing to close, resolves at once.
   */
  override close(): Promise<void> {
    return super.close();
  }
}

/** The states of a connector, and the options of `connect`. */
export declare namespace SharedWorkerConnector {
  /** The state of a connector. */
  type State = State.NONE | State.CONNECTING | State.OPEN | State.CLOSING | State.CLOSED;
  /** The states, as types and as values. */
  namespace State {
    /** Never connected, or the last attempt failed. */
    type NONE = -1;
    /** `connect()` hasn't settled. */
    type CONNECTING = 0;
    /** Connected: calls can be made. */
    type OPEN = 1;
    /** Closing. */
    type CLOSING = 2;
    /** Closed, or the worker has ended. */
    type CLOSED = 3;
    /** The same names as values. */
    const NONE: NONE, CONNECTING: CONNECTING, OPEN: OPEN, CLOSING: CLOSING, CLOSED: CLOSED;
  }

  /** The options of `connect`. `heartbeat` is off by default. */
  interface ConnectOptions extends ConnectionOptions {
    /** How long the worker may take to accept, in ms. Default: no limit. */
    readonly timeout?: number | undefined;
    /** Aborts the attempt. Ignored once connected. */
    readonly signal?: AbortSignal | undefined;
    /** `"plain"` uses TGrid's messages only. Default: `"linked"`. */
    readonly wire?: "linked" | "plain" | undefined;
    /** Whether the worker is a module. Default: `false`. */
    readonly module?: boolean | undefined;
  }

  /** TGrid's name for the options of `connect`. */
  type IConnectOptions = ConnectOptions;
}
