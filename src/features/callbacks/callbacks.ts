import { needsStructured, refusing } from "../../session/callable_feature.ts";
import { type PluggedFeature, stateOf } from "../../session/feature.ts";
import type { Feature } from "../../types/feature.ts";
import { RELEASE } from "./borrowed.ts";
import { isReference, References } from "./references.ts";

const NAME = "callbacks";

const REFUSING = /* @__PURE__ */ refusing(NAME, isReference);

const FEATURE: PluggedFeature = {
  name: NAME,
  needs: ["structured"],
  check: needsStructured(NAME),
  kinds: {
    [RELEASE]: {
      isOrdered: true, // an earlier call of the reference may still wait
      take: (message, session) => stateOf(session, References).lent.released(message),
    },
  },
  begin: (session, isAgreed) => isAgreed ? new References(session).hooks : { marks: REFUSING },
};

/**
 * A feature that passes functions to the other side. A function in arguments, results, stream items
 * or fields of a thrown error arrives as a function that returns a promise, and calls the original.
 * Objects are passed by reference if you mark them with {@linkcode proxy}. List it on both sides,
 * together with `structured`.
 *
 * - The same function arrives as the same one each time. Sent back, it arrives as the original.
 * - What arrived can be called until it is released: with `[Symbol.dispose]()`, when the garbage
 *   collector finds it unused, or when the connection closes. Later calls reject with a
 *   {@linkcode ReleasedError}.
 * - `withOptions` adds call options to it, and `currentCall` works in the function.
 * - It can be passed on over another connection. Calls then go through this program.
 *
 * @example Pass a function
 * ```ts
 * import {
 *   type Callback,
 *   callbacks,
 *   structured,
 *   WebSocketConnector,
 *   WebSocketServer,
 * } from "@sheetbend/rpc";
 * import { assertEquals } from "@std/assert";
 *
 * const provider = {
 *   async copy(files: number, progress: Callback<(done: number) => void>): Promise<void> {
 *     for (let done = 1; done <= files; done++) await progress(done);
 *   },
 * };
 * const use = [structured, callbacks];
 * await using server = new WebSocketServer<null, typeof provider, null>();
 * await server.open(
 *   { port: 0, hostname: "127.0.0.1", use },
 *   (acceptor) => acceptor.accept(provider),
 * );
 * await using connector = new WebSocketConnector<null, null, typeof provider>(null, null);
 * await connector.connect(`ws://127.0.0.1:${server.address!.port}`, { use });
 * const seen: number[] = [];
 * const driver = connector.getDriver<typeof provider, false, "structured">();
 * await driver.copy(3, (done) => void seen.push(done));
 * assertEquals(seen, [1, 2, 3]);
 * ```
 */
export const callbacks: Feature = FEATURE;
