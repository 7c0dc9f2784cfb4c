import { queueMicrotask } from "../global_scope.ts";
import type { Reporter } from "../events.ts";
import type { Limits } from "../limits.ts";
import type { SocketLike } from "../types/socket.ts";
import { cutReason, isCloseCode, refusedCode } from "./close_code.ts";
import type { Timers } from "./timers.ts";

/** How a link ended. */
export interface Ending {
  readonly code: number;
  readonly reason: string;
  /** The platform's message, if the link broke. */
  readonly detail: string;
  /** It never opened. */
  readonly isRefused: boolean;
  /** This end closed it. */
  readonly isOurs: boolean;
}

/** The end of a session without a link. */
export function endingOf(code: number, reason: string): Ending {
  return { code, reason, detail: "", isRefused: false, isOurs: true };
}

/** The owner of a link: an attempt to connect or an incoming connection, then a session. */
export interface LinkOwner {
  opened?(): void;
  // a frame came in
  text(text: string): void;
  binary(data: unknown): void;
  drained?(): void;
  broke(limit: keyof Limits, code: number, reason: string): void;
  /** Returns `true` if the session continues over another link. */
  closed(ending: Ending): boolean | void;
}

/**
 * An end's workaround for a client whose runtime holds frames back: see `ends/client_pacer.ts`. The
 * optional methods cost nothing at the end without them.
 */
export interface Pacer {
  /** A frame with messages came in; `true` if it needs a frame in return at the end of the turn. */
  heardMessages(): boolean;
  /** The other end read this many frames without sending a message. */
  heardReceipt?(frames: number): void;
  heard?(): void;
  /** A ping came in, before more frames. */
  heardNudge?(): void;
  leaving(length: number, isBytes: boolean): void;
  /** The turn is over: send the frame in return. */
  turnOver?(): void;
}

/** What a link needs from its end. It clears the timers when it ends. */
export interface LinkParts {
  readonly limits: Limits;
  readonly report: Reporter;
  readonly timers: Pick<Timers, "later" | "clear">;
  /** Called if the socket outlives the link; what it returns is called once the socket is closed. */
  readonly lingers?: (() => () => void) | undefined;
}

/** The fields of all platforms' events. */
type Listener = (event: {
  readonly data?: unknown;
  readonly code?: unknown;
  readonly reason?: unknown;
  readonly message?: unknown;
}) => void;

const CONNECTING = 0;
const OPEN = 1;
const CLOSED = 3;

/** How often to check whether a full socket drained, in ms. */
const CHECK_EVERY = 10;
/** What a frame takes in the platform's queue beside its bytes, counted from `FREE_FRAMES` on. */
const FRAME_BYTES = 512;
const FREE_FRAMES = 1_024;
const BROKEN = { code: 1006, reason: "" };

/**
 * One socket, on any platform: its frames, backpressure and the close handshake. Listeners are added
 * once, and by name, because `ws` ignores `{ signal }`.
 *
 * Frames are text or bytes. A transport that carries values (a worker, a port) would have a link of
 * values, and a `Wire` whose messages are not text.
 */
export class Link {
  owner: LinkOwner;
  pacer: Pacer | undefined;
  readonly timers: LinkParts["timers"];
  /** For the heartbeat: reset by each frame that comes in, and set by each that leaves. */
  isSilent = true;
  hasSaid = false;
  /** `true` while a connector waits for the answer: a fault then ends the link without a close. */
  isTrial = false;
  isClosing = false;
  readonly #socket: SocketLike;
  readonly #limits: Limits;
  readonly #report: Reporter;
  readonly #lingers: LinkParts["lingers"];
  #isOver = false;
  #wasOpen = false;
  #closedBy: Pick<Ending, "code" | "reason"> | undefined;
  #detail = "";
  #isFull = false;
  /** Nothing changed since `bufferedAmount` was read, which is slow. */
  #isKnown = false;
  #frames = 0;

