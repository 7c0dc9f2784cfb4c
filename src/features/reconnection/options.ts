import { ConnectionClosedError, DeadlineError, EncodeError, WebSocketError } from "../../errors.ts";
import { checkAmount } from "../../limits.ts";
import { checkNames } from "../../nearest.ts";

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
   * more is kept. If the peer acknowledges nothing for `stallTimeout`, plus 1 s for each 32,000 bytes
   * kept, the connection closes with 1013.
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
  readonly header: () => unknown;
  readonly retry: (error: unknown) => boolean;
  readonly first: boolean;
  readonly window: number;
  readonly awaySessions: number;
  readonly unacknowledgedBytes: number;
  readonly awayCalls: number;
  readonly awayBytes: number;
}

/** The default of `header`: the connector's. */
export const NO_HEADER = (): undefined => undefined;

/** Closes after which a server may be back: it restarts, is busy, or the network failed. */
export const TEMPORARY: ReadonlySet<number> = new Set([1001, 1006, 1012, 1013, 1014]);

const DEFAULTS: ReconnectionSettings = {
  delay: 500,
  maxDelay: 30_000,
  attempts: Infinity,
  header: NO_HEADER,
  retry: isTemporary,
  first: false,
  window: 60_000,
  awaySessions: 10_000,
  unacknowledgedBytes: 16 * 2 ** 20,
  awayCalls: 10_000,
  awayBytes: 16 * 2 ** 20,
};

/** Checks the options, and applies the defaults. Throws a `TypeError` or a `RangeError`. */
export function checked(options: ReconnectionOptions<never>): ReconnectionSettings {
  checkNames(options, DEFAULTS, "use reconnection");
  let settings = DEFAULTS;
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    const type: string = typeof DEFAULTS[name as keyof ReconnectionSettings];
    if (type === "number") checkAmount(value, `set "${name}" of reconnection`);
    else if (typeof value as string !== type) {
      throw new TypeError(`Cannot set "${name}" of reconnection: it must be a ${type}`);
    }
    settings = { ...settings, [name]: value };
  }
  return settings;
}

function isTemporary(error: unknown): boolean {
  if (error instanceof WebSocketError) {
    return TEMPORARY.has(error.status) || error.cause instanceof DeadlineError;
  }
  return !(error instanceof ConnectionClosedError || error instanceof EncodeError);
}
