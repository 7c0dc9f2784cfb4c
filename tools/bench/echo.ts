/**
 * The floor that the library is measured against: the least that a call over a WebSocket can be.
 * One `stringify`, one `send`, one `parse`, and a `Map` of waiting promises at the caller.
 */
import type { Socket } from "./sockets.ts";

/** Functions that may be called, by name. */
export type Functions = Readonly<Record<string, (...args: never[]) => unknown>>;

/** Calls over a socket that is open, and answers the calls that come in on it. */
export function callEcho(
  socket: Socket,
  functions: Functions = {},
): (name: string, ...args: unknown[]) => Promise<unknown> {
  const waiting = new Map<number, (value: unknown) => void>();
  let last = 0;
  socket.onmessage = async ({ data }) => {
    const { id, name, args, value } = JSON.parse(data as string);
    if (name === undefined) {
      waiting.get(id)!(value);
      waiting.delete(id);
    } else {
      const result = await functions[name]!(...args as never[]);
      socket.send(JSON.stringify({ id, value: result }));
    }
  };
  return (name, ...args) =>
    new Promise((resolve) => {
      const id = ++last;
      waiting.set(id, resolve);
      socket.send(JSON.stringify({ id, name, args }));
    });
}
