import type { Link } from "./link.ts";
import type { Wire } from "./wire.ts";

/** Unanswered questions before the peer counts as gone. Two, because this process may have slept. */
const UNANSWERED = 2;

/**
 * Notices a peer that is gone without a close: after an interval of silence it is asked for a frame,
 * after the next once more, and after the third it is lost. One timer a link, one assignment a frame.
 *
 * @param every The interval, in ms; `Infinity` for no heartbeat.
 */
export function startHeartbeat(link: Link, { nudge, keepAlive }: Wire, every: number): void {
  if (every === Infinity) return;
  let asked = 0;
  const beat = (): void => {
    if (!link.isSilent) {
      asked = 0;
      // its question may lie behind much that it has sent before, and we read
      if (!link.hasSaid) link.say(keepAlive);
    } else if (asked === UNANSWERED) return link.lost();
    else {
      asked++;
      link.say(nudge);
    }
    link.isSilent = true;
    link.hasSaid = false;
    link.timers.later(every, beat);
  };
  link.isSilent = true; // what came in before belongs to the handshake
  link.hasSaid = false;
  link.timers.later(every, beat);
}
