/**
 * A socket of the W3C's make: a browser's, Deno's, Node's or Bun's `WebSocket`, or one of the `ws`
 * package. All that this library asks of it stands here.
 */
export interface SocketLike {
  /** 0 connecting, 1 open, 2 closing, 3 closed. */
  readonly readyState: number;
  /** Bytes that were given to `send` and have not left yet; some runtimes can't tell. */
  readonly bufferedAmount?: number;
  /** Sends one text frame. */
  send(text: string): void;
  /** Begins the close; throws on a code that this socket may not send. */
  close(code?: number, reason?: string): void;
  /** Adds a listener of `open`, `message`, `close` or `error`. */
  // deno-lint-ignore no-explicit-any -- each make has its own classes of events
  addEventListener(type: string, listener: (event: any) => void): void;
  /** Takes a listener off. */
  // deno-lint-ignore no-explicit-any -- each make has its own classes of events
  removeEventListener(type: string, listener: (event: any) => void): void;
}

/**
 * Makes the socket for an address that begins with `ws:` or `wss:`: for headers of your own, a
 * private certificate authority, or a runtime that has no `WebSocket`.
 */
export type SocketFactory = (url: string) => SocketLike | Promise<SocketLike>;
