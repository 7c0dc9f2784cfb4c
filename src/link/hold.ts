import type { Timers } from "./timers.ts";

/** How often it is asked whether it listens, in ms. */
const ASK_EVERY = 2;

/** After this long without a frame, what is held goes all the same, in ms. */
const AT_MOST = 250;

/** What a hold asks of its connection. */
export interface HoldOwner {
  /** Does anything wait? */
  isWaiting(): boolean;
  /** Sends a frame that the other end always answers. */
  ask(): void;
  /** Lets leave what was held. */
  release(): void;
}

/**
 * Toward a plain connector, which loses what comes in before it listens: messages wait for its first
 * frame, and while some wait, it is asked for one. Gives what ends the hold.
 */
export function hold(owner: HoldOwner, timers: Timers): () => void {
  const cancelAsking = timers.every(ASK_EVERY, () => {
    if (owner.isWaiting()) owner.ask();
  });
  const end = (): void => {
    cancelAsking();
    cancelWaiting();
    owner.release();
  };
  const cancelWaiting = timers.later(AT_MOST, end);
  return end;
}
