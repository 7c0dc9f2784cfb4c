import { queueMicrotask } from "../global_scope.ts";
import type { SocketLike } from "../types/socket.ts";

/** The part of Node's `Socket` that is used here. */
export interface Corkable {
  cork(): void;
  uncork(): void;
}

/** A longer text is written at once, because its bytes would count as waiting for the peer. */
const MOST = 4_000;

/**
 * Makes a socket of `ws` write a short text with the bytes that follow it. On its own, each frame
 * takes a system call and wakes the peer, which takes a fifth off the speed of a stream of bytes.
 *
 * A text waits for bytes only if the one before it had some: calls without bytes must leave at once.
 */
export function corked<T extends SocketLike>(socket: T, tcp: Corkable): T {
  const { send } = socket;
  let hadBytes = false;
  let isCorked = false;
  const uncork = (): void => {
    if (!isCorked) return;
    isCorked = false;
    tcp.uncork();
  };
  socket.send = (frame: string | Uint8Array): void => {
    const isText = typeof frame === "string";
    if (isText && hadBytes && !isCorked && frame.length < MOST) {
      isCorked = true;
      tcp.cork();
      queueMicrotask(uncork);
    }
    hadBytes = !isText;
    send.call(socket, frame as string); // or bytes
    if (!isText) uncork();
  };
  return socket;
}
