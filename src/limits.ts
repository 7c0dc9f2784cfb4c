/**
 * What one peer may ask of this end. Times are in milliseconds, sizes in bytes of UTF-8; `Infinity`
 * takes a limit off.
 */
export interface Limits {
  /** Bytes of one frame. A longer one ends the connection with 1009. Default: 64 MiB. */
  readonly frameBytes: number;
  /** Bytes of the first frame, which holds the header. A longer one: 1009. Default: 1 MiB. */
  readonly headerBytes: number;
  /** How deep lists and objects of one frame may be nested. Deeper: 1008. Default: 1,000. */
  readonly depth: number;
  /** Parameters of one call. More are refused. Default: 4,096. */
  readonly parameters: number;
  /** Characters of a call's path. A longer one is refused. Default: 4,096. */
  readonly pathLength: number;
  /** Names in a call's path. More are refused. Default: 64. */
  readonly pathSteps: number;
  /** Calls of the peer that run at once. One more gets a `BusyError`, and does not run. Default: 16,384. */
  readonly servedCalls: number;
  /**
   * Bytes of the frames of calls that run at once; those under 40 kB do not count. One more gets a
   * `BusyError`, and does not run. Default: 256 MiB.
   */
  readonly servedBytes: number;
  /** Own calls that wait for their return. One more is rejected, not sent. Default: 1,048,576. */
  readonly waitingCalls: number;
  /**
   * Bytes that wait to be sent. Above it own calls wait, and no further call of the peer is begun;
   * under the half of it both go on. Default: 16 MiB.
   */
  readonly sendBytes: number;
  /** How long nothing may leave while more than `sendBytes` wait. Longer: 1013. Default: 10 s. */
  readonly stallTimeout: number;
  /** Bytes of frames of the peer's calls that wait to be begun. More: 1013. Default: 16 MiB. */
  readonly unservedBytes: number;
  /** The peer's calls that wait to be begun. More: 1013. Default: 131,072. */
  readonly unservedCalls: number;
  /** From the opening of the socket to the header. Later: 1008. Default: 10 s. */
  readonly headerTimeout: number;
  /** From the header to `accept` or `reject`. Later: 1008. Default: 30 s. */
  readonly decisionTimeout: number;
  /** How long `close` waits for the other end's answer before it gives up on it. Default: 5 s. */
  readonly closeTimeout: number;
  /** Connections of one server. The next upgrade gets a 503. Default: no limit. */
  readonly connections: number;
  /** Connections of one server that are not decided about. The next: 503. Default: 4,096. */
  readonly undecided: number;
}

/** What is in force where nothing else was asked for. */
export const DEFAULT_LIMITS: Limits = {
  frameBytes: 64 * 2 ** 20,
  headerBytes: 2 ** 20,
  depth: 1_000,
  parameters: 4_096,
  pathLength: 4_096,
  pathSteps: 64,
  servedCalls: 16_384,
  servedBytes: 256 * 2 ** 20,
  waitingCalls: 2 ** 20,
  sendBytes: 16 * 2 ** 20,
  stallTimeout: 10_000,
  unservedBytes: 16 * 2 ** 20,
  unservedCalls: 131_072,
  headerTimeout: 10_000,
  decisionTimeout: 30_000,
  closeTimeout: 5_000,
  connections: Infinity,
  undecided: 4_096,
};

/**
 * The limits in force: those that were given, and the defaults.
 *
 * @throws {RangeError} If one that was given is no number, is negative, or has no such name.
 */
export function limitsOf(given: Partial<Limits> | undefined): Limits {
  if (given === undefined) return DEFAULT_LIMITS;
  const limits = { ...DEFAULT_LIMITS };
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(DEFAULT_LIMITS, name)) {
      throw new RangeError(`Cannot set the limit "${name}": there is none of that name`);
    }
    if (value === undefined) continue;
    if (typeof value !== "number" || !(value >= 0)) {
      throw new RangeError(`Cannot set the limit "${name}": it takes a number of 0 or more`);
    }
    limits[name as keyof Limits] = value;
  }
  return limits;
}
