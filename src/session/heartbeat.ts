import type { Link } from "./link.ts";
import type { Wire } from "./wire.ts";

/**
 * Half intervals of silence after which the peer counts as gone. It is pinged after the first and
 * the third: twice, because this process may have slept.
 */
const GONE = 5;

/**
 * Detects a peer that disappeared without a close: it is pinged once it has been silent for at most
 * one interval, and lost after at most three. Says something in each interval, for proxies. Costs one
 * timer per link and one assignment per frame: it looks twice in an interval, whatever came meanwhile.
 *
 * @param every The interval, in ms; `Infinity` for no heartbeat.
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
    // its ping may be behind many frames that are still to be read
    else if (!hasSaid) link.say(keepAlive);
    link.timers.later(every / 2, beat);
  };
  link.isSilent = true; // ignore the frames of the handshake
  link.hasSaid = false;
  link.timers.later(every / 2, beat);
}
