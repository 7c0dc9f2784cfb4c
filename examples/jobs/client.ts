/** A client for the job server. It reconnects, and repeats a job if that is safe and may help. */
import { setTimeout as sleep } from "node:timers/promises";
import {
  type ConnectionEvent,
  DeadlineError,
  type Driver,
  mayHaveRun,
  reconnection,
  RemoteError,
  WebSocketConnector,
  WebSocketError,
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

  constructor(url: string, token: string, log: (line: string) => void) {
    this.#url = url;
    this.#log = log;
    this.#connector = new WebSocketConnector<Header, ProgressApi, JobsApi>({ token }, {
      progress: (id, done, total) => this.#listeners.get(id)?.(done, total),
    });
    // all functions of the server can run twice, so calls are repeated after a restart
    this.server = this.#connector.getDriver({ timeout: 60_000, retry: true });
  }

  /** Connects, or rejects. Afterwards, the client reconnects by itself until it's closed. */
  async connect(): Promise<void> {
    await this.#connector.connect(this.#url, {
      use: [reconnection({ maxDelay: 2_000 })],
      timeout: 30_000,
      onEvent: (event) => this.#report(event),
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

  #report(event: ConnectionEvent): void {
    if (event.type === "disconnect") this.#log(`disconnected: ${event.code} ${event.reason}`);
    if (event.type === "reconnect") this.#log("connected again");
  }
}

/** Waits longer after each attempt, and not equally long in all clients. */
async function backoff(attempt: number, signal: AbortSignal): Promise<void> {
  const ms = Math.min(25 * 2 ** attempt, 10_000);
  await sleep(ms * (0.5 + Math.random() / 2), undefined, { signal });
}

/** Whether the same job can succeed when it's sent again. */
function isRetryable(error: unknown): boolean {
  if (!(error instanceof RemoteError)) return false;
  if (mayHaveRun(error) === "no") return error.name === "BusyError";
  return RETRYABLE.some((code) => code === error.code);
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
