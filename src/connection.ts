import { Unserved } from "./call/unserved.ts";
import { settles } from "./deadline.ts";
import type { Reporter } from "./events.ts";
import { type Invoke, type LinkedCall, MORE } from "./invoke.ts";
import type { Limits } from "./limits.ts";
import { Batcher } from "./link/batcher.ts";
import { Backpressure } from "./link/backpressure.ts";
import { Heartbeat } from "./link/heartbeat.ts";
import type { Phase } from "./link/lifecycle.ts";
import { Outbox } from "./link/outbox.ts";
import { Pace, Trail } from "./link/pace.ts";
import { Socket } from "./link/socket.ts";
import type { Settings } from "./options.ts";
import type { SocketLike } from "./types/socket.ts";
import type { Codec, FrameKind } from "./wire/codec.ts";
import { isDeeperThan } from "./wire/depth.ts";

/** How a connection ended. */
export interface Ending {
  /** The close code: that of the end which closed first. */
  readonly code: number;
  /** The reason, word for word. */
  readonly reason: string;
  /** The platform's own text, where it broke off. */
  readonly detail: string;
  /** It never was open. */
  readonly isRefused: boolean;
  /** The uids of calls that never left, in order. */
  readonly unsent: readonly number[];
}

/** What a connection asks of the end that it belongs to. */
export interface ConnectionEnd {
  /** The end's phase: a connection has none of its own. */
  readonly lifecycle: { readonly phase: Phase; to(next: "closing" | "rejecting"): void };
  /** The socket is open. */
  opened(): void;
  /** A frame of the handshake came in; a binary one as the empty text. */
  greeted(frame: string): void;
  /** A message came in. Must not throw. */
  deliver(message: unknown): void;
  /** A call that nobody waits for has left. */
  left(uid: number): void;
  /** Tells an operator. */
  readonly report: Reporter;
  /** It is over: the last that is heard of it. Moves the phase. */
  ended(ending: Ending): void;
}

/** While calls are held, a plain connector is asked this often whether it listens, in ms. */
const ASK_EVERY = 2;

/** After this long without a frame of a plain connector, held calls go all the same, in ms. */
const HOLD_AT_MOST = 250;

/** A frame of several messages grows no longer than this. */
const BATCH_CHARACTERS = 32_000;

const NO_TOKENS: readonly number[] = [];

/** What both ends speak. */
export interface Agreement {
  readonly codec: Codec;
  readonly features: readonly string[];
}

/** Whose client holds frames back, if one's does: `link/pace.ts` says what that is. */
export type Stalls = "here" | "there" | "nowhere";

/** Timers take no more; who asks for longer has no limit. */
const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * One connection, from dialling or upgrade to its end. Each connect makes a new one, and one that is
 * over has let go of its socket and its timers, so that nothing old can touch a younger connection.
 */
export class Connection {
  /** What was chosen for it. */
  readonly settings: Settings;
  /** Resolves when it is over, however it ended. */
  readonly over: Promise<void>;
  readonly #end: ConnectionEnd;
  readonly #socket: Socket;
  readonly #outbox: Outbox;
  readonly #backpressure: Backpressure;
  readonly #unserved: Unserved;
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  #codec: Codec | undefined;
  #batcher: Batcher | undefined;
  #heartbeat: Heartbeat | undefined;
  #pace: Pace | undefined;
  #trail: Trail | undefined;
  /** Calls that nobody waits for and that have not left. */
  readonly #quiet = new Set<number>();
  /** Frames that came in and have none of ours as an answer yet, toward a client that stalls. */
  #owed = 0;
  #frameSize = 0;
  #resolveOver!: () => void;
  #isOver = false;
  #wasOpen = false;
  #closedBy: { readonly code: number; readonly reason: string } | undefined;
  #cancelKeepAlive = (): void => {};

