/**
 * Typed two-way remote procedure calls over one WebSocket: each end offers a provider, an object
 * whose functions the other may call, and drives the other's provider as if it were local.
 *
 * Start at {@linkcode WebSocketConnector} and {@linkcode WebSocketServer}.
 *
 * @example A server and a client that call each other
 * ```ts
 * import { WebSocketConnector, WebSocketServer } from "@sheetbend/rpc";
 * import { assertEquals } from "@std/assert";
 *
 * interface Calculator {
 *   scientific: { log(base: number, x: number): number };
 * }
 * interface Person {
 *   name(): string;
 * }
 *
 * await using server = new WebSocketServer<null, Calculator, Person>();
 * await server.open({ port: 0, hostname: "127.0.0.1" }, async (acceptor) => {
 *   await acceptor.accept({
 *     scientific: { log: (base, x) => Math.round(Math.log(x) / Math.log(base)) },
 *   });
 *   assertEquals(await acceptor.getDriver().name(), "Ada");
 * });
 *
 * await using connector = new WebSocketConnector<null, Person, Calculator>(null, {
 *   name: () => "Ada",
 * });
 * await connector.connect(`ws://127.0.0.1:${server.address!.port}`);
 * assertEquals(await connector.getDriver().scientific.log(2, 32), 5);
 * ```
 *
 * @module
 */
export * from "./src/all.ts";
/** All of it under one name, for programs that `import rpc from` it. */
export * as default from "./src/all.ts";
