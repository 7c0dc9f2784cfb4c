import { isHeld, portsReportEnds, takeLock, watchLock } from "../runtimes/web_lock.ts";
import type { PortSocket } from "./port_socket.ts";

/**
 * Browsers and Deno don't report that the other side of a port has ended. So each side holds a Web
 * Lock while it's open, posts its name, and waits for the lock of the other side.
 */
export function watchOtherSide(socket: PortSocket): void {
  if (portsReportEnds()) return;
  const lock = takeLock();
  let isOver = false;
  let stop: (() => void) | undefined;
  socket.addEventListener("close", () => {
    isOver = true;
    stop?.();
    lock.release();
  });
  const held = (): void => {
    if (!isOver && lock.name !== undefined) socket.sendLock(lock.name);
  };
  lock.held.then(held, () => {}); // it can't be held in a sandboxed frame
  socket.gotLock = async (name) => {
    const isSeen = await isHeld(name).catch(() => false);
    if (isSeen && !isOver) stop ??= watchLock(name, () => socket.lost());
  };
}
