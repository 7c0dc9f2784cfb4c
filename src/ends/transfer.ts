import { shared } from "../global_scope.ts";

/** The lists of all copies of the library in a program. */
const marks = (): WeakMap<object, readonly object[]> => shared("transfer", () => new WeakMap());

/**
 * Marks a value, so that a {@linkcode PortCommunicator} moves the buffers of the list to the other
 * side instead of copying them. Use it for an argument of a call, or for what a function returns.
 * The mark is for the next time that the value is sent. Once moved, a buffer is empty on this side.
 * Over a WebSocket, a mark has no effect.
 *
 * @param value The argument or result, which contains the buffers or is one.
 * @param list What to move: buffers, ports, and what else the platform can transfer.
 * @returns The same value.
 * @throws {TypeError} If the value isn't an object, or the list isn't a list of objects.
 *
 * @example Move a buffer to the other side
 * ```ts
 * import { PortCommunicator, transfer } from "@sheetbend/rpc";
 * import { assertEquals } from "@std/assert";
 *
 * const provider = { sum: (bytes: Uint8Array) => bytes.reduce((sum, byte) => sum + byte, 0) };
 * const { port1, port2 } = new MessageChannel();
 * await using _server = new PortCommunicator<typeof provider, null>(port1, provider);
 * await using client = new PortCommunicator<null, typeof provider>(port2, null);
 * const bytes = new Uint8Array([1, 2, 3]);
 * assertEquals(await client.getDriver().sum(transfer(bytes, [bytes.buffer])), 6);
 * assertEquals(bytes.length, 0);
 * ```
 */
export function transfer<T extends object>(value: T, list: readonly object[]): T {
  if (!isObject(value)) throw new TypeError("Cannot transfer the value: expected an object");
  if (!Array.isArray(list) || !list.every(isObject)) {
    throw new TypeError("Cannot transfer the value: expected a list of objects to move");
  }
  marks().set(value, [...list]);
  return value;
}

/** What to move with these values. */
export function movedWith(values: readonly unknown[]): object[] {
  return values.flatMap((value) => isObject(value) ? marks().get(value) ?? [] : []);
}

/** The values have been sent. */
export function unmark(values: readonly unknown[]): void {
  for (const value of values) if (isObject(value)) marks().delete(value);
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}
