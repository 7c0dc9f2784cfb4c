import { now } from "../../clock.ts";
import type { ConnectorEndpoint } from "../../ends/connector_endpoint.ts";
import { WebSocketError } from "../../errors.ts";
import type { Redial } from "../../session/feature.ts";
import { NO_HEADER, type ReconnectionSettings } from "./options.ts";
import { untilAwake } from "./until_awake.ts";

/** The maximum wait before the first attempt, in ms, so that not all clients connect at once. */
const FIRST_DELAY = 100;
/** The same if the server restarts, because then all its clients were disconnected at once. */
const RESTART_DELAY = 5_000;
const RESTARTS: ReadonlySet<unknown> = new Set([1001, 1012]);

/** The attempts of a connector to connect again, since its `connect()`. */
export class Retries {
  readonly #owner: ConnectorEndpoint;
  readonly #settings: ReconnectionSettings;
  /** How many attempts have failed in a row. */
  #failed = 0;
  #connectedAt = 0;
  /** What `close()` or the signal of `connect()` failed it with. */
  #stopped: { readonly error: unknown } | undefined;
  /** Ends the current wait. */
  #stop: ((error: unknown) => void) | undefined;

  constructor(owner: ConnectorEndpoint, settings: ReconnectionSettings) {
    this.#owner = owner;
    this.#settings = settings;
  }

  connected(): void {
    this.#connectedAt = now();
  }

  /** The option is a callback of the program, which may call `close()`. */
  mayRetry(error: unknown): boolean {
    try {
      return !this.#isOver && this.#settings.retry(error) && !this.#isOver;
    } catch (error) {
      this.#owner.report({ type: "error", error });
      return false;
    }
  }

  /** Called by `close()` and the signal of `connect()`, also while nothing is being dialed. */
  fail(error: unknown): void {
    this.#stopped ??= { error };
    this.#stop?.(error);
    if (this.#owner.phase === "connecting") this.#owner.ownPhase = "none";
  }

  /** Dials until it succeeds. Returns the number of attempts. Throws the last error. */
  async run(dial: Redial, cause: unknown): Promise<number> {
    const { attempts, delay } = this.#settings;
    // otherwise a server that accepts and closes at once would be dialed without a pause
    if (now() - this.#connectedAt >= delay) this.#failed = 0;
    for (let made = 1; this.#failed < attempts; made++) {
      this.#failed++;
      await this.#wait(cause);
      try {
        await this.once(dial);
        return made;
      } catch (error) {
        cause = error;
        if (!this.mayRetry(error)) break;
      }
    }
    throw cause;
  }

  /** Dials once, with the header of the option. */
  async once(dial: Redial): Promise<void> {
    const { header } = this.#settings;
    const made = header === NO_HEADER
      ? undefined
      : await this.#stoppable(Promise.resolve().then(header));
    const promise = dial(made);
    await this.#stoppable(promise, this.#owner.attempt);
  }

  async #wait(cause: unknown): Promise<void> {
    const owner = this.#owner;
    const isRestart = cause instanceof WebSocketError && RESTARTS.has(cause.status);
    const { delay, maxDelay } = this.#settings;
    const attempt = this.#failed;
    const most = attempt > 1 ? delay * 2 ** (attempt - 2) : isRestart ? RESTART_DELAY : FIRST_DELAY;
    const ms = Math.round(Math.random() * Math.min(maxDelay, most));
    if (owner.phase === "none") owner.ownPhase = "connecting"; // connect() hasn't settled
    const { promise, stop } = untilAwake(ms);
    const waited = this.#stoppable(promise); // before the callback, which may call close()
    owner.report({ type: "reconnecting", attempt, delay: ms, cause });
    try {
      await waited;
    } finally {
      stop();
    }
  }

  get #isOver(): boolean {
    return this.#stopped !== undefined || this.#owner.phase === "closed";
  }

  /** Rejects when it is stopped, and stops the attempt. */
  async #stoppable<T>(promise: Promise<T>, attempt?: Pick<Retries, "fail">): Promise<T> {
    this.#owner.attempt = this;
    const stopped = new Promise<never>((_, reject) => {
      this.#stop = (error) => {
        attempt?.fail(error);
        reject(error);
      };
    });
    const result = await Promise.race([promise, stopped]);
    this.#stop = undefined; // it would keep the attempt in memory
    if (this.#stopped !== undefined) throw this.#stopped.error;
    return result;
  }
}