  constructor(
    socket: SocketLike,
    owner: LinkOwner,
    { limits, report, timers, lingers }: LinkParts,
  ) {
    this.owner = owner;
    this.timers = timers;
    this.#limits = limits;
    this.#report = report;
    this.#lingers = lingers;
    this.#socket = socket;
    if (socket.readyState === CONNECTING) socket.addEventListener("open", this.#open);
    socket.addEventListener("message", this.#message);
    socket.addEventListener("close", this.#close);
    socket.addEventListener("error", this.#error);
  }

  /** The socket may already be open or closing. */
  start(): void {
    const { readyState } = this.#socket;
    if (readyState === OPEN) this.#opened();
    else if (readyState > OPEN) this.timers.later(0, () => this.finish()); // no event may follow
  }

  /** Makes binary frames come as bytes, not in the platform's default form. */
  expectBytes(): void {
    this.#socket.binaryType = "arraybuffer";
  }

  /** Sends a frame of messages, or bytes. `true` if the socket accepted it. */
  give(frame: string | Uint8Array): boolean {
    this.pacer?.leaving(frame.length, typeof frame !== "string");
    return this.#send(frame);
  }

  /** Sends a frame without messages ahead of those that wait, unless the peer does not read. */
  say(frame: string): void {
    if (!this.isFull) this.#send(frame);
  }

  /** An open socket that throws is broken: the link ends, but after the caller got the result. */
  #send(frame: string | Uint8Array): boolean {
    this.hasSaid = true;
    this.#frames++;
    this.#isKnown = false;
    if (this.#socket.readyState !== OPEN) return false;
    try {
      this.#socket.send(frame as string); // or bytes, which every platform takes
    } catch (error) {
      queueMicrotask(() => this.#broken(error));
      return false;
    }
    return true;
  }

  /** Must messages and incoming calls wait? */
  get isFull(): boolean {
    if (this.#isFull) return true;
    if (this.#isKnown) return false;
    this.#isKnown = true;
    const buffered = this.#socket.bufferedAmount ?? 0; // some platforms have none
    if (buffered === 0) this.#frames = 0;
    const beside = Math.max(0, this.#frames - FREE_FRAMES) * FRAME_BYTES;
    if (buffered + beside > this.#limits.sendBytes) this.#fill();
    return this.#isFull;
  }

  #fill(): void {
    this.#isFull = true;
    let least = Infinity;
    let quietMs = 0;
    const check = (): void => {
      const buffered = this.#socket.bufferedAmount ?? 0;
      if (buffered <= this.#limits.sendBytes / 2) {
        this.#isFull = false;
        this.#frames = 0;
        return this.owner.drained?.();
      }
      // heartbeats make it grow meanwhile: only a new low is progress
      quietMs = buffered < least ? 0 : quietMs + CHECK_EVERY;
      least = Math.min(buffered, least);
      if (quietMs >= this.#limits.stallTimeout) {
        return this.owner.broke("stallTimeout", 1013, "The other end does not read");
      }
      this.timers.later(CHECK_EVERY, check);
    };
    this.timers.later(CHECK_EVERY, check);
  }

  /**
   * Starts the close handshake, which ends after `closeTimeout` even without an answer. A long reason
   * is cut.
   *
   * @throws {RangeError} If this end may not send the code. Nothing has changed then.
   */
  close(code?: number, reason = ""): void {
    const sent = code ?? (reason === "" ? undefined : 1000);
    if (sent !== undefined && !isCloseCode(sent)) throw refusedCode(sent);
    const cut = cutReason(reason);
    // otherwise the other end is closing, and its code counts
    if (this.#socket.readyState === OPEN) this.#closedBy = { code: sent ?? 1005, reason: cut };
    try {
      if (sent === undefined) this.#socket.close();
      else this.#socket.close(sent, cut);
    } catch (cause) {
      this.#closedBy = undefined;
      throw refusedCode(sent, cause);
    }
    if (this.#isOver) return; // some sockets emit `close` at once
    this.isClosing = true;
    this.timers.later(
      this.#limits.closeTimeout,
      () => {
        this.#finish(BROKEN, "the other end did not answer the close");
        this.#socket.terminate?.();
      },
    );
  }

  /** Closes the link for a fault, unless it is already ending. */
  fail(code: number, reason: string): void {
    if (this.isClosing || this.#isOver) return;
    if (this.isTrial || !this.#wasOpen) {
      // of an attempt, the reason is this end's, not the server's
      this.#finish({ code, reason: this.isTrial ? "" : reason }, reason);
      return dismiss(this.#socket, code, reason);
    }
    try {
      this.close(code, reason);
    } catch {
      this.close(code + 2_000, reason); // a client may only send 3000 to 4999
    }
  }

  /** The other end is gone, and would not answer a close; it may come back, and read why. */
  lost(): void {
    this.#finish({ code: 1006, reason: "The other end no longer answers" });
    dismiss(this.#socket, 1013, "The heartbeat was not answered in time");
  }

  /** Ends the link without waiting for the answer to a close. */
  finish(): void {
    this.#finish(BROKEN);
  }

  /** Ends the link without telling its owner; the other end gets the code and the reason. */
  abandon(code: number, reason: string): void {
    if (this.#isOver) return;
    this.#release(code, reason);
    dismiss(this.#socket, code, reason);
  }

  readonly #open: Listener = () => {
    this.#socket.removeEventListener("open", this.#open); // it takes memory
    this.#opened();
  };

  #opened(): void {
    if (this.#wasOpen) return;
    this.#wasOpen = true;
    this.owner.opened?.();
  }

  readonly #message: Listener = ({ data }) => {
    this.isSilent = false;
    this.#isKnown = false;
    this.pacer?.heard?.();
    if (typeof data === "string") this.owner.text(data);
    else this.owner.binary(data);
  };

  readonly #close: Listener = ({ code, reason }) => {
    const known = typeof code === "number" && code !== 0; // Deno has 0 for a broken link
    this.#finish({ code: known ? code : 1006, reason: String(reason ?? "") }, this.#detail);
  };

  readonly #error: Listener = ({ message }) => {
    this.#detail = typeof message === "string" ? message : "";
    // Node 22 emits no `close` if it can't connect, and its socket stays CONNECTING
    if (this.#socket.readyState === CONNECTING) this.#finish(BROKEN, this.#detail);
  };

  #broken(error: unknown): void {
    if (this.#isOver) return;
    this.#report({ type: "error", error });
    const why = "the socket takes no frame";
    this.#finish(BROKEN, why);
    dismiss(this.#socket, 1011, why);
  }

  #finish(end: Pick<Ending, "code" | "reason">, detail = ""): void {
    if (this.#isOver) return;
    const { code, reason } = this.#closedBy ?? end;
    this.#release(code, reason || detail);
    const isRefused = !this.#wasOpen;
    const isOurs = this.#closedBy !== undefined;
    const goesOn = this.owner.closed({ code, reason, detail, isRefused, isOurs });
    if (goesOn !== true) this.#report({ type: "close", code, reason });
  }

  /**
   * Removes the socket's listeners. One that is not closed is followed until it is: closed with the
   * code and the reason if it opens only now, and ended where the platform can. `error` keeps an empty
   * listener, because an error of an emitter without one ends the process.
   */
  #release(code: number, reason: string): void {
    const socket = this.#socket;
    this.#isOver = true;
    this.timers.clear();
    socket.removeEventListener("open", this.#open);
    socket.removeEventListener("message", this.#message);
    socket.removeEventListener("close", this.#close);
    socket.removeEventListener("error", this.#error);
    if (socket.readyState === CLOSED) return;
    const { timers } = this;
    // a socket that never opens may never be closed, either
    const leave = socket.readyState === CONNECTING ? undefined : this.#lingers?.();
    if (socket.terminate !== undefined) {
      timers.later(this.#limits.closeTimeout, () => socket.terminate!());
    }
    const opened = (): void => dismiss(socket, code, reason);
    const swallow = (): void => {};
    const gone = (): void => {
      socket.removeEventListener("open", opened);
      socket.removeEventListener("error", swallow);
      socket.removeEventListener("close", gone);
      timers.clear();
      leave?.();
    };
    socket.addEventListener("open", opened);
    socket.addEventListener("error", swallow);
    socket.addEventListener("close", gone);
  }
}

/** Closes the socket of a link that is over, as far as the platform can. */
function dismiss(socket: SocketLike, code: number, reason: string): void {
  for (const sent of [code, code + 2_000]) { // a client may only send 3000 to 4999
    try {
      return socket.close(sent, cutReason(reason));
    } catch {
      // some platforms refuse to close a socket that never opened
    }
  }
}
