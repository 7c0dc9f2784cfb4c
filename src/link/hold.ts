import type { Timers } from "./timers.ts";

/** How often all that hold ask, together, in ms: a single one each 2 ms. */
const ASK_EVERY = 2;
const ASK_SLOWEST = 50;

/** After this long without a frame, what is held goes all the same, in ms. */
const AT_MOST = 250;
/** For each other that holds as well, so much longer: clients that come at once are slow to listen. */
const LONGER = 20;

/**
 * How many hold now, in this process: the clients of all of them share a machine or a network, and a
 * hundred that come at once would drown in questions.
 */
let holding = 0;

/** What a hold asks of its connection. */
export interface HoldOwner {
  /** Does anything wait? */
  isWaiting(): boolean;
  /** Sends a frame that the other end always answers. */
  ask(): void;
  /** Lets leave what was held. */
  release(): void;
}

/** What is being held. */
export interface Hold {
  /** It goes now. */
  release(): void;
  /** The connection has ended: nothing goes any more. */
  cancel(): void;
}

/**
 * Toward a plain connector, which loses what comes in before it listens: messages wait for its first
 * frame, and while some wait, it is asked for one.
 */
export function hold(owner: HoldOwner, timers: Timers): Hold {
  let isOver = false;
  let cancelAsking = (): void => {};
  let cancelWaiting = (): void => {};
  const askLater = (): void => {
    cancelAsking = timers.later(Math.min(ASK_EVERY * holding, ASK_SLOWEST), () => {
      if (owner.isWaiting()) owner.ask();
      askLater();
    });
  };
  const wait = (waited: number): void => {
    const left = AT_MOST + LONGER * (holding - 1) - waited;
    if (left <= 0) return release();
    cancelWaiting = timers.later(left, () => wait(waited + left));
  };
  const cancel = (): void => {
    if (isOver) return;
    isOver = true;
    holding--;
    cancelAsking();
    cancelWaiting();
  };
  const release = (): void => {
    cancel();
    owner.release();
  };
  holding++;
  askLater();
  wait(0);
  return { release, cancel };
}
