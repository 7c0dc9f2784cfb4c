import { StateError } from "../errors.ts";
import type { Communicator } from "./communicator.ts";
import { onStack } from "./served_call.ts";

/** The call that a provider's function is serving. */
export interface CurrentCall {
  /**
   * Aborts when nobody waits for the call any more: its caller has cancelled it (which only an end of
   * this library tells), its deadline has passed, or the connection has ended.
   */
  readonly signal: AbortSignal;
  /** Until when its caller waits; `undefined` where that was not told. */
  readonly deadline: Date | undefined;
  /** The end that the call came in on: its driver calls the caller back. */
  // deno-lint-ignore no-explicit-any -- of whatever provider and remote
  readonly communicator: Communicator<any, any>;
  /** The path of the function, as the caller named it. */
  readonly method: string;
}

/** No date is later, in ms since the epoch. */
const LATEST = 8.64e15;

/**
 * The call that is being served, for a function that wants to know whether anyone still waits for
 * it. Ask before the function's first `await`.
 *
 * @returns The call.
 * @throws {StateError} If there is none, or its function has awaited already.
 *
 * @example End with the caller
 * ```ts
 * import { currentCall, WebSocketConnector, WebSocketServer } from "@sheetbend/rpc";
 * import { assertEquals, assertRejects } from "@std/assert";
 *
 * const { promise: aborted, resolve } = Promise.withResolvers<void>();
 * const provider = {
 *   async search(): Promise<string> {
 *     const { signal } = currentCall();
 *     signal.addEventListener("abort", () => resolve());
 *     await aborted;
 *     return "too late";
 *   },
 * };
 * await using server = new WebSocketServer<null, typeof provider, null>();
 * await server.open({ port: 0, hostname: "127.0.0.1" }, (acceptor) => acceptor.accept(provider));
 * await using connector = new WebSocketConnector<null, null, typeof provider>(null, null);
 * await connector.connect(`ws://127.0.0.1:${server.address!.port}`);
 *
 * const control = new AbortController();
 * const call = connector.getDriver({ signal: control.signal }).search();
 * setTimeout(() => control.abort(new Error("enough")), 20);
 * const error = await assertRejects(() => call, Error);
 * assertEquals(error.message, "enough");
 * await aborted;
 * ```
 */
export function currentCall(): CurrentCall {
  const served = onStack.call;
  if (served === undefined) {
    throw new StateError(
      "Cannot tell the current call: ask before the function's first await, and inside a call",
    );
  }
  served.watch();
  return {
    get signal() {
      return served.signal;
    },
    deadline: served.due > LATEST ? undefined : new Date(served.due),
    communicator: served.calls.communicator as CurrentCall["communicator"],
    method: served.path,
  };
}