  constructor(socket: SocketLike, end: ConnectionEnd, settings: Settings) {
    this.settings = settings;
    this.over = new Promise((resolve) => this.#resolveOver = resolve);
    this.#end = end;
    this.#socket = new Socket(socket, {
      opened: () => this.#opened(),
      text: (text) => this.#text(text),
      binary: () => this.#binary(),
      closed: (code, reason, detail) => this.#finish(code, reason, detail),
    });
    this.#backpressure = new Backpressure({
      buffered: () => this.#socket.buffered,
      resumed: () => this.#resumed(),
      stalled: () => this.#broke("stallTimeout", 1013, "The other end does not read"),
      later: (ms, then) => this.later(ms, then),
    }, settings.limits);
    this.#outbox = new Outbox({
      send: (frame, tokens) => this.#leave(frame, tokens),
      isFull: () => this.#backpressure.isFull,
    });
    this.#unserved = new Unserved(settings.limits);
  }

  get #limits(): Limits {
    return this.settings.limits;
  }

  /** For a socket that came in open, or closing already. After it, events alone drive. */
  start(): void {
    if (this.#socket.isOpen) this.#opened();
    else if (this.#socket.isGone) this.later(0, () => this.#finish(1006, "", ""));
  }

  /** Sends a frame of the handshake. */
  frame(text: string): void {
    this.#socket.send(text);
  }

  /** From the acceptance on: messages of this codec. */
  speak({ codec, features }: Agreement, stalls: Stalls): void {
    this.#codec = codec;
    if (stalls === "here") this.#pace = new Pace();
    if (codec.batch !== undefined && features.includes("batch")) {
      this.#batcher = new Batcher(
        (frame, tokens) => {
          if (this.#owed > 0) this.#owed--;
          this.#outbox.push(frame, tokens);
        },
        () => this.#payOwed(),
        { batch: codec.batch, most: BATCH_CHARACTERS },
      );
    }
    const later = (ms: number, then: () => void): void => void this.later(ms, then);
    if (stalls === "there") {
      this.#trail = new Trail({ say: () => void this.#socket.send(codec.keepAlive), later });
    }
    if (this.settings.heartbeat !== Infinity) {
      this.#heartbeat = new Heartbeat(this.settings.heartbeat, {
        ask: () => void this.#socket.send(codec.nudge),
        lost: () => this.#lost(),
        later,
      });
    }
  }

  /**
   * Sends a message behind all that were sent before it.
   *
   * @throws {EncodeError} If it can't be encoded.
   */
  send(message: Invoke): void {
    const text = this.#codec!.encode(message);
    if (!("listener" in message)) return this.#push(text, 0); // nobody waits for a return
    if ((message as LinkedCall)[MORE]?.quiet === true) this.#quiet.add(message.uid);
    this.#push(text, message.uid);
  }

  /** Tells the other end, where it understands, that nobody waits for a call any more. */
  cancel(uid: number): void {
    const text = this.#codec?.cancel?.(uid);
    if (text !== undefined) this.#push(text, 0);
  }

  #push(text: string, token: number): void {
    if (this.#batcher !== undefined) this.#batcher.push(text, token);
    else this.#outbox.push(text, token === 0 ? NO_TOKENS : [token]);
  }

  /**
   * Toward a plain connector, which loses what comes in before it listens: messages wait for its
   * first frame, and while some wait, it is asked for one.
   */
  hold(): void {
    this.#outbox.hold();
    const ask = (): void => {
      if (!this.#outbox.isHolding) return;
      if (this.#outbox.isWaiting) this.#socket.send(this.#codec!.nudge);
      this.later(ASK_EVERY, ask);
    };
    this.later(ASK_EVERY, ask);
    this.later(HOLD_AT_MOST, () => this.#outbox.release());
  }

  /** Sends a frame that means nothing every so many ms, in place of the last such order. */
  keepAlive(ms: number): void {
    this.#cancelKeepAlive();
    const beat = (): void => {
      this.#socket.send(this.#codec!.keepAlive);
      this.#cancelKeepAlive = this.later(ms, beat);
    };
    this.#cancelKeepAlive = this.later(ms, beat);
  }

  /** A timer that ends with the connection; gives what cancels it. */
  later(ms: number, then: () => void): () => void {
    if (ms > LONGEST_TIMER) return () => {};
    const id = setTimeout(() => {
      this.#timers.delete(id);
      then();
    }, ms);
    this.#timers.add(id);
    return () => {
      clearTimeout(id);
      this.#timers.delete(id);
    };
  }

  /**
   * Begins the close; the end's phase moves with it. If the other end does not answer within the
   * grace, it is over all the same.
   *
   * @throws {RangeError} If the code is none that this end may send; nothing has changed then.
   */
  close(code?: number, reason = "", as: "closing" | "rejecting" = "closing"): void {
    const sent = code ?? (reason === "" ? undefined : 1000);
    this.#batcher?.flush();
    this.#socket.close(sent, reason);
    this.#closedBy = { code: sent ?? 1005, reason };
    this.#end.lifecycle.to(as);
    void settles(this.over, this.#limits.closeTimeout).then((inTime) => {
      if (!inTime) this.#finish(1006, "", "the other end did not answer the close");
    });
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
        return this.#finish(code, reason, "");
    }
    try {
      this.close(code, reason);
    } catch {
      this.close(code + 2_000, reason); // a client may send 3000 to 4999 alone
    }
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
    this.#resolveOver();
  }

  #opened(): void {
    if (this.#wasOpen) return;
    this.#wasOpen = true;
    this.#end.opened();
  }

  #text(text: string): void {
    this.#heartbeat?.heard();
    switch (this.#end.lifecycle.phase) {
      case "open":
        return this.#frame(text);
      case "connecting":
      case "greeting":
        if (isLongerThan(text, this.#limits.headerBytes)) {
          return this.#broke("headerBytes", 1009, "The header is too long");
        }
        if (isDeeperThan(text, this.#limits.depth)) return this.#tooDeep();
        return this.#end.greeted(text);
      default: // undecided, rejecting, closing: dropped, as TGrid does
    }
  }

  #frame(text: string): void {
    if (this.#outbox.isHolding) this.#outbox.release(); // before any answer to this frame
    if (isLongerThan(text, this.#limits.frameBytes)) {
      return this.#broke("frameBytes", 1009, "The frame is too long");
    }
    if (isDeeperThan(text, this.#limits.depth)) return this.#tooDeep();
    this.#frameSize = text.length;
    let got: FrameKind;
    try {
      got = this.#codec!.decode(text, this.#deliver);
    } catch (error) {
      this.#end.report({ type: "error", error });
      // a plain frame that can't be read is nobody's, and the calls under way go on
      return this.#codec!.isStrict ? this.fail(1002, "The frame can't be read") : undefined;
    }
    this.#answer(got);
  }

  /** What keeps the connection going, apart from the messages. */
  #answer(got: FrameKind): void {
    this.#trail?.heard();
    switch (got.kind) {
      case "messages":
        this.#pace?.heard(1);
        if (this.#trail === undefined || this.#batcher === undefined) return;
        this.#owed++;
        return this.#batcher.wait();
      case "receipt":
        return this.#pace?.heard(got.frames);
      case "nudge":
        return void this.#socket.send(this.#codec!.keepAlive);
      case "nothing":
        return;
      default:
        got satisfies never;
    }
  }

  #payOwed(): void {
    if (this.#owed === 0) return;
    const receipt = this.#codec!.receipt?.(this.#owed);
    this.#owed = 0;
    if (receipt !== undefined) this.#socket.send(receipt);
  }

  #leave(frame: string, tokens: readonly number[]): boolean {
    if (this.#pace?.needsNudge(frame.length) === true) this.#socket.send(this.#codec!.nudge);
    if (!this.#socket.send(frame)) return false;
    if (this.#quiet.size > 0) {
      for (const uid of tokens) if (this.#quiet.delete(uid)) this.#end.left(uid);
    }
    return true;
  }

  /** Returns make room, so they never wait; a call does while its peer does not read. */
  readonly #deliver = (message: unknown): void => {
    if (this.#canBegin || !isCall(message)) return this.#end.deliver(message);
    const limit = this.#unserved.push(message, this.#frameSize);
    if (limit !== undefined) this.#broke(limit, 1013, "Too many calls wait");
  };

  get #canBegin(): boolean {
    return this.#unserved.isEmpty && !this.#outbox.isWaiting && !this.#backpressure.isFull;
  }

  #resumed(): void {
    this.#outbox.pump();
    while (!this.#unserved.isEmpty && !this.#outbox.isWaiting && !this.#backpressure.isFull) {
      this.#end.deliver(this.#unserved.shift());
    }
  }

  #tooDeep(): void {
    this.#broke("depth", 1008, "A value is nested too deep");
  }

  #broke(limit: keyof Limits, code: number, reason: string): void {
    this.#end.report({ type: "limit", limit });
    this.fail(code, reason);
  }

  /** A peer that is gone answers no close either: nothing is waited for. */
  #lost(): void {
    this.#dismissSocket();
    this.#finish(1006, "The other end no longer answers", "");
  }

  #binary(): void {
    const { phase } = this.#end.lifecycle;
    if (phase === "connecting" || phase === "greeting") this.#end.greeted("");
  }

  #finish(code: number, reason: string, detail: string): void {
    if (this.#isOver) return;
    this.#letGo();
    const ending = this.#closedBy ?? { code, reason };
    this.#end.ended({
      ...ending,
      detail,
      isRefused: !this.#wasOpen,
      unsent: [...this.#outbox.drop(), ...this.#batcher?.drop() ?? []],
    });
    this.#end.report({ type: "close", ...ending });
    this.#resolveOver();
  }

  #letGo(): void {
    this.#isOver = true;
    this.#unserved.clear();
    this.#socket.release();
    for (const id of this.#timers) clearTimeout(id);
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

function isCall(message: unknown): boolean {
  return typeof message === "object" && message !== null && Object.hasOwn(message, "listener");
}

/** Counts bytes only where characters can't tell. */
function isLongerThan(text: string, bytes: number): boolean {
  if (text.length * 3 <= bytes) return false;
  return text.length > bytes || new TextEncoder().encode(text).length > bytes;
}
