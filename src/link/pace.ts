/*
 * Deno's client writes the head of a frame and its payload apart, with Nagle's algorithm on: the
 * payload of a frame between about 1 and 65 kB waits until the head is acknowledged, and the other
 * end's kernel puts that off for 40 ms. Whatever the other end sends carries the acknowledgement.
 *
 * So the client has it say something: a nudge goes before such a frame. The answer alone is a race:
 * it may leave when neither the head nor the payload is in, or only the head is sent by the
 * acknowledgement that it carries. So the server goes on to say something for some ms after the last
 * that it has heard, and what it says after the head came in carries the head's acknowledgement. It
 * can't see a frame that is not whole, therefore it is told by the nudge.
 * tools/bench/deno_stall.ts shows the stall without any of this library, tools/bench/stall.ts what
 * is left of it.
 */

/** Frames outside this range leave at once, in bytes. */
export const LEAST_HELD = 900;
const LARGE = 65_536;

declare const navigator: { readonly userAgent?: string } | undefined;

/** Does the runtime's own client stall? */
export const STALLS: boolean = typeof navigator !== "undefined" &&
  navigator.userAgent?.startsWith("Deno/") === true;

/** For so long after a nudge the server is sure to speak, in ms: less than its words go on. */
const TRUSTED = 15;

/** The client's part: knows whether the server goes on to speak, and when it must be asked to. */
export class Pace {
  #unanswered = 0;
  #trustedUntil = -Infinity;

  /** Frames came in that answer so many of ours. */
  heard(frames: number): void {
    this.#unanswered = Math.max(0, this.#unanswered - frames);
  }

  /** A frame leaves: must a nudge go before it? Not while the last one still does its work. */
  needsNudge(length: number, isAnswered = true): boolean {
    if (isAnswered) this.#unanswered++;
    if (length < LEAST_HELD || length >= LARGE) return false;
    const now = performance.now();
    if (this.#unanswered > 1 && now < this.#trustedUntil) return false;
    this.#trustedUntil = now + TRUSTED;
    return true;
  }
}
