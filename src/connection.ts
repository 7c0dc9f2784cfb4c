import type { ConnectionEnd } from "./connection_end.ts";
import { Inbox, type InboxOwner } from "./inbox.ts";
import type { Invoke } from "./invoke.ts";
import type { Limits } from "./limits.ts";
import type { Hold, HoldOwner } from "./link/hold.ts";
import type { Frame } from "./link/outbox.ts";
import { cutReason, Socket, type SocketOwner } from "./link/socket.ts";
import { Timers } from "./link/timers.ts";
import { type Stalls, Upkeep, type UpkeepOwner } from "./link/upkeep.ts";
import type { Settings } from "./options.ts";
import { type Agreement, Sender, type SenderOwner } from "./sender.ts";
import type { SocketLike } from "./types/socket.ts";
import type { Codec } from "./wire/codec.ts";
import { isDeeperThan } from "./wire/depth.ts";
import { isLongerThan } from "./wire/length.ts";

/**
 * One connection, from dialling or upgrade to its end. Each connect makes a new one, and one that is
 * over has let go of its socket and its timers, so that nothing old can touch a younger connection.
 */
export class Connection implements SocketOwner, SenderOwner, InboxOwner, UpkeepOwner {
  /** What was chosen for it. */
  readonly settings: Settings;
  readonly #end: ConnectionEnd;
  readonly #socket: Socket;
  readonly #sender: Sender;
  readonly #timers = new Timers();
  #codec: Codec | undefined;
  #upkeep: Upkeep | undefined;
  #inbox: Inbox | undefined;
  #isOver = false;
  #wasOpen = false;
  #closedBy: { readonly code: number; readonly reason: string } | undefined;
  #hold: Hold | undefined;

  constructor(socket: SocketLike, end: ConnectionEnd, settings: Settings) {
    this.settings = settings;
    this.#end = end;
    this.#socket = new Socket(socket, this);
    this.#sender = new Sender(this, settings.limits);
  }

