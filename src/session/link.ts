import type { Reporter } from "../events.ts";
import type { Limits } from "../limits.ts";
import type { SocketLike } from "../types/socket.ts";
import { cutReason, isCloseCode, refusedCode } from "./close_code.ts";
import type { Timers } from "./timers.ts";

/** How a link ended. */
export interface Ending {
  readonly code: number;
  readonly reason: string;
  /** The platform's own text, where the link broke off. */
  readonly detail: string;
  /** It never was open. */
  readonly isRefused: boolean;
  /** This end has closed it. */
  readonly isOurs: boolean;
}

/** The owner of a link: an attempt to connect or an incoming connection, then a session. */
export interface LinkOwner {
  /** The socket is open. */
  opened?(): void;
  /** A text frame came in. */
  text(text: string): void;
  /** A binary frame came in. */
  binary(data: unknown): void;
  /** There is room again. */
  drained?(): void;
  /** The other end broke a limit. */
  broke(limit: keyof Limits, code: number, reason: string): void;
  /** The link is over; `true` if what it carried goes on over another. */
  closed(ending: Ending): boolean | void;
}

/**
 * What an end does about a client whose runtime holds frames back: `ends/client_pacer.ts` says why.
 * The optional methods cost nothing at the end that lacks them.
 */
export interface Pacer {
  /** A frame that holds messages came in; `true` if a frame is owed for it at the end of the turn. */
  heardMessages(): boolean;
  /** The other end has read so many frames that caused it no message. */
  heardReceipt?(frames: number): void;
  /** A frame came in. */
  heard?(): void;
  /** The other end asks for an answer to what it is about to send. */
  heardNudge?(): void;
  /** A frame is about to leave. */
  leaving(length: number, isBytes: boolean): void;
  /** The turn is over: what is owed leaves. */
  turnOver?(): void;
}

/** What a link takes from its end. */
export interface LinkParts {
  readonly limits: Limits;
  readonly report: Reporter;
  /** They end with the link. */
  readonly timers: Pick<Timers, "later" | "clear">;
}

/** The fields that are read of the events, whichever platform they come from. */
interface SocketEvent {
  readonly data?: unknown;
  readonly code?: unknown;
  readonly reason?: unknown;
  readonly message?: unknown;
}
type Listener = (event: SocketEvent) => void;

const CONNECTING = 0;
const OPEN = 1;
const CLOSED = 3;

/** How often a socket that has too much to send is looked at, in ms. */
const LOOK_EVERY = 10;
/** What a frame costs in the platform's queue beside its bytes. */
const FRAME_BYTES = 512;
/** So many frames may wait before that cost counts. */
const FREE_FRAMES = 1_024;

/**
 * One socket, with the platforms' differences taken out: its frames, backpressure, and the close
 * handshake. Whoever owns the link hears its frames. The socket's listeners are set once, and by
 * name: `ws` ignores `{ signal }`.
 *
 * Frames are text, or bytes. A link whose transport carries values as they are (a worker, a port)
 * would take and give values here, beside a `Wire` that makes messages of them without text.
 */
export class Link {
  owner: LinkOwner;
  pacer: Pacer | undefined = undefined;
  readonly timers: LinkParts["timers"];
  /** Set at each frame that comes in, and at each that leaves: the heartbeat looks at them. */
  isSilent = true;
  hasSaid = false;
  /** `true` while a connector waits for the answer: a fault ends the link without a close. */
  isTrial = false;
  isClosing = false;
  readonly #socket: SocketLike;
  readonly #limits: Limits;
  readonly #report: Reporter;
  #isOver = false;
  #wasOpen = false;
  #closedBy: { readonly code: number; readonly reason: string } | undefined;
  /** The platform's own text about what broke. */
  #detail = "";
  #isFull = false;
  /** Nothing has happened since the socket was asked what it holds, which costs. */
  #isKnown = false;
  #frames = 0;

