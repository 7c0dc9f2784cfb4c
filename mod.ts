/**
 * Typed, bidirectional RPC over a single WebSocket. Each side passes a provider, an object whose
 * functions the other side can call, and calls the other side's provider through a typed driver.
 *
 * Start with {@linkcode WebSocketServer} and {@linkcode WebSocketConnector}.
 *
 * @example Let a server and a client call each other
 * ```ts
 * import { WebSocketConnector, WebSocketServer } from "@sheetbend/rpc";
 * import { assertEquals } from "@std/assert";
 *
 * interface Calculator {
 *   plus(x: number, y: number): number;
 * }
 * interface Person {
 *   name(): string;
 * }
 *
 * await using server = new WebSocketServer<null, Calculator, Person>();
 * await server.open({ port: 0, hostname: "127.0.0.1" }, async (acceptor) => {
 *   await acceptor.accept({ plus: (x, y) => x + y });
 *   assertEquals(await acceptor.getDriver().name(), "Ada");
 * });
 *
 * await using connector = new WebSocketConnector<null, Person, Calculator>(null, {
 *   name: () => "Ada",
 * });
 * await connector.connect(`ws://127.0.0.1:${server.address!.port}`);
 * assertEquals(await connector.getDriver().plus(2, 3), 5);
 * ```
 *
 * @module
 */
export * from "./src/all.ts";
/** All exports in one object, for `import rpc from "@sheetbend/rpc"`. */
export * as default from "./src/all.ts";