  get #limits(): Limits {
    return this.settings.limits;
  }

  /** For a socket that came in open, or closing already. After it, events alone drive. */
  start(): void {
    if (this.#socket.isOpen) this.opened();
    else if (this.#socket.isGone) this.later(0, () => this.#finish(1006, "", ""));
  }

  /** Sends a frame of the handshake. */
  frame(text: string): void {
    this.#socket.send(text);
  }

  /** From the acceptance on: messages of this codec. */
  speak(agreement: Agreement, stalls: Stalls): void {
    const { codec } = agreement;
    this.#codec = codec;
    if (this.settings.values !== undefined) this.#socket.expectBytes();
    const { limits, heartbeat } = this.settings;
    const upkeep = this.#upkeep = new Upkeep(
      this,
      { texts: codec, timers: this.#timers, stalls, heartbeat },
    );
    this.#sender.speak(agreement, upkeep);
    this.#inbox = new Inbox(this, { limits, codec, upkeep, answers: this.#sender });
  }

  /**
   * Sends a message behind all that were sent before it. A promise is given for a return that has to
   * wait: it is rejected if that can't be encoded.
   *
   * @throws {EncodeError} If it can't be encoded.
   */
  send(message: Invoke): Promise<void> | undefined {
    return this.#sender.send(message);
  }

  /** Tells the other end, where it understands, that nobody waits for a call any more. */
  cancel(uid: number): void {
    this.#sender.cancel(uid);
  }

  /** Toward a plain connector: messages wait for its first frame. */
  hold(begin: (owner: HoldOwner, timers: Timers) => Hold): void {
    this.#sender.hold();
    this.#hold = begin({
      isWaiting: () => this.#sender.isWaiting,
      ask: () => this.#sender.say(this.#codec!.nudge),
      release: () => this.#sender.release(),
    }, this.#timers);
  }

  /** A timer that ends with the connection; gives what cancels it. */
  later(ms: number, then: () => void): () => void {
    return this.#timers.later(ms, then);
  }

  /**
   * Begins the close; the end's phase moves with it. If the other end does not answer within the
   * grace, it is over all the same.
   *
   * @throws {RangeError} If the code is none that this end may send; nothing has changed then.
   */
  close(code?: number, reason = "", as: "closing" | "rejecting" = "closing"): void {
    const sent = code ?? (reason === "" ? undefined : 1000);
    const isFirst = this.#socket.isOpen; // else the other end closes, and its code counts
    this.#sender.flush();
    if (isFirst) this.#closedBy = { code: sent ?? 1005, reason: cutReason(reason) };
    try {
      this.#socket.close(sent, reason);
    } catch (error) {
      this.#closedBy = undefined;
      throw error;
    }
    if (this.#isOver) return; // some sockets tell of their end at once
    this.#end.lifecycle.to(as);
    this.later(
      this.#limits.closeTimeout,
      () => this.#finish(1006, "", "the other end did not answer the close"),
    );
  }

  /** The other end broke the rules, or the user's handler did: out, unless it is ending already. */
  fail(code: number, reason: string): void {
    switch (this.#end.lifecycle.phase) {
      case "closing":
      case "rejecting":
      case "closed":
        return;
      case "connecting":
        this.#dismissSocket();
        return this.#finish(code, "", reason); // the reason is ours, not the server's
    }
    try {
      this.close(code, reason);
    } catch {
      this.close(code + 2_000, reason); // a client may send 3000 to 4999 alone
    }
  }

  /** The other end broke a limit: an operator is told, and it is out. */
  broke(limit: keyof Limits, code: number, reason: string): void {
    if (this.#isEnding) return; // what else the same frame broke
    this.#end.report({ type: "limit", limit });
    this.fail(code, reason);
  }

  get #isEnding(): boolean {
    const { phase } = this.#end.lifecycle;
    return phase === "closing" || phase === "rejecting" || phase === "closed";
  }

  /** Does anything wait, to leave or to be begun? */
  get isWaiting(): boolean {
    return this.#sender.isWaiting || this.#inbox?.isWaiting === true;
  }

  /** Over now, without waiting for the other end's answer to the close. */
  finish(): void {
    this.#finish(1006, "", "");
  }

  /** Lets go without a word to the end: of an attempt that failed. */
  abandon(): void {
    if (this.#isOver) return;
    this.#letGo();
    this.#dismissSocket();
  }

  /** The socket is open. */
  opened(): void {
    if (this.#wasOpen) return;
    this.#wasOpen = true;
    this.#end.opened();
  }

  /** A text frame came in. */
  text(text: string): void {
    this.#upkeep?.heard();
    switch (this.#end.lifecycle.phase) {
      case "open":
        if (this.#sender.isHolding) this.#hold?.release(); // before any answer to this frame
        return this.#inbox!.text(text);
      case "connecting":
      case "greeting":
        if (isLongerThan(text, this.#limits.headerBytes)) {
          return this.broke("headerBytes", 1009, "The header is too long");
        }
        if (isDeeperThan(text, this.#limits.depth)) {
          return this.broke("depth", 1008, "The header is nested too deep");
        }
        return this.#end.greeted(text);
      case "undecided":
        return this.#end.early?.(text);
      default: // rejecting, closing: too late for anything
    }
  }

  /** A binary frame came in. */
  binary(data: unknown): void {
    const { phase } = this.#end.lifecycle;
    if (phase === "connecting" || phase === "greeting") return this.#end.greeted("");
    if (phase !== "open") return;
    this.#upkeep?.heard();
    this.#inbox!.binary(data);
  }

  /** The socket is closed. What came in before that is not lost. */
  closed(code: number, reason: string, detail: string): void {
    this.#inbox?.hurry();
    this.#finish(code, reason, detail);
  }

  /** The socket is open, and takes no frame. */
  broken(error: unknown): void {
    if (this.#isOver) return;
    this.#end.report({ type: "error", error });
    this.#dismissSocket();
    this.#finish(1006, "", "the socket takes no frame");
  }

  /** A message came in. */
  deliver(message: unknown): void {
    if (this.#end.lifecycle.phase === "open") this.#end.deliver(message);
  }

  /** A frame that can't be read came in, and the connection goes on. */
  unreadable(error: unknown): void {
    this.#end.report({ type: "error", error });
  }

  /** Gives a frame to the socket; tells whether it took it. */
  give(frame: Frame): boolean {
    return this.#socket.send(frame);
  }

  /** Sends a frame that is no message. */
  say(frame: string): void {
    this.#sender.say(frame);
  }

  /** Bytes that the socket was given and has not sent. */
  buffered(): number {
    return this.#socket.buffered;
  }

  /** A call that nobody waits for has left. */
  left(uid: number): void {
    this.#end.left(uid);
  }

  /** There is room again. */
  resumed(): void {
    this.#sender.pump();
    this.#inbox?.resume();
  }

  /** The other end does not read. */
  stalled(): void {
    this.broke("stallTimeout", 1013, "The other end does not read");
  }

  /** The other end is gone: it answers no close either, and nothing is waited for. */
  lost(): void {
    this.#dismissSocket();
    this.#finish(1006, "The other end no longer answers", "");
  }

  #finish(code: number, reason: string, detail: string): void {
    if (this.#isOver) return;
    this.#letGo();
    const ending = this.#closedBy ?? { code, reason };
    this.#end.ended({
      ...ending,
      detail,
      isRefused: !this.#wasOpen,
      lastLeft: this.#sender.drop(),
    });
    this.#end.report({ type: "close", ...ending });
  }

  #letGo(): void {
    this.#isOver = true;
    this.#inbox?.clear();
    this.#hold?.cancel();
    this.#socket.release();
    this.#timers.clear();
  }

  #dismissSocket(): void {
    try {
      this.#socket.close();
    } catch {
      // it never was open, and its make refuses to close it then
    }
  }
}
