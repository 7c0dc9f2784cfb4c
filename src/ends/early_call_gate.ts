import type { Link } from "../session/link.ts";
import type { Session } from "../session/session.ts";

/** How often a connection that holds messages sends a nudge: 2 ms for each one that holds, to 50. */
const ASK_EVERY = 2;
const ASK_SLOWEST = 50;

/** Without a frame, messages are sent after this long, in ms. */
const AT_MOST = 250;
/** And this much longer for each other connection that holds: many clients at once start slowly. */
const LONGER = 20;

/** Counted in the whole process, because a hundred clients at once would drown in nudges. */
let holding = 0;

/**
 * Holds a session's messages until its peer's first frame, and while some wait, nudges it for one: a
 * plain connector (TGrid's) starts to listen some turns after it was accepted, and loses what comes
 * before that.
 */
export function holdEarlyCalls(session: Session, link: Link): void {
  const { timers } = link;
  const { outgoing, wire } = session;
  let isOver = false;
  let cancelAsking = (): void => {};
  let cancelWaiting = (): void => {};
  const askLater = (): void => {
    cancelAsking = timers.later(Math.min(ASK_EVERY * holding, ASK_SLOWEST), () => {
      if (outgoing.waiting > 0) link.say(wire.nudge);
      askLater();
    });
  };
  const wait = (waited: number): void => {
    const left = AT_MOST + LONGER * (holding - 1) - waited;
    if (left <= 0) return open();
    cancelWaiting = timers.later(left, () => wait(waited + left));
  };
  const cancel = (): void => {
    if (isOver) return;
    isOver = true;
    holding--;
    cancelAsking();
    cancelWaiting();
  };
  const open = (): void => {
    cancel();
    outgoing.gate = undefined;
    outgoing.pump();
  };
  holding++;
  outgoing.gate = { open, cancel };
  askLater();
  wait(0);
}