  constructor(socket: SocketLike, owner: LinkOwner, { limits, report, timers }: LinkParts) {
    this.owner = owner;
    this.timers = timers;
    this.#limits = limits;
    this.#report = report;
    this.#socket = socket;
    if (socket.readyState === CONNECTING) socket.addEventListener("open", this.#open);
    socket.addEventListener("message", this.#message);
    socket.addEventListener("close", this.#close);
    socket.addEventListener("error", this.#error);
  }

  /** Begins, also with a socket that is open or closing already. */
  start(): void {
    const { readyState } = this.#socket;
    if (readyState === OPEN) this.#opened();
    else if (readyState > OPEN) this.timers.later(0, () => this.finish()); // no event may follow
  }

  /** From now on binary frames come as bytes, not in the platform's own favourite form. */
  expectBytes(): void {
    this.#socket.binaryType = "arraybuffer";
  }

  /** Sends a frame of messages, or bytes; `true` if the socket took it. */
  give(frame: string | Uint8Array): boolean {
    this.hasSaid = true;
    if (this.pacer !== undefined) this.pacer.leaving(frame.length, typeof frame !== "string");
    return this.#send(frame);
  }

  /** Sends a frame without messages, past those that wait. A peer that does not read gets none. */
  say(frame: string): void {
    if (!this.isFull) this.#send(frame);
  }

  /**
   * A socket that is open and takes no frame is broken: it ends, but not before the caller knows what
   * became of the frame.
   */
  #send(frame: string | Uint8Array): boolean {
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

  /** Must what could be sent, and what could be begun, wait? */
  get isFull(): boolean {
    if (this.#isFull) return true;
    if (this.#isKnown) return false;
    this.#isKnown = true;
    const buffered = this.#socket.bufferedAmount ?? 0; // where the platform can't tell
    if (buffered === 0) this.#frames = 0;
    const beside = Math.max(0, this.#frames - FREE_FRAMES) * FRAME_BYTES;
    if (buffered + beside > this.#limits.sendBytes) this.#fill();
    return this.#isFull;
  }

  #fill(): void {
    this.#isFull = true;
    let least = Infinity;
    let quietMs = 0;
    const look = (): void => {
      const buffered = this.#socket.bufferedAmount ?? 0;
      if (buffered <= this.#limits.sendBytes / 2) {
        this.#isFull = false;
        this.#frames = 0;
        return this.owner.drained?.();
      }
      // a heartbeat meanwhile makes the figure grow: only a new low is progress
      quietMs = buffered < least ? 0 : quietMs + LOOK_EVERY;
      least = Math.min(buffered, least);
      if (quietMs >= this.#limits.stallTimeout) {
        return this.owner.broke("stallTimeout", 1013, "The other end does not read");
      }
      this.timers.later(LOOK_EVERY, look);
    };
    this.timers.later(LOOK_EVERY, look);
  }

  /**
   * Begins the close. If the other end does not answer within the grace, it is over all the same. A
   * reason that is too long is cut.
   *
   * @throws {RangeError} If this end may not send the code; nothing has changed then.
   */
  close(code?: number, reason = ""): void {
    const sent = code ?? (reason === "" ? undefined : 1000);
    if (sent !== undefined && !isCloseCode(sent)) throw refusedCode(sent);
    const cut = cutReason(reason);
    // else the other end closes, and its code counts
    if (this.#socket.readyState === OPEN) this.#closedBy = { code: sent ?? 1005, reason: cut };
    try {
      if (sent === undefined) this.#socket.close();
      else this.#socket.close(sent, cut);
    } catch (cause) {
      this.#closedBy = undefined;
      throw refusedCode(sent, cause);
    }
    if (this.#isOver) return; // some sockets tell of their end at once
    this.isClosing = true;
    this.timers.later(
      this.#limits.closeTimeout,
      () => this.#finish({ code: 1006, reason: "" }, "the other end did not answer the close"),
    );
  }

  /** Closes the link for a fault, unless it is ending already. */
  fail(code: number, reason: string): void {
    if (this.isClosing || this.#isOver) return;
    if (this.isTrial) {
      this.#dismiss();
      return this.#finish({ code, reason: "" }, reason); // the reason is this end's, not the server's
    }
    try {
      this.close(code, reason);
    } catch {
      this.close(code + 2_000, reason); // a client may send 3000 to 4999 alone
    }
  }

  /** The other end is gone: it answers no close either. */
  lost(): void {
    this.#dismiss();
    this.#finish({ code: 1006, reason: "The other end no longer answers" });
  }

  /** Over now, without waiting for the answer to the close. */
  finish(): void {
    this.#finish({ code: 1006, reason: "" });
  }

  /** Ends the link without telling its owner. */
  abandon(): void {
    if (this.#isOver) return;
    this.#release();
    this.#dismiss();
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
    this.#isKnown = false;
    if (this.pacer?.heard !== undefined) this.pacer.heard();
    if (typeof data === "string") this.owner.text(data);
    else this.owner.binary(data);
  };

  readonly #close: Listener = ({ code, reason }) => {
    const known = typeof code === "number" && code !== 0; // 0 is Deno's for a broken link
    this.#finish({ code: known ? code : 1006, reason: String(reason ?? "") }, this.#detail);
  };

  readonly #error: Listener = ({ message }) => {
    this.#detail = typeof message === "string" ? message : "";
    // `close` follows, but in Node 22, whose socket stays as it was where it can't connect
    if (this.#socket.readyState === CONNECTING) {
      this.#finish({ code: 1006, reason: "" }, this.#detail);
    }
  };

  #broken(error: unknown): void {
    if (this.#isOver) return;
    this.#report({ type: "error", error });
    this.#dismiss();
    this.#finish({ code: 1006, reason: "" }, "the socket takes no frame");
  }

  #finish(end: { readonly code: number; readonly reason: string }, detail = ""): void {
    if (this.#isOver) return;
    this.#release();
    const { code, reason } = this.#closedBy ?? end;
    const isRefused = !this.#wasOpen;
    const isOurs = this.#closedBy !== undefined;
    const goesOn = this.owner.closed({ code, reason, detail, isRefused, isOurs });
    if (goesOn !== true) this.#report({ type: "close", code, reason });
  }

  /**
   * Releases the socket: nothing of it is heard any more. Until it is closed, an `error` that it may
   * still emit is swallowed, because an emitter without a listener would end the process.
   */
  #release(): void {
    const socket = this.#socket;
    this.#isOver = true;
    this.timers.clear();
    socket.removeEventListener("open", this.#open);
    socket.removeEventListener("message", this.#message);
    socket.removeEventListener("close", this.#close);
    socket.removeEventListener("error", this.#error);
    if (socket.readyState === CLOSED) return;
    const swallow = (): void => {};
    const gone = (): void => {
      socket.removeEventListener("error", swallow);
      socket.removeEventListener("close", gone);
    };
    socket.addEventListener("error", swallow);
    socket.addEventListener("close", gone);
  }

  #dismiss(): void {
    try {
      this.#socket.close();
    } catch {
      // it never was open, and its platform refuses to close it then
    }
  }
}
