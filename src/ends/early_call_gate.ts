import type { Link } from "../session/link.ts";
import type { Session } from "../session/session.ts";

/** The time between two nudges, in ms: 2 for each connection that holds messages, up to 50. */
const ASK_EVERY = 2;
const ASK_SLOWEST = 50;

/** If no frame arrives, messages are sent after this long, in ms. */
const AT_MOST = 250;
/** Added for each other connection that holds messages, because clients then start slowly. */
const LONGER = 20;

/** Counted for the whole process, because a hundred clients would get too many nudges at once. */
let holding = 0;

/**
 * Holds a session's messages back until the peer's first frame. While messages wait, nudges make
 * the peer send one. A TGrid connector starts to listen some turns of the event loop after it was
 * accepted, and loses messages that arrive before that.
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
