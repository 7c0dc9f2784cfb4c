import { Communicator } from "../rpc/communicator.ts";
import type { Invoke } from "../rpc/invoke.ts";
import { MadeCall } from "../rpc/pending_calls.ts";
import type { Endpoint } from "./endpoint.ts";

/** What a connector and an acceptor have in common beside calls. */
export interface IWebSocketCommunicator {
  /** Closes the connection, and resolves once it is closed; a reason is cut at 123 bytes of UTF-8. */
  close(code?: number, reason?: string): Promise<void>;
}

const SENT = Promise.resolve();

/** @internal The base of connectors and acceptors. */
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
   * Closes the connection, and resolves once the other end has answered, or after 5 s (the limit
   * `closeTimeout`). Rejects calls that have not returned. While it is closing, waits for that; while
   * a connector is connecting, cancels the attempt. If there is nothing to close, resolves at once.
   *
   * @param code 1000 or 3000–4999; an acceptor may also send 1001–1003 and 1007–1013. Without a code,
   * the close frame is empty, and the other end reads 1005.
   * @param reason Cut at 123 bytes of UTF-8.
   * @throws {StateError} If it is an acceptor that has not decided yet.
   * @throws {RangeError} If this end may not send the code; the connection stays open.
   */
  close(code?: number, reason?: string): Promise<void> {
    return this.#end.close(code, reason);
  }

  /**
   * Waits as `Communicator.join` does, and resolves at once if the connection is closed already.
   *
   * @throws {StateError} If it is not open yet.
   */
  override join(): Promise<void>;
  override join(ms: number): Promise<boolean>;
  override join(at: Date): Promise<boolean>;
  override join(limit?: number | Date): Promise<void | boolean>;
  override join(limit?: number | Date): Promise<void | boolean> {
    return this.#end.join(limit) ?? super.join(limit);
  }

  /** Closes the connection, if there is one, at the end of an `await using` block. */
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
