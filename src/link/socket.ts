import type { SocketLike } from "../types/socket.ts";

/** What a socket tells the connection that it belongs to. */
export interface SocketOwner {
  /** It is open. */
  opened(): void;
  /** A text frame came in. */
  text(text: string): void;
  /** A binary frame came in. */
  binary(data: unknown): void;
  /** It is closed, by whichever end; 1006 where it broke off. `detail` is the platform's own text. */
  closed(code: number, reason: string, detail: string): void;
  /** It is open, and takes no frame. */
  broken(error: unknown): void;
}

/** The fields that are read of the events, whichever make they are of. */
interface SocketEvent {
  readonly data?: unknown;
  readonly code?: unknown;
  readonly reason?: unknown;
  readonly message?: unknown;
}
type Listener = (event: SocketEvent) => void;

const CONNECTING = 0;
const OPEN = 1;
const CLOSING = 2;
const CLOSED = 3;

/** The longest reason that a close frame takes, in bytes of UTF-8. */
const REASON_BYTES = 123;

/**
 * One socket of the W3C's make, with the platforms' differences taken out. Its listeners are set
 * once, in the constructor, and by name: `ws` ignores `{ signal }`.
 */
export class Socket {
  readonly #socket: SocketLike;
  readonly #owner: SocketOwner;
  #detail = "";
  #isOver = false;

  constructor(socket: SocketLike, owner: SocketOwner) {
    this.#socket = socket;
    this.#owner = owner;
    if (socket.readyState === CONNECTING) socket.addEventListener("open", this.#open);
    socket.addEventListener("message", this.#message);
    socket.addEventListener("close", this.#close);
    socket.addEventListener("error", this.#error);
  }

  /** Can a frame leave? */
  get isOpen(): boolean {
    return this.#socket.readyState === OPEN;
  }

  /** From now on binary frames come as bytes, not in the platform's own favourite form. */
  expectBytes(): void {
    this.#socket.binaryType = "arraybuffer";
  }

  /** Bytes that it was given and has not sent; 0 where the platform can't tell. */
  get buffered(): number {
    return this.#socket.bufferedAmount ?? 0;
  }

  /** Did it come in closing or closed, so that no event may follow? */
  get isGone(): boolean {
    return this.#socket.readyState >= CLOSING;
  }

  /**
   * Sends one frame, and tells whether it was handed over. A socket that is open and takes none is
   * broken: it ends, but not before the caller knows what became of the frame.
   */
  send(text: string | Uint8Array): boolean {
    if (!this.isOpen) return false;
    try {
      this.#socket.send(text as string); // or bytes, which every make takes
    } catch (error) {
      queueMicrotask(() => this.#owner.broken(error));
      return false;
    }
    return true;
  }

  /**
   * Begins the close. A reason that is too long is cut.
   *
   * @throws {RangeError} If the code is none that this end may send; nothing was sent.
   */
  close(code?: number, reason?: string): void {
    if (code === undefined) return this.#socket.close();
    if (!isCloseCode(code)) throw refused(code);
    try {
      this.#socket.close(code, cutReason(reason ?? ""));
    } catch (cause) {
      throw refused(code, cause);
    }
  }

  /**
   * Lets go of the socket: nothing of it is heard any more. Until it is closed, what it may still
   * emit as `error` is swallowed, because an emitter that nobody listens to would end the process.
   */
  release(): void {
    const socket = this.#socket;
    socket.removeEventListener("open", this.#open);
    socket.removeEventListener("message", this.#message);
    socket.removeEventListener("close", this.#close);
    socket.removeEventListener("error", this.#error);
    if (socket.readyState === CLOSED) return;
    const quiet = (): void => {};
    const gone = (): void => {
      socket.removeEventListener("error", quiet);
      socket.removeEventListener("close", gone);
    };
    socket.addEventListener("error", quiet);
    socket.addEventListener("close", gone);
  }

  readonly #open: Listener = () => {
    this.#socket.removeEventListener("open", this.#open); // a listener takes memory
    this.#owner.opened();
  };

  readonly #message: Listener = ({ data }) => {
    if (typeof data === "string") this.#owner.text(data);
    else this.#owner.binary(data);
  };

  readonly #close: Listener = ({ code, reason }) => {
    const known = typeof code === "number" && code !== 0; // 0: Deno's word for a broken link
    this.#over(known ? code : 1006, String(reason ?? ""));
  };

  readonly #error: Listener = ({ message }) => {
    this.#detail = typeof message === "string" ? message : "";
    // `close` follows, but in Node 22, whose socket stays as it was where it can't connect
    if (this.#socket.readyState === CONNECTING) this.#over(1006, "");
  };

  #over(code: number, reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#owner.closed(code, reason, this.#detail);
  }
}

/** What may stand in a close frame: some platforms send anything. */
function isCloseCode(code: number): boolean {
  if (!Number.isInteger(code) || code < 1000 || code > 4999) return false;
  return code >= 3000 || code < 1004 || (code > 1006 && code < 1015);
}

function refused(code: unknown, cause?: unknown): RangeError {
  const why = "this end may not send that code, 1000 and 3000 to 4999 are for either end";
  return new RangeError(`Cannot close with ${String(code)}: ${why}`, { cause });
}

/** At most 123 bytes, cut at a character. */
export function cutReason(reason: string): string {
  if (reason.length * 3 <= REASON_BYTES) return reason;
  const { read } = new TextEncoder().encodeInto(reason, new Uint8Array(REASON_BYTES));
  return reason.slice(0, read);
}
