import { Communicator } from "../rpc/communicator.ts";
import type { Invoke } from "../rpc/invoke.ts";
import { MadeCall } from "../rpc/pending_calls.ts";
import type { Endpoint } from "./endpoint.ts";

/** What both ends of a WebSocket can do beside calling. */
export interface IWebSocketCommunicator {
  /**
   * Ends the connection, and waits until it is closed.
   *
   * @param code The close code; without one the frame has none.
   * @param reason The reason, cut at 123 bytes of UTF-8.
   */
  close(code?: number, reason?: string): Promise<void>;
}

/** A message that was handed to the session. */
const SENT = Promise.resolve();

/**
 * What the two ends of a WebSocket share.
 *
 * @internal
 */
export abstract class WebSocketCommunicator<
  Provider extends object | null | undefined,
  Remote extends object | null,
> extends Communicator<Provider, Remote> implements IWebSocketCommunicator {
  readonly #end: Endpoint;

  /** For the two ends, which bring their inside. */
  protected constructor(provider: Provider, end: Endpoint) {
    super(provider);
    this.#end = end;
    end.communicator = this as never;
    end.begin(end.before);
  }

  /**
   * Ends the connection: sends the close, and waits until the other end has answered it, or for 5 s
   * (the limit `closeTimeout`). Calls that have not returned are rejected. While it is closing
   * already, waits for that.
   *
   * @param code The close code: 1000 or 3000 to 4999 (a server's end may send others from 1001 to
   * 1013). Without one the frame has none, which the other end reads as 1005.
   * @param reason The reason, cut at 123 bytes of UTF-8.
   * @throws {StateError} If there is no connection.
   * @throws {RangeError} If this end may not send the code; the connection goes on then.
   */
  close(code?: number, reason?: string): Promise<void> {
    return this.#end.close(code, reason);
  }

  /**
   * Waits until the connection is closed, however it ends; resolves at once where it is already.
   *
   * @throws {StateError} If it is not open yet.
   */
  override join(): Promise<void>;
  /**
   * Waits until the connection is closed, but no longer than `ms`.
   *
   * @param ms Milliseconds; 0 or less asks whether it is closed, `Infinity` is no limit.
   * @returns `true` when it was closed in time.
   * @throws {StateError} If it is not open yet.
   * @throws {TypeError} If `ms` is `NaN`.
   */
  override join(ms: number): Promise<boolean>;
  /**
   * Waits until the connection is closed, but no longer than until `at`.
   *
   * @param at The last moment.
   * @returns `true` when it was closed in time.
   * @throws {StateError} If it is not open yet.
   * @throws {TypeError} If the date is invalid.
   */
  override join(at: Date): Promise<boolean>;
  /**
   * Waits until the connection is closed; with a limit, no longer than that.
   *
   * @param limit Milliseconds, a date, or `undefined` for no limit.
   * @returns With a limit, whether it was closed in time.
   */
  override join(limit?: number | Date): Promise<void | boolean>;
  override join(limit?: number | Date): Promise<void | boolean> {
    return this.#end.join(limit) ?? super.join(limit);
  }

  /** Ends the connection, if there is one: what `await using` calls. */
  async [Symbol.asyncDispose](): Promise<void> {
    switch (this.#end.phase) {
      case "connecting":
      case "open":
      case "away":
      case "closing":
        await this.close();
    }
  }

  /**
   * Can it be done now?
   *
   * @param method The name of what is about to be done.
   * @returns `null` while the connection is open.
   */
  protected override inspectReady(method: string): Error | null {
    const { phase } = this.#end;
    if (phase === "open" || phase === "away") return null;
    return method.startsWith("Communicator.")
      ? this.#end.callError()
      : this.#end.stateError(method.slice(method.lastIndexOf(".") + 1));
  }

  /**
   * Sends a message to the other end.
   *
   * @param invoke What to send.
   * @throws {EncodeError} If it can't be encoded.
   */
  protected override sendData(invoke: Invoke): Promise<void> {
    const { session } = this.#end;
    if ("listener" in invoke) {
      const args = invoke.parameters.map(({ value }) => value);
      session?.call(new MadeCall(invoke.uid, invoke.listener, args));
    } else session?.reply(invoke, () => {});
    return SENT;
  }
}
