import { weigh, type Weight } from "./invoke.ts";
import { Unserved } from "./call/unserved.ts";
import type { Limits } from "./limits.ts";
import { Attachments } from "./link/attachments.ts";
import { Turn, type TurnOwner } from "./link/turn.ts";
import type { Upkeep } from "./link/upkeep.ts";
import { type Codec, type FrameKind, MESSAGES } from "./wire/codec.ts";
import { DepthError } from "./wire/depth.ts";
import { isLongerThan } from "./wire/length.ts";

/** What an inbox asks of its connection. */
export interface InboxOwner {
  /** A message, whose fields are not checked yet. Must not throw. */
  deliver(message: unknown): void;
  /** A frame that can't be read came in, and the connection goes on. */
  unreadable(error: unknown): void;
  /** The other end broke a limit. */
  broke(limit: keyof Limits, code: number, reason: string): void;
  /** The other end broke the rules. */
  fail(code: number, reason: string): void;
  /** A timer that ends with the connection. */
  later(ms: number, then: () => void): void;
}

/** What an inbox asks of what sends. */
export interface Answers {
  /** Is there room for what a call would answer? */
  readonly hasRoom: boolean;
  /** A frame came in. */
  heard(): void;
  /** It caused messages: what they cause is waited for. */
  waitForAnswers(): void;
}

/** So many calls may wait for their turn: more are begun before another frame is read. */
const BACKLOG = 16_384;

/** A frame this long, longer than any batch of ours, counts with what its calls may hold. */
const HEAVY = 40_000;

/** Frames → limits → codec → messages: whatever comes in from the acceptance on. */
export class Inbox implements TurnOwner {
  readonly #owner: InboxOwner;
  readonly #limits: Limits;
  readonly #codec: Codec;
  readonly #upkeep: Upkeep;
  readonly #answers: Answers;
  /** Made when a message has bytes, or bytes come: most peers never send any. */
  #attachments: Attachments | undefined;
  readonly #unserved: Unserved;
  readonly #turn: Turn;
  #isOver = false;
  /** Of the frame that is being read, for the first of its calls that has to wait. */
  #frameSize = 0;
  /** Of the same frame, where it is long. */
  #weight: Weight | undefined;
  /** Of the message that waits for its bytes. */
  #textSize = 0;

  constructor(
    owner: InboxOwner,
    parts: {
      readonly limits: Limits;
      readonly codec: Codec;
      readonly upkeep: Upkeep;
      readonly answers: Answers;
    },
  ) {
    this.#owner = owner;
    this.#limits = parts.limits;
    this.#codec = parts.codec;
    this.#upkeep = parts.upkeep;
    this.#answers = parts.answers;
    this.#unserved = new Unserved(parts.limits);
    this.#turn = new Turn(this);
  }

  /** A text frame. */
  text(frame: string): void {
    if (isLongerThan(frame, this.#limits.frameBytes)) {
      return this.#owner.broke("frameBytes", 1009, "The frame is too long");
    }
    if (this.#unserved.size > BACKLOG) { // TCP slows the other end down
      this.#beginWhile(() => this.#unserved.size > BACKLOG);
    }
    this.#size(frame.length);
    let got: FrameKind;
    try {
      got = this.#codec.decode(
        frame,
        (message, isOrdered) => this.#deliver(message, isOrdered),
        this.#limits.depth,
      );
    } catch (error) {
      if (this.#isOver) return;
      if (error instanceof DepthError) {
        return this.#owner.broke("depth", 1008, "A value is nested too deep");
      }
      this.#owner.unreadable(withoutText(error));
      // a plain frame that can't be read is nobody's, and the calls under way go on
      if (this.#codec.isStrict) this.#owner.fail(1002, "The frame can't be read");
      return;
    }
    this.#answer(got);
  }

  /** A binary frame: it belongs to the message before it, or to nobody. */
  binary(data: unknown): void {
    const attachments = this.#attachments ??= new Attachments();
    const size = attachments.sizeWith(data);
    this.#size(size + this.#textSize);
    if (size > this.#limits.frameBytes) {
      return this.#owner.broke("frameBytes", 1009, "The bytes are too many");
    }
    if (attachments.take(data)) this.#answer(MESSAGES);
  }

  /** There is room or time again: what had to wait is begun, in order, as far as there is. */
  resume(): void {
    this.#beginWhile(() => this.#turn.hasTime());
  }

  /** Another turn has begun. */
  turned(): void {
    if (this.#unserved.isEmpty) return;
    this.#turn.begin();
    this.resume();
  }

  /** A timer that ends with the connection. */
  later(ms: number, then: () => void): void {
    this.#owner.later(ms, then);
  }

  /** What waits for its turn is begun now: there will be no other. */
  hurry(): void {
    this.#beginWhile(() => true);
  }

  #beginWhile(mayGoOn: () => boolean): void {
    while (!this.#unserved.isEmpty && this.#answers.hasRoom && mayGoOn()) {
      this.#owner.deliver(this.#unserved.shift());
    }
  }

  /** Does anything wait? */
  get isWaiting(): boolean {
    return !this.#unserved.isEmpty;
  }

  /** The connection has ended. */
  clear(): void {
    this.#isOver = true;
    this.#unserved.clear();
  }

  /** What keeps the connection going, apart from the messages. */
  #answer(got: FrameKind): void {
    switch (got.kind) {
      case "messages":
        if (this.#upkeep.heardMessages()) this.#answers.waitForAnswers();
        return;
      case "receipt":
        return this.#upkeep.heardReceipt(got.frames);
      case "nudge":
        return this.#upkeep.heardNudge();
      case "incomplete":
        this.#attachments ??= new Attachments();
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
  #deliver(message: unknown, isOrdered: boolean): void {
    if (this.#attachments?.isWaiting === true) {
      throw new SyntaxError("Cannot read the frame: bytes are due");
    }
    if (this.#isOver) throw new SyntaxError("Cannot read on: the connection is over");
    if (isOrdered) this.#inOrder(message);
    else this.#owner.deliver(message);
  }

  #inOrder(message: unknown): void {
    if (this.#weight !== undefined) weigh(message, this.#weight);
    const canBegin = this.#unserved.isEmpty && this.#answers.hasRoom && this.#turn.hasTime();
    if (canBegin) return this.#owner.deliver(message);
    const limit = this.#unserved.push(message, this.#frameSize);
    this.#frameSize = 0; // its other calls are in the same text
    if (limit === undefined) return;
    this.clear();
    this.#owner.broke(limit, 1013, "Too many calls wait");
  }

  #size(size: number): void {
    this.#answers.heard();
    this.#frameSize = size;
    this.#weight = size < HEAVY ? undefined : { size, running: 0 };
  }
}

/** The platform's own error shows a piece of the text, in which there may be a secret. */
function withoutText(error: unknown): unknown {
  const isOwn = error instanceof Error && error.message.startsWith("Cannot read");
  return isOwn ? error : new SyntaxError("Cannot read the frame: it is no JSON");
}
