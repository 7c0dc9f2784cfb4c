import { reporterOf } from "../events.ts";
import { checkName, type NamesOf } from "../nearest.ts";
import { CONNECTION_OPTIONS, type ConnectionOptions } from "../options.ts";
import { startWorker, writeWorker } from "../runtimes/worker.ts";
import type { TemporaryFile, WorkerKind, WorkerOptions } from "../runtimes/worker_types.ts";
import type { ConnectorEndpoint } from "./connector_endpoint.ts";
import { WebSocketCommunicator } from "./websocket_communicator.ts";
import { WorkerConnectorEndpoint } from "./worker_endpoint.ts";
import { WorkerError } from "./worker_error.ts";
import { forWorker, workerLock } from "./worker_lock.ts";
import { WorkerSocket } from "./worker_socket.ts";

const OPTIONS: NamesOf<WorkerConnector.ConnectOptions> = {
  ...CONNECTION_OPTIONS,
  timeout: 1,
  signal: 1,
  wire: 1,
  execArgv: 1,
  stdio: 1,
  cwd: 1,
  env: 1,
  module: 1,
  deno: 1,
};
const KINDS = { process: 1, thread: 1 };

/**
 * Starts a worker and connects to its {@linkcode WorkerServer}: calls the functions of the worker,
 * and can offer functions itself. The members are those of TGrid's `WorkerConnector`, whose workers
 * it also connects to.
 *
 * In Node and Bun, the worker is a process, or a thread. In browsers it is a `Worker`; so it is in
 * Deno, unless you ask for one of Node's kinds.
 *
 * @typeParam Header What the worker receives when it is connected.
 * @typeParam Provider What this side offers.
 * @typeParam Remote What the worker offers.
 *
 * @example Run a function in a worker
 * ```ts
 * import { WorkerConnector } from "@sheetbend/rpc";
 * import { assertEquals } from "@std/assert";
 *
 * interface Primes {
 *   count(below: number): number;
 * }
 * const connector = new WorkerConnector<null, null, Primes>(null, null);
 * await connector.compile(`
 *   import { WorkerServer } from "${import.meta.resolve("@sheetbend/rpc")}";
 *   const isPrime = (n) => n > 1 && !Array(n).keys().some((by) => by > 1 && n % by === 0);
 *   await new WorkerServer().open({ count: (below) => [...Array(below).keys()].filter(isPrime).length });
 * `);
 * assertEquals(await connector.getDriver().count(10), 4);
 * await connector.close();
 * ```
 */
export class WorkerConnector<
  Header,
  Provider extends object | null,
  Remote extends object | null,
