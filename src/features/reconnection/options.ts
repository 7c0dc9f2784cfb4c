import { ConnectionClosedError, DeadlineError, EncodeError, WebSocketError } from "../../errors.ts";
import { checkNames, type NamesOf } from "../../nearest.ts";

/** The options of {@linkcode reconnection}. */
export interface ReconnectionOptions<Header = unknown> {
  /**
   * Connector: the maximum wait before the second attempt, in ms. It doubles with each further one.
   * Each wait is random, between 0 and its maximum. The first attempt starts within 100 ms, or
   * within 5 s if the server closes with 1001 or 1012, because all its clients reconnect then.
   * Default: 500.
   */
  readonly delay?: number | undefined;
  /** Connector: the maximum wait before any attempt, in ms. Default: 30,000. */
  readonly maxDelay?: number | undefined;
  /** Connector: how many attempts in a row may fail. Default: no limit. */
  readonly attempts?: number | undefined;
  /**
   * Connector: returns the header for each attempt, instead of the constructor's, for example with
   * a new token. If it throws, the attempt fails.
   */
  readonly header?: (() => Header | Promise<Header>) | undefined;
  /**
   * Connector: whether to connect again after this error, of the connection that was lost or of an
   * attempt that failed. Default: after 1001, 1006, 1012, 1013 and 1014, and if the server can't be
   * reached.
   */
  readonly retry?: ((error: unknown) => boolean) | undefined;
  /** Connector: whether `connect()` tries again, too, until it succeeds. Default: `false`. */
  readonly first?: boolean | undefined;
  /** Acceptor: how long a session waits for its client, in ms. Default: 60,000. */
  readonly window?: number | undefined;
  /** Acceptor: how many sessions may wait for their clients. The oldest ends. Default: 10,000. */
  readonly awaySessions?: number | undefined;
  /**
   * How much that was sent is kept until the peer acknowledges it, in bytes. Messages wait while
   * more is kept. After `stallTimeout` without an acknowledgement, the connection closes with 1013.
   * Default: 16 MiB.
   */
  readonly unacknowledgedBytes?: number | undefined;
  /** How many calls may wait while there is no connection. The next rejects. Default: 10,000. */
  readonly awayCalls?: number | undefined;
  /**
   * How much may wait while there is no connection, in bytes. The next call rejects. A result that
   * exceeds it ends the session. Default: 16 MiB.
   */
  readonly awayBytes?: number | undefined;
}

/** The options with their defaults. */
export interface ReconnectionSettings {
  readonly delay: number;
  readonly maxDelay: number;
  readonly attempts: number;
  readonly header: (() => unknown) | undefined;
  readonly retry: (error: unknown) => boolean;
  readonly first: boolean;
  readonly window: number;
  readonly awaySessions: number;
  readonly unacknowledgedBytes: number;
  readonly awayCalls: number;
  readonly awayBytes: number;
}

const NUMBERS = {
  delay: 500,
  maxDelay: 30_000,
  attempts: Infinity,
  window: 60_000,
  awaySessions: 10_000,
  unacknowledgedBytes: 16 * 2 ** 20,
  awayCalls: 10_000,
  awayBytes: 16 * 2 ** 20,
};

const OPTIONS: NamesOf<ReconnectionOptions> = {
  ...(NUMBERS as unknown as Record<keyof typeof NUMBERS, 1>),
  header: 1,
  retry: 1,
  first: 1,
};

/** Closes after which a server may be back: it restarts, is busy, or the network failed. */
export const TEMPORARY: ReadonlySet<number> = new Set([1001, 1006, 1012, 1013, 1014]);

const DEFAULTS: ReconnectionSettings = {
  ...NUMBERS,
  header: undefined,
  retry: isTemporary,
  first: false,
};

/** Checks the options, and applies the defaults. Throws a `TypeError` or a `RangeError`. */
export function checked(options: ReconnectionOptions<never>): ReconnectionSettings {
  checkNames(options, OPTIONS, "use reconnection");
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    if (!(name in NUMBERS)) {
      const type = name === "first" ? "boolean" : "function";
      const given: string = typeof value;
      if (given === type) continue;
      throw new TypeError(`Cannot use reconnection: "${name}" must be a ${type}`);
    }
    if (typeof value === "number" && value >= 0) continue;
    throw new RangeError(`Cannot use reconnection: "${name}" must be 0 or a positive number`);
  }
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return given.length > 0 ? { ...DEFAULTS, ...Object.fromEntries(given) } : DEFAULTS;
}

function isTemporary(error: unknown): boolean {
  if (error instanceof WebSocketError) {
    return TEMPORARY.has(error.status) || error.cause instanceof DeadlineError;
  }
  return !(error instanceof ConnectionClosedError || error instanceof EncodeError);
}
