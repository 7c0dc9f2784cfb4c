import { HOLDS_FRAMES_BACK } from "../runtimes/deno_client.ts";
import type { Link, Pacer } from "../session/link.ts";

/*
 * Deno's client writes a frame's head and its payload separately, with Nagle's algorithm on: the
 * payload of a frame of about 1 to 65 kB waits until the head is acknowledged, which the other end's
 * kernel delays by 40 ms. Any frame from the other end carries the acknowledgement.
 *
 * So the client sends a nudge before such a frame. One answer to it would be a race, because it may
 * leave before the head has arrived; so the server goes on sending keep-alives for some ms after the
 * last traffic. It needs the nudge because it can't see a frame that is not complete.
 * tools/bench/deno_stall.ts shows the stall without this library, tools/bench/stall.ts what is left.
 */

/** Frames outside this range leave at once, in bytes. */
const LEAST_HELD = 900;
const LARGE = 65_536;

/** How long after a nudge the server is sure to send, in ms: less than its keep-alives go on. */
const TRUSTED = 15;

// taken at load: if a fake clock stood still, the server would be trusted forever
const now = performance.now.bind(performance);

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
    const time = now();
    if (this.#unanswered > 1 && time < this.#trustedUntil) return;
    this.#trustedUntil = time + TRUSTED;
    this.#link.say(this.#nudge);
  }
}

/** `undefined` on a runtime that doesn't hold frames back. */
export const clientPacer: ((link: Link, nudge: string) => Pacer) | undefined = HOLDS_FRAMES_BACK
  ? (link, nudge) => new ClientPacer(link, nudge)
  : undefined;