> extends WebSocketCommunicator<Provider, Remote> {
  readonly #header: Header;
  readonly #kind: WorkerKind | undefined;
  readonly #end: ConnectorEndpoint;

  static {
    const value = { NONE: -1, CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 };
    Object.defineProperty(this, "State", { value: Object.freeze(value) });
  }

  /**
   * Creates a connector that isn't connected.
   *
   * @param header Any JSON-serializable value. The worker gets it with `getHeader()`.
   * @param provider What this side offers. `null` offers nothing.
   * @param type What runs the worker in Node and Bun: a `"process"` (the default) or a `"thread"`.
   * In Deno, the default is its own `Worker`. Browsers ignore it.
   * @throws {TypeError} If the type is neither.
   */
  constructor(header: Header, provider: Provider, type?: "process" | "thread") {
    if (type !== undefined) checkName(type, KINDS, "create the connector: there is no type");
    const end = new WorkerConnectorEndpoint();
    super(provider, end);
    this.#end = end;
    this.#header = header;
    this.#kind = type;
  }

  /** The header you passed. */
  get header(): Header {
    return this.#header;
  }

  /** The state of the connection. */
  get state(): WorkerConnector.State {
    return this.#end.state;
  }

  /**
   * Starts a worker and connects to it. Resolves when the worker has called `open()`. You can connect
   * again after a failure, and after the connection was closed.
   *
   * @param file A path, or a `file:` URL. A relative path starts at the working directory; in
   * browsers, it is a URL relative to the page.
   * @throws {WorkerError} If the worker can't be started, ends, or doesn't open in time.
   * @throws {StateError} If the connector is connecting, connected or closing.
   * @throws {ConnectionClosedError} If `close()` is called before it has connected.
   */
  async connect(file: string, options: WorkerConnector.ConnectOptions = {}): Promise<void> {
    await this.#connect("connect", file, () => Promise.resolve(file), options);
  }

  async #connect(
    act: string,
    target: string,
    fileOf: () => Promise<string>,
    options: WorkerConnector.ConnectOptions,
  ): Promise<void> {
    const end = this.#end;
    const settings = end.ready(act, options, OPTIONS, Infinity);
    const socket = new WorkerSocket(false);
    const lock = workerLock(undefined, () => socket.gone("the worker has ended"));
    await end.dial({
      target,
      header: this.#header,
      options,
      settings: forWorker(settings, lock),
      report: end.report = reporterOf(options.onEvent, () => ({ path: target })),
      open: () => {
        void this.#start(socket, fileOf, options);
        return socket;
      },
      errorOf: (_status, text, cause) => new WorkerError(text, cause),
    });
  }

  /**
   * Like `connect()`, with the program of the worker as text. In Node, the text is CommonJS; in Deno,
   * a module. It is kept in a temporary file, or under a `blob:` URL, until the worker is connected.
   *
   * @throws {WorkerError} If the worker can't be started, ends, or doesn't open in time.
   * @throws {StateError} If the connector is connecting, connected or closing.
   */
  async compile(code: string, options: WorkerConnector.ConnectOptions = {}): Promise<void> {
    let written: Promise<TemporaryFile> | undefined;
    const fileOf = async (): Promise<string> => {
      written = writeWorker(code, this.#kind);
      return (await written).file;
    };
    try {
      await this.#connect("compile", "the compiled program", fileOf, options);
    } finally {
      await written?.then(({ remove }) => remove()).catch(() => {}); // it is only temporary
    }
  }

  /**
   * Closes the connection, and the worker ends. Rejects pending calls. Resolves when the worker has
   * answered, or when it was stopped because it didn't answer within 5 s (the limit
   * `closeTimeout`). If there is nothing to close, resolves at once.
   */
  override close(): Promise<void> {
    return super.close();
  }

  async #start(
    socket: WorkerSocket,
    fileOf: () => Promise<string>,
    options: WorkerOptions,
  ): Promise<void> {
    try {
      const file = await fileOf();
      if (socket.isOver) return; // canceled before there was a worker
      socket.attach(await startWorker({ file, kind: this.#kind, options, listener: socket }));
    } catch (error) {
      socket.gone(error instanceof Error ? error.message : String(error));
    }
  }
}

/** The states of a connector, and the options of `connect`. */
export declare namespace WorkerConnector {
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

  /** The options of `connect` and `compile`. `heartbeat` is off by default. */
  interface ConnectOptions extends ConnectionOptions {
    /** How long the worker may take to open, in ms. Default: no limit. */
    readonly timeout?: number | undefined;
    /** Aborts the attempt. Ignored once connected. */
    readonly signal?: AbortSignal | undefined;
    /** `"plain"` uses TGrid's messages only. Default: `"linked"`. */
    readonly wire?: "linked" | "plain" | undefined;
    /** Flags for Node. Default: those of this process. */
    readonly execArgv?: readonly string[] | undefined;
    /** Where the input and output of a process go. Default: those of this process. */
    readonly stdio?: "overlapped" | "pipe" | "ignore" | "inherit" | undefined;
    /** The working directory of a process. */
    readonly cwd?: string | undefined;
    /** The environment variables of a process. Default: those of this process. */
    readonly env?: Readonly<Record<string, string>> | undefined;
    /** Whether a `Worker` is a module. Default: `true` in Deno, `false` in browsers. */
    readonly module?: boolean | undefined;
    /** Deno's options for a `Worker`, such as its permissions. */
    readonly deno?: { readonly permissions?: unknown } | undefined;
  }

  /** TGrid's name for the options of `connect`. */
  type IConnectOptions = ConnectOptions;
}
