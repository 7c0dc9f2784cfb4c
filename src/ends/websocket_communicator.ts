import { Communicator } from "../rpc/communicator.ts";
import type { Invoke } from "../rpc/invoke.ts";
import { MadeCall } from "../rpc/pending_calls.ts";
import type { Endpoint } from "./endpoint.ts";

/** What connectors and acceptors share besides calls. */
export interface IWebSocketCommunicator {
  /** Closes the connection, and resolves when it is closed. A reason is cut to 123 bytes. */
  close(code?: number, reason?: string): Promise<void>;
}

const SENT = Promise.resolve();

/** @internal The base class of connectors and acceptors. */
export abstract class WebSocketCommunicator<
  Provider extends object | null | undefined,
  Remote extends object | null,
> extends Communicator<Provider, Remote> implements IWebSocketCommunicator {
  readonly #end: Endpoint;

  protected constructor(provider: Provider, end: Endpoint) {
    super(provider);
    this.#end = end;
    end.communicator = this as never;
    end.begin(end.ownPhase);
  }

  /**
   * Closes the connection, which rejects pending calls on both sides. Resolves when the other side
   * has answered, or after 5 s (the limit `closeTimeout`). If the connection is already closing,
   * waits for that. If a connector is still connecting, cancels the attempt. If there is nothing to
   * close, resolves at once.
   *
   * @param code 1000 or 3000–4999. An acceptor can also send 1001–1003 and 1007–1013. Without a
   * code and a reason, the other side reads 1005.
   * @param reason Cut to 123 bytes of UTF-8. With a reason and no code, the code is 1000.
   * @throws {StateError} At an acceptor, if the client hasn't been accepted or rejected.
   * @throws {RangeError} If this side can't send the code. The connection stays open.
   */
  close(code?: number, reason?: string): Promise<void> {
    return this.#end.close(code, reason);
  }

  /**
   * Waits until the connection is closed, like `Communicator.join`. Resolves at once if it already
   * is.
   *
   * @throws {StateError} If the connection isn't open yet.
   */
  override join(): Promise<void>;
  override join(ms: number): Promise<boolean>;
  override join(at: Date): Promise<boolean>;
  override join(limit?: number | Date): Promise<void | boolean>;
  override join(limit?: number | Date): Promise<void | boolean> {
    return this.#end.join(limit) ?? super.join(limit);
  }

  /** Closes the connection at the end of an `await using` block, if there is one. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  protected override inspectReady(method: string): Error | null {
    const { phase } = this.#end;
    if (phase === "open" || phase === "away") return null;
    return method.startsWith("Communicator.")
      ? this.#end.callError()
      : this.#end.stateError(method.slice(method.lastIndexOf(".") + 1));
  }

  protected override sendData(invoke: Invoke): Promise<void> {
    const { session } = this.#end;
    if ("listener" in invoke) {
      const args = invoke.parameters.map(({ value }) => value);
      session?.call(new MadeCall(invoke.uid, invoke.listener, args));
    } else session?.reply(invoke, () => {});
    return SENT;
  }
}
