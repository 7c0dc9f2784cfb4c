import { StateError } from "../errors.ts";
import { reporterOf } from "../events.ts";
import { handled } from "../handled.ts";
import { checkNames } from "../nearest.ts";
import { CONNECTION_OPTIONS, type ConnectionOptions } from "../options.ts";
import { takeLock } from "../runtimes/web_lock.ts";
import { isWebWorker } from "../runtimes/web_worker.ts";
import { openParent } from "../runtimes/worker.ts";
import type { Settings } from "../session/feature.ts";
import { settingsOf } from "../session/settings.ts";
import type { ByPhase } from "./endpoint.ts";
import { IncomingConnection } from "./incoming_connection.ts";
import { WebSocketCommunicator } from "./websocket_communicator.ts";
import { forWorker, workerLock } from "./worker_lock.ts";
import { WorkerSocket } from "./worker_socket.ts";

/** A program waits for its worker as long as it likes, so that the worker has no limits either. */
const PATIENT = { headerTimeout: Infinity, decisionTimeout: Infinity };

/** For error messages: each phase in words, and what to do. */
const PHASES: ByPhase<string> = {
  greeting: "the server isn't open. Call open() first.",
  undecided: "the server isn't open. Call open() first.",
  open: "the server is already open",
  closing: "the server is closing",
  closed: "the server is closed",
};

/** The program's request has no address. */
const REQUEST = { method: "GET", url: "", headers: {} };

function patient(options: ConnectionOptions): Settings {
  return settingsOf({ ...options, limits: { ...PATIENT, ...options.limits } }, Infinity);
}

/**
 * The worker's side of a {@linkcode WorkerConnector}: offers functions to the program that started
 * the worker, and can call the program's. The members are those of TGrid's `WorkerServer`, and
 * TGrid's programs connect to it, too.
 *
 * The worker ends when either side closes the connection.
 *
 * @typeParam Header What the program sends when it connects.
 * @typeParam Provider What the worker offers.
 * @typeParam Remote What the program offers.
 */
export class WorkerServer<
  Header,
  Provider extends object | null,
  Remote extends object | null,
> extends WebSocketCommunicator<Provider | undefined, Remote> {
  readonly #end: IncomingConnection;
  readonly #socket: WorkerSocket;
  readonly #origin: { settings: Settings; onEvent: ConnectionOptions["onEvent"] };
  #header: Promise<Header> | undefined;
  #state: -1 | 0 | 1 | 2 = -1;
  #greeted!: () => void;

  static {
    const value = { NONE: -1, OPENING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 };
    Object.defineProperty(this, "State", { value: Object.freeze(value) });
  }

  /** Creates a server that isn't open. */
  constructor() {
    const socket = new WorkerSocket(true);
    const origin = {
      socket,
      request: REQUEST,
      ip: "",
      handler: () => this.#greeted(),
      schema: undefined,
      resumed: undefined,
      settings: patient({}),
      onEvent: undefined as ConnectionOptions["onEvent"],
      registry: undefined,
    };
    const end = new IncomingConnection(origin, PHASES);
    super(undefined, end);
    this.#end = end;
    this.#socket = socket;
    this.#origin = origin;
  }

  /** The state of the server. */
  get state(): WorkerServer.State {
    return this.#end.phase === "closed" ? 3 : this.#state;
  }

  /**
   * Accepts the program that started this worker. Resolves when the program can call the worker.
   *
   * @param provider What the worker offers. `null` offers nothing.
   * @throws {StateError} If the server was opened before.
   * @throws {Error} If this program isn't a worker.
   */
  open(provider: Provider, options: ConnectionOptions = {}): Promise<void> {
    return handled(this.#open(provider, options));
  }

  async #open(provider: Provider, options: ConnectionOptions): Promise<void> {
    if (this.#state !== -1) throw new StateError(`Cannot open: ${PHASES.open}`);
    checkNames(options, CONNECTION_OPTIONS, "open the server");
    const settings = patient(options);
    this.#origin.onEvent = options.onEvent;
    this.#end.report = reporterOf(options.onEvent, () => ({ path: "" }));
    this.#state = 0;
    try {
      await this.getHeader();
    } catch (error) {
      this.#state = -1;
      throw error;
    }
    const lock = isWebWorker() ? takeLock() : undefined;
    await lock?.held;
    const watch = workerLock(lock?.name, () => {});
    this.#origin.settings = forWorker(settings, watch);
    this.setProvider(provider);
    this.#end.accept();
    this.#state = 1;
  }

  /**
   * The header that the program sent. You can ask for it before you call `open()`.
   *
   * @throws {Error} If this program isn't a worker.
   */
  getHeader(): Promise<Header> {
    this.#header ??= handled(this.#greet());
    return this.#header;
  }

  async #greet(): Promise<Header> {
    const greeted = new Promise<void>((resolve) => this.#greeted = resolve);
    const channel = await openParent(this.#socket);
    if (channel === undefined) {
      this.#header = undefined;
      throw new Error(
        "Cannot open the server: this program isn't a worker. Start it with a WorkerConnector.",
      );
    }
    this.#end.listen();
    this.#socket.attach(channel);
    await greeted;
    return this.#end.header as Header;
  }

  /**
   * Closes the connection, and ends the worker. Rejects pending calls. If a function of the worker
   * calls this, its result is still sent.
   */
  override close(): Promise<void> {
    if (this.#state !== 1 || this.#end.phase !== "open") return super.close();
    this.#state = 2;
    const isServing = this.#end.rpc.served.running > 0;
    const closed = new Promise<void>((resolve) => {
      setTimeout(() => super.close().then(resolve));
    });
    return isServing ? Promise.resolve() : closed;
  }
}

/** The states of a server. */
export declare namespace WorkerServer {
  /** The state of a server. */
  type State = State.NONE | State.OPENING | State.OPEN | State.CLOSING | State.CLOSED;
  /** The states, as types and as values. */
  namespace State {
    /** Not opened yet. */
    type NONE = -1;
    /** `open()` hasn't settled. */
    type OPENING = 0;
    /** Open: calls can be made. */
    type OPEN = 1;
    /** Closing. */
    type CLOSING = 2;
    /** Closed by either side. */
    type CLOSED = 3;
    /** The same names as values. */
    const NONE: NONE, OPENING: OPENING, OPEN: OPEN, CLOSING: CLOSING, CLOSED: CLOSED;
  }
}
