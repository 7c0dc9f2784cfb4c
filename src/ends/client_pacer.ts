import { HOLDS_FRAMES_BACK } from "../runtimes/deno_client.ts";
import type { Link, Pacer } from "../session/link.ts";

/*
 * Deno's client writes a frame's head and payload separately, with Nagle's algorithm on. So the
 * payload of a frame of about 1 to 65 kB waits until the head is acknowledged, which the server's
 * kernel delays by 40 ms. Any frame from the server carries the acknowledgment.
 *
 * So the client sends a nudge before such a frame. A single answer might be sent before the head
 * arrives, so the server keeps sending keep-alives for some ms after the last traffic. It needs the
 * nudge because it can't see an incomplete frame. tools/bench/deno_stall.ts shows the delay without
 * this library, and tools/bench/stall.ts what is left of it.
 */

/** Frames outside this range are sent at once, in bytes. */
const LEAST_HELD = 900;
const LARGE = 65_536;

/** For how long after a nudge to rely on keep-alives, in ms. The server sends them for longer. */
const TRUSTED = 15;

// the real clock: if a fake clock stood still, the server would be trusted forever
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
    else length = Math.max(length, LEAST_HELD); // waits behind its message's frame, however short
    if (length < LEAST_HELD || length >= LARGE) return;
    const time = now();
    if (this.#unanswered > 1 && time < this.#trustedUntil) return;
    this.#trustedUntil = time + TRUSTED;
    this.#link.say(this.#nudge);
  }
}

/** `undefined` on runtimes that don't delay frames. */
export const clientPacer: ((link: Link, nudge: string) => Pacer) | undefined = HOLDS_FRAMES_BACK
  ? (link, nudge) => new ClientPacer(link, nudge)
  : undefined;
