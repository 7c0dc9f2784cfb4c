/**
 * The floor that the library is measured against: the least that a call over a WebSocket can be. One
 * `stringify`, one `send`, one `parse`, and a `Map` of waiting promises at the caller.
 */

/** Answers each call on a socket that a server has upgraded. */
export function serveEcho(socket: WebSocket, functions: Record<string, Function>): void {
  socket.onmessage = async ({ data }) => {
    const { id, name, args } = JSON.parse(data);
    const value = await functions[name]!(...args);
    socket.send(JSON.stringify({ id, value }));
  };
}

/** Calls over a socket that is open. */
export function callEcho(socket: WebSocket): (name: string, ...args: unknown[]) => Promise<unknown> {
  const waiting = new Map<number, (value: unknown) => void>();
  let last = 0;
  socket.onmessage = ({ data }) => {
    const { id, value } = JSON.parse(data);
    waiting.get(id)!(value);
    waiting.delete(id);
  };
  return (name, ...args) =>
    new Promise((resolve) => {
      const id = ++last;
      waiting.set(id, resolve);
      socket.send(JSON.stringify({ id, name, args }));
    });
}
