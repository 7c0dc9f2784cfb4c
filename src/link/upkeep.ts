import { Heartbeat, type HeartbeatOwner } from "./heartbeat.ts";
import { LEAST_HELD, Pace } from "./pace.ts";
import type { Timers } from "./timers.ts";
import type { Trail, TrailOwner } from "./trail.ts";

/**
 * Whose client holds frames back, if one's does: `pace.ts` says what that is. For one that is there,
 * a server brings what it does about it, so that no client loads that.
 */
export type Stalls = "here" | "nowhere" | ((owner: TrailOwner) => Trail);

/** What keeps a connection going is said by the codec that it speaks. */
export interface UpkeepTexts {
  readonly nudge: string;
  readonly keepAlive: string;
  readonly receipt: ((frames: number) => string) | undefined;
}

/** What the upkeep asks of its connection. */
export interface UpkeepOwner {
  /** Sends a frame at once, past whatever waits. */
  say(frame: string): void;
  /** The other end is gone. */
  lost(): void;
}

/** What it is made of. */
export interface UpkeepParts {
  readonly texts: UpkeepTexts;
  readonly timers: Timers;
  readonly stalls: Stalls;
  /** In ms; `Infinity` for none. */
  readonly heartbeat: number;
}

/** All that is sent beside the messages, so that they arrive, and that their end is noticed. */
export class Upkeep implements HeartbeatOwner, TrailOwner {
  readonly #owner: UpkeepOwner;
  readonly #texts: UpkeepTexts;
  readonly #pace: Pace | undefined;
  readonly #timers: Timers;
  /** Where the other end holds frames back. */
  readonly #newTrail: ((owner: TrailOwner) => Trail) | undefined;
  /** Made when it is needed: most clients never send what is held back. */
  #trail: Trail | undefined;
  readonly #heartbeat: Heartbeat | undefined;
  /** Frames that came in and brought none back yet, from a client that stalls. */
  #owed = 0;

  constructor(owner: UpkeepOwner, { texts, timers, stalls, heartbeat }: UpkeepParts) {
    this.#owner = owner;
    this.#texts = texts;
    this.#timers = timers;
    if (stalls === "here") this.#pace = new Pace();
    else if (stalls !== "nowhere") this.#newTrail = stalls;
    if (heartbeat !== Infinity) this.#heartbeat = new Heartbeat(heartbeat, this);
  }

  /** A frame came in. */
  heard(): void {
    this.#heartbeat?.heard();
    this.#trail?.heard();
  }

  /** It held messages; tells whether a frame is owed for it at the end of the turn. */
  heardMessages(): boolean {
    this.#pace?.heard(1);
    if (this.#newTrail === undefined) return false;
    this.#owed++;
    return true;
  }

  /** It was a receipt for so many of ours. */
  heardReceipt(frames: number): void {
    this.#pace?.heard(frames);
  }

  /** It was a nudge. */
  heardNudge(): void {
    this.#trail ??= this.#newTrail?.(this);
    this.#trail?.begin();
    this.say();
  }

  /** Sends a frame that means nothing. */
  say(): void {
    this.#owner.say(this.#texts.keepAlive);
  }

  /** Sends one that is always answered. */
  ask(): void {
    this.#owner.say(this.#texts.nudge);
  }

  /** The other end is gone. */
  lost(): void {
    this.#owner.lost();
  }

  /** A timer that ends with the connection. */
  later(ms: number, then: () => void): void {
    this.#timers.later(ms, then);
  }

  /** A frame of messages leaves, and is the answer to one. */
  leaving(length: number): void {
    this.#heartbeat?.said();
    if (this.#owed > 0) this.#owed--;
    if (this.#pace?.needsNudge(length) === true) this.ask();
  }

  /**
   * Bytes leave, or their message does: they are answered together. The two frames of such a message
   * are held back by each other, however short they are.
   */
  leavingBytes(length: number): void {
    const needsNudge = this.#pace?.needsNudge(Math.max(length, LEAST_HELD), false) === true;
    if (needsNudge) this.ask();
  }

  /** The turn is over: what caused no message gets a receipt. */
  turnOver(): void {
    if (this.#owed === 0) return;
    const receipt = this.#texts.receipt?.(this.#owed);
    this.#owed = 0;
    if (receipt !== undefined) this.#owner.say(receipt);
  }
}
