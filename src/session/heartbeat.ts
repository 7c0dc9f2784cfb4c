import type { Link } from "./link.ts";
import type { Wire } from "./wire.ts";

/**
 * After this many half intervals of silence, the peer counts as gone. It is pinged after the first
 * and the third, twice in case this process was suspended.
 */
const GONE = 5;

/**
 * Detects a peer that disappeared without closing. A silent peer is pinged within one interval, and
 * counts as gone within three. Something is sent in every interval, so that proxies don't close the
 * connection. It checks twice per interval whether a frame has arrived, which costs one timer per
 * link and one assignment per frame.
 *
 * @param every The interval, in ms. `Infinity` turns the heartbeat off.
 */
export function startHeartbeat(link: Link, { nudge, keepAlive }: Wire, every: number): void {
  if (every === Infinity) return;
  let silent = 0;
  const beat = (): void => {
    silent = link.isSilent ? silent + 1 : 0;
    if (silent === GONE) return link.lost();
    const { hasSaid } = link;
    link.isSilent = true;
    link.hasSaid = false;
    if (silent % 2 === 1) link.say(nudge);
    // its ping may be queued behind frames that this side hasn't read yet
    else if (!hasSaid) link.say(keepAlive);
    link.timers.later(every / 2, beat);
  };
  link.isSilent = true; // ignore the frames of the handshake
  link.hasSaid = false;
  link.timers.later(every / 2, beat);
}
