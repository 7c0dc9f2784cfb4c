import { HOLDS_FRAMES_BACK } from "../runtimes/deno_client.ts";
import type { Link, Pacer } from "../session/link.ts";

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
const LEAST_HELD = 900;
const LARGE = 65_536;

/** For so long after a nudge the server is sure to speak, in ms: less than its words go on. */
const TRUSTED = 15;

/** The client's part: knows whether the server goes on to speak, and when it must be asked to. */
class ClientPacer implements Pacer {
  readonly #link: Link;
  readonly #nudge: string;
  #unanswered = 0;
  #trustedUntil = -Infinity;

  constructor(link: Link, nudge: string) {
    this.#link = link;
    this.#nudge = nudge;
  }

  heardMessages(): boolean {
    if (this.#unanswered > 0) this.#unanswered--;
    return false;
  }

  heardReceipt(frames: number): void {
    this.#unanswered = Math.max(0, this.#unanswered - frames);
  }

  leaving(length: number, isBytes: boolean): void {
    if (!isBytes) this.#unanswered++;
    else length = Math.max(length, LEAST_HELD); // held back by its message's frame, however short
    if (length < LEAST_HELD || length >= LARGE) return;
    const now = performance.now();
    if (this.#unanswered > 1 && now < this.#trustedUntil) return;
    this.#trustedUntil = now + TRUSTED;
    this.#link.say(this.#nudge);
  }
}

/** Makes the pacer of a client whose runtime holds frames back; bundles for browsers have none. */
export const clientPacer: ((link: Link, nudge: string) => Pacer) | undefined = HOLDS_FRAMES_BACK
  ? (link, nudge) => new ClientPacer(link, nudge)
  : undefined;
