/** What the calls of a driver carry: {@linkcode Communicator.getDriver} takes it. */
export interface CallOptions {
  /** Ends a call at once: it is rejected with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** How long a call may take, in ms from when it is made. */
  readonly timeout?: number | undefined;
  /** Until when a call may take: a date, or ms since the epoch. */
  readonly deadline?: Date | number | undefined;
  /**
   * `false`: nobody waits for the return. The call resolves, with `undefined`, when it was handed to
   * the socket, and is rejected only if it never is.
   */
  readonly reply?: boolean | undefined;
}

/** The options of several drivers, one in the other: the tighter ones hold. */
export interface CallTerms {
  readonly signal: AbortSignal | undefined;
  /** In ms; `Infinity` for none. */
  readonly timeout: number;
  /** In ms since the epoch; `Infinity` for none. */
  readonly deadline: number;
  readonly isQuiet: boolean;
}

/** What holds where nothing was asked for. */
export const NO_TERMS: CallTerms = {
  signal: undefined,
  timeout: Infinity,
  deadline: Infinity,
  isQuiet: false,
};

/**
 * The terms of a driver inside one that has `outer`.
 *
 * @throws {TypeError} If the timeout or the deadline is `NaN` or an invalid date.
 */
export function tighten(outer: CallTerms, options: CallOptions): CallTerms {
  return {
    signal: both(outer.signal, options.signal),
    timeout: Math.min(outer.timeout, milliseconds("timeout", options.timeout)),
    deadline: Math.min(outer.deadline, milliseconds("deadline", options.deadline)),
    isQuiet: outer.isQuiet || options.reply === false,
  };
}

/** When a call that is made now must be over, in ms since the epoch. */
export function dueOf({ timeout, deadline }: CallTerms): number {
  return timeout === Infinity ? deadline : Math.min(deadline, Date.now() + timeout);
}

function both(a: AbortSignal | undefined, b: AbortSignal | undefined): AbortSignal | undefined {
  return a !== undefined && b !== undefined ? AbortSignal.any([a, b]) : a ?? b;
}

function milliseconds(name: string, value: Date | number | undefined): number {
  if (value === undefined) return Infinity;
  const ms = value instanceof Date ? value.getTime() : value;
  if (typeof ms === "number" && !Number.isNaN(ms)) return ms;
  throw new TypeError(`Cannot make a driver: its ${name} is no number of ms and no valid date`);
}
