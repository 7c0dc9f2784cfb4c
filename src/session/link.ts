import type { Reporter } from "../events.ts";
import type { Limits } from "../limits.ts";
import type { SocketLike } from "../types/socket.ts";
import { cutReason, Socket, type SocketOwner } from "./socket.ts";
import type { Timers } from "./timers.ts";

/** How a link ended. */
export interface Ending {
  readonly code: number;
  readonly reason: string;
  /** The platform's own text, where it broke off. */
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

/** How often a socket that has too much to send is looked at, in ms. */
const LOOK_EVERY = 10;
/** What a frame costs in the platform's queue beside its bytes. */
const FRAME_BYTES = 512;
/** So many frames may wait before that cost counts. */
const FREE_FRAMES = 1_024;

/**
 * One socket: its frames, backpressure, and the close handshake. Whoever owns it hears its frames.
 *
 * Frames are text, or bytes. A link whose transport carries values as they are (a worker, a port)
 * would take and give values here, beside a `Wire` that makes messages of them without text.
 */
export class Link implements SocketOwner {
  owner: LinkOwner;
  readonly limits: Limits;
  readonly timers: Pick<Timers, "later" | "clear">;
  pacer: Pacer | undefined = undefined;
  /** Set at each frame that comes in, and at each that leaves: the heartbeat looks at them. */
  isSilent = true;
  hasSaid = false;
  /** `true` while a connector waits for the answer: a fault ends the link without a close. */
  isTrial = false;
  isClosing = false;
  readonly #socket: Socket;
  readonly #report: Reporter;
  #isOver = false;
  #wasOpen = false;
  #closedBy: { readonly code: number; readonly reason: string } | undefined;
  #isFull = false;
  /** Nothing has happened since the socket was asked what it holds, which costs. */
  #isKnown = false;
  #frames = 0;

  constructor(
    socket: SocketLike,
    owner: LinkOwner,
    limits: Limits,
    report: Reporter,
    timers: Link["timers"],
  ) {
    this.timers = timers;
    this.owner = owner;
    this.limits = limits;
    this.#report = report;
    this.#socket = new Socket(socket, this);
  }

  /** Begins, also with a socket that is open or closing already. */
  start(): void {
    if (this.#socket.isOpen) this.opened();
    else if (this.#socket.isGone) this.timers.later(0, () => this.#finish(1006, "", ""));
  }

  expectBytes(): void {
    this.#socket.expectBytes();
  }

  /** Sends a frame of messages, or bytes; `true` if the socket took it. */
  give(frame: string | Uint8Array): boolean {
    this.hasSaid = true;
    if (this.pacer !== undefined) this.pacer.leaving(frame.length, typeof frame !== "string");
    this.#frames++;
    this.#isKnown = false;
    return this.#socket.send(frame);
  }

  /** Sends a frame that holds no message: it overtakes those that wait. A peer that does not read gets none. */
  say(frame: string): void {
    if (this.isFull) return;
    this.#frames++;
    this.#isKnown = false;
    this.#socket.send(frame);
  }

  /** Must what could be sent, and what could be begun, wait? */
  get isFull(): boolean {
    if (this.#isFull) return true;
    if (this.#isKnown) return false;
    this.#isKnown = true;
    const { buffered } = this.#socket;
    if (buffered === 0) this.#frames = 0;
    const beside = Math.max(0, this.#frames - FREE_FRAMES) * FRAME_BYTES;
    if (buffered + beside > this.limits.sendBytes) this.#fill();
    return this.#isFull;
  }

  #fill(): void {
    this.#isFull = true;
    let least = Infinity;
    let quietMs = 0;
    const look = (): void => {
      const { buffered } = this.#socket;
      if (buffered <= this.limits.sendBytes / 2) {
        this.#isFull = false;
        this.#frames = 0;
        return this.owner.drained?.();
      }
      // a heartbeat meanwhile makes the figure grow: only a new low is progress
      quietMs = buffered < least ? 0 : quietMs + LOOK_EVERY;
      least = Math.min(buffered, least);
      if (quietMs >= this.limits.stallTimeout) {
        return this.owner.broke("stallTimeout", 1013, "The other end does not read");
      }
      this.timers.later(LOOK_EVERY, look);
    };
    this.timers.later(LOOK_EVERY, look);
  }

  /**
   * Begins the close. If the other end does not answer within the grace, it is over all the same.
   *
   * @throws {RangeError} If the code is none that this end may send; nothing has changed then.
   */
  close(code?: number, reason = ""): void {
    const sent = code ?? (reason === "" ? undefined : 1000);
    // else the other end closes, and its code counts
    if (this.#socket.isOpen) this.#closedBy = { code: sent ?? 1005, reason: cutReason(reason) };
    try {
      this.#socket.close(sent, reason);
    } catch (error) {
      this.#closedBy = undefined;
      throw error;
    }
    if (this.#isOver) return; // some sockets tell of their end at once
    this.isClosing = true;
    this.timers.later(
      this.limits.closeTimeout,
      () => this.#finish(1006, "", "the other end did not answer the close"),
    );
  }

  /** Closes the link for a fault, unless it is ending already. */
  fail(code: number, reason: string): void {
    if (this.isClosing || this.#isOver) return;
    if (this.isTrial) {
      this.#dismiss();
      return this.#finish(code, "", reason); // the reason is ours, not the server's
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
    this.#finish(1006, "The other end no longer answers", "");
  }

  /** Over now, without waiting for the answer to the close. */
  finish(): void {
    this.#finish(1006, "", "");
  }

  /** Ends the link without telling its owner. */
  abandon(): void {
    if (this.#isOver) return;
    this.#letGo();
    this.#dismiss();
  }

  opened(): void {
    if (this.#wasOpen) return;
    this.#wasOpen = true;
    this.owner.opened?.();
  }

  text(text: string): void {
    this.isSilent = false;
    this.#isKnown = false;
    if (this.pacer?.heard !== undefined) this.pacer.heard();
    this.owner.text(text);
  }

  binary(data: unknown): void {
    this.isSilent = false;
    this.#isKnown = false;
    if (this.pacer?.heard !== undefined) this.pacer.heard();
    this.owner.binary(data);
  }

  closed(code: number, reason: string, detail: string): void {
    this.#finish(code, reason, detail);
  }

  /** The socket is open, and takes no frame. */
  broken(error: unknown): void {
    if (this.#isOver) return;
    this.#report({ type: "error", error });
    this.#dismiss();
    this.#finish(1006, "", "the socket takes no frame");
  }

  #finish(code: number, reason: string, detail: string): void {
    if (this.#isOver) return;
    this.#letGo();
    const ending = this.#closedBy ?? { code, reason };
    const goesOn = this.owner.closed({
      ...ending,
      detail,
      isRefused: !this.#wasOpen,
      isOurs: this.#closedBy !== undefined,
    });
    if (goesOn !== true) this.#report({ type: "close", ...ending });
  }

  #letGo(): void {
    this.#isOver = true;
    this.#socket.release();
    this.timers.clear();
  }

  #dismiss(): void {
    try {
      this.#socket.close();
    } catch {
      // it never was open, and its make refuses to close it then
    }
  }
}
