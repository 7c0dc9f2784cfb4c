import type { SocketLike } from "../../src/types/socket.ts";

type Listener = (event: Record<string, unknown>) => void;

/** What a scripted socket may do otherwise than the W3C's. */
export interface SocketScript {
  /** 0 connecting, 1 open, 2 closing, 3 closed. Default: 0. */
  readonly readyState?: number;
  /** Takes the close codes of a server's end, not only 1000 and 3000 to 4999. */
  readonly isServer?: boolean;
  /** Called instead of noting a frame: may throw. */
  readonly send?: (text: string) => void;
  /** Throws at every `close`. */
  readonly refusesClose?: boolean;
  /** Can be ended, as those of the `ws` package. */
  readonly hasTerminate?: boolean;
}

/** A socket that does nothing by itself: a test plays the other end, and reads what was sent. */
export class ScriptedSocket implements SocketLike {
  readyState: number;
  bufferedAmount = 0;
  /** The text frames that left, in order. */
  readonly sent: string[] = [];
  /** All frames that left, in order. */
  readonly frames: (string | Uint8Array)[] = [];
  /** The closes that were begun here, as they were given. */
  readonly closes: [code: number | undefined, reason: string | undefined][] = [];
  /** How often it was ended. */
  terminations = 0;
  declare terminate?: () => void;
  readonly #script: SocketScript;
  readonly #listeners = new Map<string, Set<Listener>>();

  constructor(script: SocketScript = {}) {
    this.#script = script;
    this.readyState = script.readyState ?? 0;
    if (script.hasTerminate === true) this.terminate = () => void this.terminations++;
  }

  /** How many listeners are set, of whatever type. */
  get listenerCount(): number {
    return [...this.#listeners.values()].reduce((sum, { size }) => sum + size, 0);
  }

  send(frame: string | Uint8Array): void {
    if (this.readyState === 0) throw new DOMException("not open", "InvalidStateError");
    this.#script.send?.(`${frame}`);
    this.frames.push(frame);
    if (typeof frame === "string") this.sent.push(frame);
  }

  close(code?: number, reason?: string): void {
    if (this.#script.refusesClose) throw new Error("this socket can't be closed");
    const isTaken = code === undefined || code === 1000 || (code >= 3000 && code <= 4999);
    if (!isTaken && !this.#script.isServer) throw new DOMException("bad", "InvalidAccessError");
    this.closes.push([code, reason]);
    if (this.readyState < 2) this.readyState = 2;
  }

  addEventListener(type: string, listener: Listener): void {
    const listeners = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, listeners.add(listener));
  }

  removeEventListener(type: string, listener: Listener): void {
    this.#listeners.get(type)?.delete(listener);
  }

  /** The handshake of HTTP is done. */
  opens(): void {
    this.readyState = 1;
    this.#emit("open", {});
  }

  /** A frame comes in: a text as it is, anything else as JSON. */
  receives(frame: unknown): void {
    this.#emit("message", { data: typeof frame === "string" ? frame : JSON.stringify(frame) });
  }

  /** A binary frame comes in. */
  receivesBinary(data: unknown = new ArrayBuffer(1)): void {
    this.#emit("message", { data });
  }

  /** The platform says that something went wrong. */
  fails(message?: string): void {
    this.#emit("error", message === undefined ? {} : { message });
  }

  /** It is closed, by whichever end. */
  closed(code?: number, reason?: string): void {
    this.readyState = 3;
    this.#emit("close", { code, reason });
  }

  /** The messages that left, without frames of the handshake. */
  get messages(): Record<string, unknown>[] {
    return this.sent.map((text) => JSON.parse(text)).filter((one) => typeof one?.uid === "number");
  }

  #emit(type: string, event: Record<string, unknown>): void {
    for (const listener of [...this.#listeners.get(type) ?? []]) listener(event);
  }
}
