import { now } from "../clock.ts";
import { StateError } from "../errors.ts";
import type { Communicator } from "./communicator.ts";
import { onStack } from "./served_call.ts";

/** The call that a provider's function is serving. */
export interface CurrentCall {
  /** Aborts when the caller cancels (TGrid's can't), the deadline passes, or the connection ends. */
  readonly signal: AbortSignal;
  /** When the caller stops waiting, if it said so. */
  readonly deadline: Date | undefined;
  /** The end that received the call: its driver calls the caller back. */
  // deno-lint-ignore no-explicit-any -- of whatever provider and remote
  readonly communicator: Communicator<any, any>;
  /** The path of the function, as the caller named it. */
  readonly method: string;
}

/** The latest valid date, in ms since the epoch. */
const LATEST = 8.64e15;

/**
 * The call that a function is serving, to find out whether its caller still waits. Call it before the
 * function's first `await`.
 *
 * @throws {StateError} If no function is being served, or it has already awaited.
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
      "Cannot tell the current call: ask before the function's first await, and inside a call",
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
