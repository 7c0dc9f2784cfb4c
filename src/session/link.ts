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
  /** Whether the link never opened. */
  readonly isRefused: boolean;
  /** Whether this side closed the link. */
  readonly isOurs: boolean;
}

/** Returns the ending of a session that has no link. */
export function endingOf(code: number, reason: string): Ending {
  return { code, reason, detail: "", isRefused: false, isOurs: true };
}

/** The owner of a link: first a connect attempt or an incoming connection, then a session. */
export interface LinkOwner {
  opened?(): void;
  // called for each frame that arrives
  text(text: string): void;
  binary(data: unknown): void;
  drained?(): void;
  broke(limit: keyof Limits, code: number, reason: string): void;
  /** Returns `true` if the session continues over another link. */
  closed(ending: Ending): boolean | void;
}

/**
 * The workaround for clients whose runtime delays frames: see `ends/client_pacer.ts`. Each side
 * implements only the optional methods that it needs.
 */
export interface Pacer {
  /** A frame with messages arrived. Returns whether a frame must go back in this turn. */
  heardMessages(): boolean;
  /** The peer has read this many frames without sending a message. */
  heardReceipt?(frames: number): void;
  heard?(): void;
  /** A nudge arrived, and more frames follow. */
  heardNudge?(): void;
  leaving(length: number, isBytes: boolean): void;
  /** The turn is over: sends the frame back, if none was sent. */
  turnOver?(): void;
}

/** What a link gets from its connector or acceptor. It clears the timers when it ends. */
export interface LinkParts {
  readonly limits: Limits;
  readonly report: Reporter;
  readonly timers: Pick<Timers, "later" | "clear">;
  /** Called if the socket outlives the link. Returns a function to call when it is closed. */
  readonly lingers?: (() => () => void) | undefined;
}

/** The fields that events have on any platform. */
type Listener = (event: {
  readonly data?: unknown;
  readonly code?: unknown;
  readonly reason?: unknown;
  readonly message?: unknown;
}) => void;

const CONNECTING = 0;
const OPEN = 1;
const CLOSED = 3;

/** How often to check whether a full socket has drained, in ms. */
const CHECK_EVERY = 10;
/** What a frame adds to its bytes in the platform's queue. The first `FREE_FRAMES` add nothing. */
const FRAME_BYTES = 512;
const FREE_FRAMES = 1_024;
const BROKEN = { code: 1006, reason: "" };

/**
 * One socket, on any platform: its frames, backpressure and the closing handshake. Listeners are
 * added once and removed one by one, because `ws` ignores `{ signal }`.
 *
 * Frames are text or bytes. The socket of a port emits cloned values in place of bytes.
 */
export class Link {
  declare owner: LinkOwner;
  pacer: Pacer | undefined;
  declare readonly timers: LinkParts["timers"];
  /** For the heartbeat: an incoming frame clears `isSilent`, and an outgoing one sets `hasSaid`. */
  isSilent = true;
  hasSaid = false;
  /** `true` while a connector waits for the answer. A fault then ends the link at once. */
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
  /**
   * How much may be sent before `bufferedAmount` is read again, because reading it is slow: a part
   * of the room, in characters, of which each takes 3 bytes at most.
   */
  #unread = 0;
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

  /** Starts the link. Its socket may already be open or closing. */
  start(): void {
    const { readyState } = this.#socket;
    if (readyState === OPEN) this.#opened();
    else if (readyState > OPEN) this.timers.later(0, () => this.finish()); // there may be no event
  }

  get socket(): SocketLike {
    return this.#socket;
  }

  /** Sends a frame of messages, or bytes. Returns whether the socket accepted it. */
  give(frame: string | Uint8Array): boolean {
    this.pacer?.leaving(frame.length, typeof frame !== "string");
    return this.#send(frame);
  }

  /** Sends a frame without messages before those that wait, unless the socket is full. */
  say(frame: string): void {
    if (!this.isFull) this.#send(frame);
  }

