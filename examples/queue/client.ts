/** A client for the queue. It reconnects, and repeats a job if that is safe and may help. */
import { setTimeout as sleep } from "node:timers/promises";
import {
  ConnectionClosedError,
  type ConnectionEvent,
  mayHaveRun,
  NotSentError,
  RemoteError,
  WebSocketConnector,
  WebSocketError,
  within,
  withOptions,
} from "sheetbend";
import {
  type Header,
  type Job,
  type JobErrorCode,
  type JobRecord,
  type JobScreen,
  type JobServer,
  type Progress,
  RETRYABLE,
} from "./shared.ts";

export interface RunOptions {
  /** In ms, for all attempts together. */
  readonly timeout?: number;
  readonly signal?: AbortSignal | undefined;
  /** A running job goes on when this returns. */
  readonly onProgress?: (progress: Progress) => void | Promise<void>;
  /** Gets the error of an attempt that is followed by another one. */
  readonly onRetry?: (error: unknown) => void;
}

export class JobClient {
  readonly #log: (line: string) => void;
  readonly #connector: WebSocketConnector<Header, JobScreen, JobServer>;
  readonly #listeners = new Map<string, RunOptions["onProgress"]>();
  #isStopped = false;

  constructor(token: string, log: (line: string) => void) {
    this.#log = log;
    this.#connector = new WebSocketConnector<Header, JobScreen, JobServer>({ token }, {
      progress: (id, progress) => this.#listeners.get(id)?.(progress),
    });
  }

  /** Connects, or rejects. Afterwards, the client reconnects by itself until `stop`. */
  async start(url: string): Promise<void> {
    await this.#connect(url);
    void this.#stayConnected(url);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#connector.close(1000);
  }

  async records(): Promise<JobRecord[]> {
    return await this.#connector.getDriver().records();
  }

  /** Runs a job, and repeats it while that is safe and may help. */
  async run(job: Job, options: RunOptions = {}): Promise<string> {
    const { timeout = 60_000, signal, onProgress, onRetry } = options;
    const deadline = new Date(Date.now() + timeout);
    const remote = withOptions(this.#connector.getDriver(), { deadline, signal });
    this.#listeners.set(job.id, onProgress);
    try {
      for (let attempt = 0;; attempt++) {
        try {
          return await remote.run(job);
        } catch (error) {
          if (this.#isStopped || !canRetry(error)) throw error;
          onRetry?.(error);
          if (error instanceof RemoteError && error.code === "SHUTTING_DOWN") {
            await within(this.#connector.join(), deadline, "the restart");
          }
          await sleep(delayOf(attempt), undefined, { signal });
        }
      }
    } finally {
      this.#listeners.delete(job.id);
    }
  }

  async #connect(url: string): Promise<void> {
    let isOpen = false; // a failed attempt is a "close" event, too
    const onEvent = (event: ConnectionEvent) => {
      if (event.type === "open") isOpen = true;
      if (event.type !== "close" || !isOpen || this.#isStopped) return;
      this.#log(`disconnected: ${event.code} ${event.reason}`);
    };
    await this.#connector.connect(url, { timeout: 30_000, onEvent });
    this.#log("connected");
  }

  async #stayConnected(url: string): Promise<void> {
    await this.#connector.join();
    for (let attempt = 0; !this.#isStopped; attempt++) {
      await sleep(delayOf(attempt));
      try {
        await this.#connect(url);
        attempt = 0;
        await this.#connector.join();
      } catch (error) {
        if (error instanceof WebSocketError && error.status < 3000) continue; // not reachable yet
        return this.#log(`gave up: ${describe(error)}`);
      }
    }
  }
}

/** In ms: longer after each attempt, and not equally long in all clients. */
function delayOf(attempt: number): number {
  return Math.min(50 * 2 ** attempt, 1_000) * (0.5 + Math.random() / 2);
}

/** Whether the same job can succeed when it runs again. */
function canRetry(error: unknown): boolean {
  if (error instanceof RemoteError) {
    // calls that were refused for another reason would be refused again
    if (mayHaveRun(error) === "no") return error.name === "BusyError";
    return RETRYABLE[error.code as JobErrorCode] ?? false;
  }
  // without a connection, the job may have run, which does no harm
  return [NotSentError, WebSocketError, ConnectionClosedError].some((type) =>
    error instanceof type
  );
}

/** Describes an error by its name and its code. */
export function describe(error: unknown): string {
  const { name, message, code, status } = error as WebSocketError & { readonly code?: unknown };
  return `${name} (${code ?? status ?? message})`;
}
