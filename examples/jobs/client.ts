/** A client for the job server. It reconnects, and repeats a job if that is safe and may help. */
import { setTimeout as sleep } from "node:timers/promises";
import {
  DeadlineError,
  type Driver,
  mayHaveRun,
  NotSentError,
  RemoteError,
  WebSocketConnector,
  WebSocketError,
  within,
  withOptions,
} from "../../mod.ts";
import { type Header, type JobsApi, type ProgressApi, RETRYABLE } from "./shared.ts";

export interface RunOptions {
  /** The ID of a job that you run again. */
  readonly id?: string;
  /** In ms, for all attempts together. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
  /** The job goes on when this returns. */
  readonly onProgress?: (done: number, total: number) => void | Promise<void>;
}

export class JobClient {
  readonly server: Driver<JobsApi>;
  readonly #url: string;
  readonly #log: (line: string) => void;
  readonly #connector: WebSocketConnector<Header, ProgressApi, JobsApi>;
  readonly #listeners = new Map<string, RunOptions["onProgress"]>();
  readonly #closing = new AbortController();
  /** Settles when there is a connection again, or when the server has rejected this client. */
  #connected: Promise<void> = Promise.resolve();
  #closeReason = "";

  constructor(url: string, token: string, log: (line: string) => void) {
    this.#url = url;
    this.#log = log;
    this.#connector = new WebSocketConnector<Header, ProgressApi, JobsApi>({ token }, {
      progress: (id, done, total) => this.#listeners.get(id)?.(done, total),
    });
    this.server = this.#connector.getDriver({ timeout: 60_000 });
  }

  /** Connects, or rejects. Afterwards, the client reconnects by itself until it's closed. */
  async connect(): Promise<void> {
    await this.#dial();
    this.#stayConnected().catch((error) => {
      if (!this.#closing.signal.aborted) this.#log(`gave up: ${describe(error)}`);
    });
  }

  /** Resizes images, and returns how many. Repeats the job, with the same ID, if that may help. */
  async resize(images: string[], options: RunOptions = {}): Promise<number> {
    const { id = crypto.randomUUID(), timeout = 60_000, onProgress } = options;
    const deadline = new Date(Date.now() + timeout);
    const signal = AbortSignal.any([
      this.#closing.signal,
      ...options.signal ? [options.signal] : [],
    ]);
    const resize = withOptions(this.server.resize, { deadline, signal });
    this.#listeners.set(id, onProgress);
    try {
      for (let attempt = 1;; attempt++) {
        await within(this.#connected, deadline, "a connection");
        try {
          return await resize(id, images);
        } catch (error) {
          if (!isRetryable(error)) throw error;
          if (attempt === 1) this.#log(`will retry after ${describe(error)}`);
          await backoff(attempt, signal);
        }
      }
    } finally {
      this.#listeners.delete(id);
    }
  }

  async close(): Promise<void> {
    this.#closing.abort(new Error("The client is closed"));
    await this.#connector.close(1000);
  }

  async #dial(): Promise<void> {
    await this.#connector.connect(this.#url, {
      timeout: 30_000,
      signal: this.#closing.signal,
      onEvent: (event) => {
        if (event.type === "close") this.#closeReason = `${event.code} ${event.reason}`;
      },
    });
  }

  async #stayConnected(): Promise<void> {
    for (;;) {
      await this.#connector.join();
      if (this.#closing.signal.aborted) return;
      this.#log(`disconnected: ${this.#closeReason}`);
      this.#connected = this.#reconnect();
      await this.#connected;
      this.#log("connected again");
    }
  }

  async #reconnect(): Promise<void> {
    for (let attempt = 1;; attempt++) {
      await backoff(attempt, this.#closing.signal);
      try {
        return await this.#dial();
      } catch (error) {
        if (!(error instanceof WebSocketError) || error.status >= 3000) throw error;
      }
    }
  }
}

/** Waits longer after each attempt, and not equally long in all clients. */
async function backoff(attempt: number, signal: AbortSignal): Promise<void> {
  const ms = Math.min(25 * 2 ** attempt, 10_000);
  await sleep(ms * (0.5 + Math.random() / 2), undefined, { signal });
}

/** Whether the same job can succeed when it's sent again. */
function isRetryable(error: unknown): boolean {
  if (error instanceof RemoteError) {
    if (mayHaveRun(error) === "no") return error.name === "BusyError";
    return RETRYABLE.some((code) => code === error.code);
  }
  // without a connection, the job may have run, but the server doesn't do it twice
  return error instanceof NotSentError || error instanceof WebSocketError;
}

/** Describes an error, without what differs between platforms and runs. */
export function describe(error: unknown): string {
  if (error instanceof DeadlineError) return error.name;
  if (error instanceof WebSocketError) {
    return error.status === 1006 ? "1006" : `${error.status} ${error.message}`;
  }
  if (error instanceof RemoteError) return `${error.name} ${error.code}: ${error.message}`;
  return String(error);
}
