import { type Invoke, type LinkedCall, MORE } from "./invoke.ts";
import { Backpressure } from "./link/backpressure.ts";
import { Batcher, type BatcherOwner } from "./link/batcher.ts";
import { type Frame, Outbox, type Sink } from "./link/outbox.ts";
import type { Upkeep } from "./link/upkeep.ts";
import type { Limits } from "./limits.ts";
import type { Codec } from "./wire/codec.ts";

/** A text this short waits as well as any value would. */
const SHORT = 4_000;

/** What a sender asks of its connection. */
export interface SenderOwner {
  /** Gives a frame to the socket; tells whether it took it. */
  give(frame: Frame): boolean;
  /** Bytes that the socket was given and has not sent. */
  buffered(): number;
  /** A call that nobody waits for has left. */
  left(uid: number): void;
  /** There is room again. */
  resumed(): void;
  /** The other end does not read. */
  stalled(): void;
  /** A timer that ends with the connection. */
  later(ms: number, then: () => void): void;
}

/** What both ends speak. */
export interface Agreement {
  readonly codec: Codec;
  readonly features: readonly string[];
}

/** Messages → codec → batches → frames, in order: whatever leaves from the acceptance on. */
export class Sender implements BatcherOwner, Sink {
  readonly #owner: SenderOwner;
  readonly #outbox: Outbox;
  readonly #backpressure: Backpressure;
  #codec: Codec | undefined;
  #upkeep: Upkeep | undefined;
  #batcher: Batcher | undefined;
  #canCancel = false;
  /** The bytes of the message that is being encoded. */
  #attached: Uint8Array[] = [];
  /** Calls that nobody waits for and that have not left. */
  #quiet: Set<number> | undefined;

  constructor(owner: SenderOwner, limits: Limits) {
    this.#owner = owner;
    this.#backpressure = new Backpressure(owner, limits);
    this.#outbox = new Outbox(this);
  }

  /** From now on: messages of this codec. */
  speak({ codec, features }: Agreement, upkeep: Upkeep): void {
    this.#codec = codec;
    this.#upkeep = upkeep;
    this.#canCancel = features.includes("cancel");
    if (codec.batch === undefined || !features.includes("batch")) return;
    this.#batcher = new Batcher(this, codec.batch);
  }

  /** Is there room for what a call would answer? */
  get hasRoom(): boolean {
    return !this.#outbox.isWaiting && !this.isFull;
  }

  /** Must what could be sent wait? */
  get isFull(): boolean {
    return this.#backpressure.isFull;
  }

  /** Does anything wait to leave? */
  get isWaiting(): boolean {
    return this.#outbox.isWaiting;
  }

  /**
   * Sends a message behind all that were sent before it. A promise is given for a return that has to
   * wait: it is rejected if that can't be encoded.
   *
   * @throws {EncodeError} If it can't be encoded.
   */
  send(message: Invoke): Promise<void> | undefined {
    if (!("listener" in message)) {
      if (this.#outbox.isWaiting && isLarge(message.value)) return this.#sendLater(message);
      return this.#push(this.#encode(message), 0);
    }
    const text = this.#encode(message);
    if ((message as LinkedCall)[MORE]?.quiet === true) {
      (this.#quiet ??= new Set()).add(message.uid);
    }
    this.#push(text, message.uid);
  }

  /** Tells the other end, where it understands, that nobody waits for a call any more. */
  cancel(uid: number): void {
    if (!this.#canCancel) return;
    const text = this.#codec?.cancel?.(uid);
    if (text !== undefined) this.#pushText(text, 0);
  }

  /** What is not a message goes past those that wait; a peer that does not read gets none. */
  say(frame: string): void {
    if (this.isFull) return;
    this.#backpressure.sent();
    this.#owner.give(frame);
  }

  /** A frame came in. */
  heard(): void {
    this.#backpressure.heard();
  }

  /** A frame that came in caused messages: what they cause is waited for. */
  waitForAnswers(): void {
    this.#batcher?.wait();
  }

  /** What waits for company leaves now. */
  flush(): void {
    this.#batcher?.flush();
  }

  /** What waits for room leaves, as far as there is. */
  pump(): void {
    this.#outbox.pump();
  }

  /** From now on frames wait, until `release`. */
  hold(): void {
    this.#outbox.hold();
  }

  /** Is it holding? */
  get isHolding(): boolean {
    return this.#outbox.isHolding;
  }

  /** Nothing is held any more. */
  release(): void {
    this.#outbox.release();
  }

  /** Ends it: gives the highest uid of a call that has left, above which none has. */
  drop(): number {
    this.#batcher?.drop();
    this.#outbox.drop();
    return this.#outbox.lastLeft;
  }

  /**
   * Toward a peer that does not read, a result waits as it is: its text would be memory of ours, and
   * often there is one value behind many results.
   */
  #sendLater(message: Invoke.IReturn): Promise<void> {
    this.#batcher?.flush();
    return new Promise((resolve, reject) => {
      const make = (): readonly Frame[] => {
        try {
          return [this.#encode(message), ...this.#attached];
        } catch (error) {
          reject(error);
          return [];
        } finally {
          resolve();
        }
      };
      this.#outbox.push({ make, drop: resolve }, 0);
    });
  }

  #encode(message: Invoke): string {
    if (this.#attached.length > 0) this.#attached = []; // of the last one
    return this.#codec!.encode(message, this.#attached);
  }

  #push(text: string, uid: number): undefined {
    const bytes = this.#attached;
    if (bytes.length === 0) return this.#pushText(text, uid);
    this.#upkeep?.leavingBytes(bytes[0]!.length);
    this.#batcher?.flush(); // a message with bytes has a frame of its own, and they follow it
    this.#pushText(text, uid);
    this.#batcher?.flush();
    for (const part of bytes) this.#outbox.push(part, 0);
  }

  #pushText(text: string, uid: number): undefined {
    if (this.#batcher !== undefined) this.#batcher.push(text, uid);
    else this.#outbox.push(text, uid);
  }

  /** A frame of messages leaves, in its turn. */
  batched(frame: string, last: number): void {
    this.#outbox.push(frame, last);
  }

  /** The turn is over. */
  turnOver(): void {
    this.#upkeep?.turnOver();
  }

  /** Tells whether the frame, whose last call is this, was handed over. */
  leave(frame: Frame, last: number): boolean {
    if (typeof frame === "string") this.#upkeep?.leaving(frame.length);
    else this.#upkeep?.leavingBytes(frame.length);
    this.#backpressure.sent();
    if (!this.#owner.give(frame)) return false;
    if (this.#quiet !== undefined) this.#tell(this.#quiet, last);
    return true;
  }

  #tell(quiet: Set<number>, last: number): void {
    for (const uid of quiet) {
      if (uid > last) return; // they grow
      quiet.delete(uid);
      this.#owner.left(uid);
    }
  }
}

/** Would its text be more than the value is? */
function isLarge(value: unknown): boolean {
  return typeof value === "object" ? value !== null : typeof value === "string" &&
    value.length > SHORT;
}
