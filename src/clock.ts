const startTimer = setTimeout;
const { now: wallClock } = Date;
const START = wallClock() - performance.now();

/**
 * The time in ms since the epoch, by a monotonic clock, so that timeouts stay correct when the
 * system's clock is set. If a test has replaced both `setTimeout` and `Date`, this follows its
 * `Date`, because fake clocks move the two together.
 */
export function now(): number {
  return setTimeout !== startTimer && Date.now !== wallClock
    ? Date.now()
    : START + performance.now();
}
