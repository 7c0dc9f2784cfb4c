import type { Link } from "../session/link.ts";
import type { Session } from "../session/session.ts";

/*
 * A plain connector (TGrid's) loses what comes in before it listens, which is some turns after it was
 * accepted. So messages to it wait for its first frame, and while some wait, it is asked for one.
 */

/** How often all that hold ask, together, in ms: a single one each 2 ms. */
const ASK_EVERY = 2;
const ASK_SLOWEST = 50;

/** After this long without a frame, what waits is sent all the same, in ms. */
const AT_MOST = 250;
/** So much longer for each other connection that holds: clients that come at once are slow to listen. */
const LONGER = 20;

/**
 * How many hold now, in this process: the clients of all of them share a machine or a network, and a
 * hundred that come at once would drown in questions.
 */
let holding = 0;

/** Holds what a session sends over this link until the first frame of its peer. */
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
