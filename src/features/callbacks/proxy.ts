import { shared } from "../../global_scope.ts";
import type { Proxied } from "../../types/callback.ts";

/** The objects of all copies of the library in a program. */
const proxied = (): WeakSet<object> => shared("proxied", () => new WeakSet());

/**
 * Marks an object, so that {@linkcode callbacks} passes it by reference from now on: the other side
 * gets a driver of it instead of a copy. The driver follows the rules of a provider, and
 * `[Symbol.dispose]()` releases it.
 *
 * You don't need it for functions, except to keep a function that is a member of a result in the
 * types of drivers: see {@linkcode Callback}.
 *
 * @param object An object or a function.
 * @returns The same object.
 * @throws {TypeError} If it is neither.
 *
 * @example Return a counter that lives on the server
 * ```ts
 * import {
 *   callbacks,
 *   type Proxied,
 *   proxy,
 *   structured,
 *   WebSocketConnector,
 *   WebSocketServer,
 * } from "@sheetbend/rpc";
 * import { assertEquals } from "@std/assert";
 *
 * class Counter {
 *   #count = 0;
 *   up(by: number): number {
 *     return this.#count += by;
 *   }
 * }
 * const provider = { counter: (): Proxied<Counter> => proxy(new Counter()) };
 * const use = [structured, callbacks];
 * await using server = new WebSocketServer<null, typeof provider, null>();
 * await server.open(
 *   { port: 0, hostname: "127.0.0.1", use },
 *   (acceptor) => acceptor.accept(provider),
 * );
 * await using connector = new WebSocketConnector<null, null, typeof provider>(null, null);
 * await connector.connect(`ws://127.0.0.1:${server.address!.port}`, { use });
 * const driver = connector.getDriver<typeof provider, false, "structured">();
 * using counter = await driver.counter();
 * await counter.up(2);
 * assertEquals(await counter.up(3), 5);
 * ```
 */
export function proxy<T extends object>(object: T): Proxied<T> {
  if ((typeof object !== "object" || object === null) && typeof object !== "function") {
    throw new TypeError("Cannot pass the value by reference: expected an object or a function");
  }
  proxied().add(object);
  return object;
}

export function isProxied(value: object): boolean {
  return proxied().has(value);
}
