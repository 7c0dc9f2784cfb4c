/** Reconnects when the connection closes, which the library leaves to the application. */
import { type WebSocketConnector, WebSocketError } from "../../mod.ts";

/** The delay before the first retry, in ms. It doubles with each retry. */
const FIRST_DELAY = 1_000;
const MAX_DELAY = 10_000;
/** Close codes from 3000 on are the server's own. */
const APPLICATION_CODES = 3_000;

/** Receives changes of the connection's state. */
export interface Watcher {
  connecting(): void;
  connected(): void;
  /** The connection is closed, and the next attempt starts in `ms`. */
  waiting(ms: number): void;
  /** The server rejected the client, so there are no more attempts. */
  refused(reason: string): void;
}

type Connector = Pick<
  WebSocketConnector<unknown, object | null, object | null>,
  "connect" | "join" | "close"
>;

/** Keeps a connector connected, from `stay()` to `leave()`. */
export class StayingConnector {
  readonly #connector: Connector;
  readonly #watcher: Watcher;
  #isLeaving = false;
  #endDelay = (): void => {};

  constructor(connector: Connector, watcher: Watcher) {
    this.#connector = connector;
    this.#watcher = watcher;
  }

  /** Resolves after `leave()`, or when the server rejects the client. */
  async stay(url: string): Promise<void> {
    let delay = FIRST_DELAY;
    while (!this.#isLeaving) {
      try {
        this.#watcher.connecting();
        await this.#connector.connect(url, { timeout: 5_000, heartbeat: 4_000 });
        delay = FIRST_DELAY;
        this.#watcher.connected();
        await this.#connector.join();
      } catch (error) {
        if (isRejection(error)) return this.#watcher.refused(error.message);
      }
      if (!this.#isLeaving) await this.#wait(delay);
      delay = Math.min(delay * 2, MAX_DELAY);
    }
  }

  /** Tries again at once, for example when the network is back. */
  hurry(): void {
    this.#endDelay();
  }

  leave(): void {
    this.#isLeaving = true;
    this.#endDelay();
    this.#connector.close().catch(() => {}); // rejects if there is no connection
  }

  /** Waits a random time, so that not all pages reconnect to a new server at once. */
  #wait(ms: number): Promise<void> {
    const spread = ms * (0.75 + Math.random() / 2);
    this.#watcher.waiting(spread);
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, spread);
      this.#endDelay = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** Whether the server chose to reject the client. After other codes, a retry can succeed. */
function isRejection(error: unknown): error is WebSocketError {
  return error instanceof WebSocketError && error.status >= APPLICATION_CODES;
}
