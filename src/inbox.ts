import { Cancellation } from "./invoke.ts";
import { isCall, Unserved } from "./call/unserved.ts";
import type { Limits } from "./limits.ts";
import { Attachments } from "./link/attachments.ts";
import type { Upkeep } from "./link/upkeep.ts";
import { type Codec, type FrameKind, MESSAGES } from "./wire/codec.ts";
import { isDeeperThan } from "./wire/depth.ts";
import { isLongerThan } from "./wire/length.ts";

/** What an inbox asks of its connection. */
export interface InboxOwner {
  /** A message, whose fields are not checked yet. Must not throw. */
  deliver(message: unknown): void;
  /** Is there room for what a call would answer? */
  hasRoom(): boolean;
  /** A frame that caused messages came in: what they cause is waited for. */
  waitForAnswers(): void;
  /** A frame that can't be read came in, and the connection goes on. */
  unreadable(error: unknown): void;
  /** The other end broke a limit. */
  broke(limit: keyof Limits, code: number, reason: string): void;
  /** The other end broke the rules. */
  fail(code: number, reason: string): void;
}

/** Frames → limits → codec → messages: whatever comes in from the acceptance on. */
export class Inbox {
  readonly #owner: InboxOwner;
  readonly #limits: Limits;
  readonly #codec: Codec;
  readonly #upkeep: Upkeep;
  readonly #attachments = new Attachments();
  readonly #unserved: Unserved;
  /** Of the frame that is being read, for the first of its calls that has to wait. */
  #frameSize = 0;
  /** Of the message that waits for its bytes. */
  #textSize = 0;

  constructor(
    owner: InboxOwner,
    parts: { readonly limits: Limits; readonly codec: Codec; readonly upkeep: Upkeep },
  ) {
    this.#owner = owner;
    this.#limits = parts.limits;
    this.#codec = parts.codec;
    this.#upkeep = parts.upkeep;
    this.#unserved = new Unserved(parts.limits);
  }

  /** A text frame. */
  text(frame: string): void {
    if (isLongerThan(frame, this.#limits.frameBytes)) {
      return this.#owner.broke("frameBytes", 1009, "The frame is too long");
    }
    if (isDeeperThan(frame, this.#limits.depth)) {
      return this.#owner.broke("depth", 1008, "A value is nested too deep");
    }
    this.#frameSize = frame.length;
    let got: FrameKind;
    try {
      got = this.#codec.decode(frame, this.#deliver);
    } catch (error) {
      this.#owner.unreadable(withoutText(error));
      // a plain frame that can't be read is nobody's, and the calls under way go on
      if (this.#codec.isStrict) this.#owner.fail(1002, "The frame can't be read");
      return;
    }
    this.#answer(got);
  }

  /** A binary frame: it belongs to the message before it, or to nobody. */
  binary(data: unknown): void {
    const size = this.#attachments.sizeWith(data);
    this.#frameSize = size + this.#textSize;
    if (size > this.#limits.frameBytes) {
      return this.#owner.broke("frameBytes", 1009, "The bytes are too many");
    }
    if (this.#attachments.take(data)) this.#answer(MESSAGES);
  }

  /** There is room again: what had to wait is begun, in order, as far as there is. */
  resume(): void {
    while (!this.#unserved.isEmpty && this.#owner.hasRoom()) {
      this.#owner.deliver(this.#unserved.shift());
    }
  }

  /** Does anything wait? */
  get isWaiting(): boolean {
    return !this.#unserved.isEmpty;
  }

  /** The connection has ended. */
  clear(): void {
    this.#unserved.clear();
  }

  /** What keeps the connection going, apart from the messages. */
  #answer(got: FrameKind): void {
    switch (got.kind) {
      case "messages":
        if (this.#upkeep.heardMessages()) this.#owner.waitForAnswers();
        return;
      case "receipt":
        return this.#upkeep.heardReceipt(got.frames);
      case "nudge":
        return this.#upkeep.heardNudge();
      case "incomplete":
        if (this.#attachments.isWaiting) return this.#owner.fail(1002, "Bytes are due");
        this.#textSize = this.#frameSize;
        return this.#attachments.expect(got);
      case "nothing":
        return;
      default:
        got satisfies never;
    }
  }

  /** Returns make room, so they never wait; a call does while its peer does not read. */
  readonly #deliver = (message: unknown): void => {
    if (this.#attachments.isWaiting) throw new SyntaxError("Cannot read the frame: bytes are due");
    // a return never waits: whether there is room is asked for the others alone, because that costs
    const canBegin = !mustKeepOrder(message) ||
      (this.#unserved.isEmpty && this.#owner.hasRoom());
    if (canBegin) return this.#owner.deliver(message);
    const limit = this.#unserved.push(message, this.#frameSize);
    this.#frameSize = 0; // its other calls are in the same text
    if (limit !== undefined) this.#owner.broke(limit, 1013, "Too many calls wait");
  };
}

/** The platform's own error shows a piece of the text, in which there may be a secret. */
function withoutText(error: unknown): unknown {
  const isOwn = error instanceof Error && error.message.startsWith("Cannot read");
  return isOwn ? error : new SyntaxError("Cannot read the frame: it is no JSON");
}

/** A cancellation may not overtake the call that it is about. */
function mustKeepOrder(message: unknown): boolean {
  return isCall(message) || message instanceof Cancellation;
}