  /** If an open socket throws, it is broken. The link ends after the caller got the result. */
  #send(frame: string | Uint8Array): boolean {
    this.hasSaid = true;
    this.#frames++;
    this.#unread -= frame.length + FRAME_BYTES;
    if (this.#socket.readyState !== OPEN) return false;
    try {
      this.#socket.send(frame as string); // or bytes, which every platform accepts
    } catch (error) {
      queueMicrotask(() => this.#broken(error));
      return false;
    }
    return true;
  }

  /** Whether messages and incoming calls must wait. */
  get isFull(): boolean {
    if (this.#isFull || this.#unread > 0) return this.#isFull;
    const buffered = this.#socket.bufferedAmount ?? 0; // some platforms don't have it
    if (buffered === 0) this.#frames = 0;
    const counted = Math.max(0, this.#frames - FREE_FRAMES);
    const room = this.#limits.sendBytes - buffered - counted * FRAME_BYTES;
    this.#unread = room >> 4; // an integer, which takes no memory of its own
    if (room < 0) this.#fill();
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
      // heartbeats add to it, so only a new minimum is progress
      quietMs = buffered < least ? 0 : quietMs + CHECK_EVERY;
      least = Math.min(buffered, least);
      if (quietMs >= this.#limits.stallTimeout) {
        return this.owner.broke("stallTimeout", 1013, "The receiver stopped reading");
      }
      this.timers.later(CHECK_EVERY, check);
    };
    this.timers.later(CHECK_EVERY, check);
  }

  /**
   * Starts the closing handshake, which ends after `closeTimeout` even without an answer. A long
   * reason is cut.
   *
   * @throws {RangeError} If this side can't send the code. Then nothing has changed.
   */
  close(code?: number, reason = ""): void {
    const sent = code ?? (reason === "" ? undefined : 1000);
    if (sent !== undefined && !isCloseCode(sent)) throw refusedCode(sent);
    const cut = cutReason(reason);
    // otherwise the peer is already closing, and its code counts
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
        this.#finish(BROKEN, "the peer didn't answer the close");
        this.#socket.terminate?.();
      },
    );
  }

  /** Closes the link because of a fault, unless it is already closing. */
  fail(code: number, reason: string): void {
    if (this.isClosing || this.#isOver) return;
    if (this.isTrial || !this.#wasOpen) {
      // in a connect attempt, `reason` means the server's, so this one is the detail
      this.#finish({ code, reason: this.isTrial ? "" : reason }, reason);
      return dismiss(this.#socket, code, reason);
    }
    try {
      this.close(code, reason);
    } catch {
      this.close(code + 2_000, reason); // clients can send only 1000 and 3000 to 4999
    }
  }

  /** The peer is gone, and wouldn't answer a close. If it returns, it can read the reason. */
  lost(): void {
    this.#finish({ code: 1006, reason: "The peer no longer answers" });
    dismiss(this.#socket, 1013, "The heartbeat wasn't answered in time");
  }

  /** Ends the link without waiting for the answer to a close. */
  finish(): void {
    this.#finish(BROKEN);
  }

  /** Ends the link without notifying its owner. The peer gets the code and the reason. */
  abandon(code: number, reason: string): void {
    if (this.#isOver) return;
    this.#release(code, reason);
    dismiss(this.#socket, code, reason);
  }

  readonly #open: Listener = () => {
    this.#socket.removeEventListener("open", this.#open); // a listener takes memory
    this.#opened();
  };

  #opened(): void {
    if (this.#wasOpen) return;
    this.#wasOpen = true;
    this.owner.opened?.();
  }

  readonly #message: Listener = ({ data }) => {
    this.isSilent = false;
    this.#unread = 0;
    this.pacer?.heard?.();
    if (typeof data === "string") this.owner.text(data);
    else this.owner.binary(data);
  };

  readonly #close: Listener = ({ code, reason }) => {
    const known = typeof code === "number" && code !== 0; // Deno reports 0 for a broken connection
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
    const why = "the socket failed to send";
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
   * Removes the socket's listeners, and watches a socket that isn't closed until it is. If it opens
   * only now, it is closed with the code and the reason. If it doesn't close in time, it is
   * terminated where the platform can. `error` keeps an empty listener, because in Node an error
   * without a listener ends the process.
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
    // a socket that never opens may never close, either
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

/** Closes the socket of a link that is over, if the platform allows it. */
function dismiss(socket: SocketLike, code: number, reason: string): void {
  for (const sent of [code, code + 2_000]) { // clients can send only 1000 and 3000 to 4999
    try {
      return socket.close(sent, cutReason(reason));
    } catch {
      // some platforms refuse to close a socket that never opened
    }
  }
}
