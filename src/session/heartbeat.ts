import type { Link } from "./link.ts";
import type { Wire } from "./wire.ts";

/** Unanswered pings before the peer counts as gone. Two, because this process may have slept. */
const UNANSWERED = 2;

/**
 * Detects a peer that disappeared without a close: it is pinged after one and after two intervals of
 * silence, and lost after three. Costs one timer per link and one assignment per frame.
 *
 * @param every The interval, in ms; `Infinity` for no heartbeat.
 */
export function startHeartbeat(link: Link, { nudge, keepAlive }: Wire, every: number): void {
  if (every === Infinity) return;
  let pings = 0;
  const beat = (): void => {
    if (!link.isSilent) {
      pings = 0;
      // its ping may be behind many frames that are still to be read
      if (!link.hasSaid) link.say(keepAlive);
    } else if (pings === UNANSWERED) return link.lost();
    else {
      pings++;
      link.say(nudge);
    }
    link.isSilent = true;
    link.hasSaid = false;
    link.timers.later(every, beat);
  };
  link.isSilent = true; // ignore the frames of the handshake
  link.hasSaid = false;
  link.timers.later(every, beat);
}
