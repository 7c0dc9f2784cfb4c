/** Connects again whenever the connection is gone: the library leaves that to its users. */
import { type WebSocketConnector, WebSocketError } from "../../mod.ts";

/** The first pause, in ms; each further one is twice as long. */
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 10_000;
/** The first 1,000 of the close codes that are left to programs. */
const OWN_CODES = 3_000;

/** Is told how things stand. */
export interface Watcher {
  connecting(): void;
  connected(): void;
  /** There is no connection, and the next attempt comes in so many ms. */
  waiting(ms: number): void;
  /** The server has turned us away, and would again. */
  refused(reason: string): void;
}

type Connector = Pick<
  WebSocketConnector<unknown, object | null, object | null>,
  "connect" | "join" | "close"
>;

/** A connector that is kept connected, from `stay()` to `leave()`. */
export class StayingConnector {
  readonly #connector: Connector;
  readonly #watcher: Watcher;
  #isLeaving = false;
  #endPause = (): void => {};

  constructor(connector: Connector, watcher: Watcher) {
    this.#connector = connector;
    this.#watcher = watcher;
  }

  /** Resolves when it has left, or was refused. */
  async stay(url: string): Promise<void> {
    let pause = FIRST_PAUSE;
    while (!this.#isLeaving) {
      try {
        this.#watcher.connecting();
        await this.#connector.connect(url, { timeout: 5_000, heartbeat: 4_000 });
        pause = FIRST_PAUSE;
        this.#watcher.connected();
        await this.#connector.join();
      } catch (error) {
        if (isRefusal(error)) return this.#watcher.refused(error.message);
      }
      if (!this.#isLeaving) await this.#pause(pause);
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    }
  }

  /** Ends the pause, if there is one: the network is back, or somebody is impatient. */
  hurry(): void {
    this.#endPause();
  }

  leave(): void {
    this.#isLeaving = true;
    this.#endPause();
    this.#connector.close().catch(() => {}); // there may be nothing to close
  }

  /** Not the same for all pages: they would all come back to a new server at once. */
  #pause(ms: number): Promise<void> {
    const spread = ms * (0.75 + Math.random() / 2);
    this.#watcher.waiting(spread);
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, spread);
      this.#endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** Only a code that the server chose: 1006 and its kin may be gone at the next attempt. */
function isRefusal(error: unknown): error is WebSocketError {
  return error instanceof WebSocketError && error.status >= OWN_CODES;
}
