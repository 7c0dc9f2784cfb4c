const startTimer = setTimeout;
const { now: wallClock } = Date;
const START = wallClock() - performance.now();

/**
 * The ms since the epoch on a monotonic clock, which measures limits in ms. Tests that fake
 * both timers and `Date` move the two together, so there `Date` counts.
 */
export function now(): number {
  return setTimeout !== startTimer && Date.now !== wallClock
    ? Date.now()
    : START + performance.now();
}
