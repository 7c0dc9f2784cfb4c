import { now } from "../clock.ts";
import { StateError } from "../errors.ts";
import type { Communicator } from "./communicator.ts";
import { onStack } from "./served_call.ts";

/** The call that is running a function of a provider. Returned by {@linkcode currentCall}. */
export interface CurrentCall {
  /** Aborts when the caller cancels, its deadline passes, or the connection closes. */
  readonly signal: AbortSignal;
  /** When the caller stops waiting, or `undefined` if it set no timeout or deadline. */
  readonly deadline: Date | undefined;
  /** The connector or acceptor that received the call. Use its driver to call the caller. */
  // deno-lint-ignore no-explicit-any -- of any provider and remote
  readonly communicator: Communicator<any, any>;
  /** The path of the called function. */
  readonly method: string;
}

/** The latest valid date, in ms since the epoch. */
const LATEST = 8.64e15;

/**
 * Returns the call that is running a provider's function. Use it to learn when the caller stops
 * waiting, or to call the caller. Call it in the function, before the first `await`.
 *
 * TGrid peers and custom transports don't send a cancellation or a deadline.
 *
 * @throws {StateError} If no call is running a function, or the function has already awaited.
 *
 * @example Stop when the caller cancels
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
      "Cannot get the current call: call currentCall() in a provider's function, " +
        "before its first await",
    );
  }
  served.watch();
  return {
    get signal() {
      return served.signal;
    },
    deadline: served.due > LATEST ? undefined : new Date(Date.now() + served.due - now()),
    communicator: served.calls.communicator as CurrentCall["communicator"],
    method: served.path,
  };
}
