import type { PortLike } from "../types/port_like.ts";
import type { SocketLike } from "../types/socket.ts";
import { SocketEvents } from "./socket_events.ts";

/**
 * The first element of each message of a port, because others may post to it, too. The messages:
 *
 *   [MARK, frame]          a text frame
 *   [MARK, frame, value]   a text frame with one message, and its value
 *   [MARK, buffer]         a binary frame
 *   [MARK, code, reason]   closes
 *   [MARK, { lock }]       the name of a lock that the sender holds
 */
const MARK = "sheetbend";

const OPEN = 1, OVER = 3;

/** A value that arrived, as the binary frame before the text frame of its message. */
export class Arrived {
  constructor(readonly value: unknown) {}
}

/** A port, seen as a socket, which is open from the start. */
export class PortSocket extends SocketEvents implements SocketLike {
  readyState: number = OPEN;
  /** Called with the name of the other side's lock. */
  gotLock: ((name: string) => void) | undefined;
  readonly #port: PortLike;
  readonly #own: Readonly<Record<string, (event: unknown) => void>> = {
    message: (event) => this.#message(event),
    messageerror: () => this.emit("message", { data: "" }), // a frame that can't be read
    close: () => this.lost(),
    exit: () => this.lost(), // of a worker in Node
  };

  constructor(port: PortLike) {
    super();
    this.#port = port;
  }

  /** Starts to receive messages, once there are listeners for them. */
  start(): void {
    const port = this.#port;
    for (const [type, listener] of Object.entries(this.#own)) {
      if (port.addEventListener !== undefined) port.addEventListener(type, listener);
      else port.on?.(type, listener);
    }
    port.start?.();
  }

  send(frame: string | Uint8Array): void {
    // bytes are always a copy of their own, which isn't moved because a feature may keep it
    this.#port.postMessage([MARK, typeof frame === "string" ? frame : frame.buffer], []);
  }

  /** Sends a message with its value. Throws if the value can't be cloned. */
  sendValue(frame: string, value: unknown, moved: readonly object[]): void {
    this.#port.postMessage([MARK, frame, value], moved);
  }

  sendLock(lock: string): void {
    this.#port.postMessage([MARK, { lock }], []);
  }

  close(code = 1005, reason = ""): void {
    if (this.readyState !== OPEN) return;
    this.#port.postMessage([MARK, code, reason], []);
    this.#over(code, reason);
  }

  #message(event: unknown): void {
    // a worker in Node emits the message itself
    const message = Array.isArray(event)
      ? event
      : (event as { readonly data?: unknown } | null)?.data;
    if (!Array.isArray(message) || message[0] !== MARK || this.readyState !== OPEN) return;
    const [, data, beside] = message as unknown[];
    if (typeof data === "number") return this.#over(data, String(beside));
    if (data instanceof ArrayBuffer) return this.emit("message", { data });
    if (typeof data !== "string") {
      const { lock } = Object(data) as { readonly lock?: unknown };
      if (typeof lock === "string") this.gotLock?.(lock);
      return;
    }
    if (message.length > 2) this.emit("message", { data: new Arrived(beside) });
    this.emit("message", { data });
  }

  /** The other side has ended. */
  lost(): void {
    if (this.readyState !== OPEN) return;
    this.emit("error", { message: "the port was closed" });
    this.#over(1006, "");
  }

  #over(code: number, reason: string): void {
    this.readyState = OVER;
    const port = this.#port;
    for (const [type, listener] of Object.entries(this.#own)) {
      if (port.removeEventListener !== undefined) port.removeEventListener(type, listener);
      else port.off?.(type, listener);
    }
    if (port as unknown !== globalThis) port.close?.(); // that of a worker's scope would end the worker
    this.emit("close", { code, reason });
  }
}
