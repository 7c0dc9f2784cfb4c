import type { ConnectionEvent } from "./events.ts";
import type { ValueEncoding } from "./types/values.ts";
import { DEFAULT_LIMITS, type Limits, limitsOf } from "./limits.ts";

/** What can be chosen for a connection, at whichever end. */
export interface ConnectionOptions {
  /** What the other end may ask of this one; what is not given keeps its default. */
  readonly limits?: Partial<Limits> | undefined;
  /**
   * After so many ms without a frame the other end is asked for one, which also keeps proxies from
   * cutting; after twice as long again without an answer it is taken for gone, and the connection
   * ends with 1006. Default: 25,000 at a connector, 40,000 at an acceptor. `Infinity` never asks.
   */
  readonly heartbeat?: number | undefined;
  /**
   * Whether the stack and the cause of an error that a function threw travel to its caller.
   * Default: `false`, because they tell of the inside of a program.
   */
  readonly exposeErrors?: boolean | undefined;
  /**
   * How values beyond JSON travel: `structured`, if both ends choose it. Where the other end does
   * not, a value that JSON would lose fails at its own call. Default: JSON alone.
   */
  readonly values?: ValueEncoding | undefined;
  /** Is told what an operator may want to log. */
  readonly onEvent?: ((event: ConnectionEvent) => void) | undefined;
}

/**
 * From JavaScript a signal may be anything, its controller above all.
 *
 * @throws {TypeError} If it is none.
 */
export function checkSignal(signal: AbortSignal | undefined, act: string): void {
  if (signal === undefined) return;
  if (typeof signal === "object" && typeof signal?.addEventListener === "function") return;
  throw new TypeError(`Cannot ${act}: "signal" is no AbortSignal`);
}

/** The options in force. */
export interface Settings {
  readonly limits: Limits;
  readonly heartbeat: number;
  readonly exposeErrors: boolean;
  readonly values: ValueEncoding | undefined;
}

/** What is in force for a transport that takes no options. */
export const DEFAULT_SETTINGS: Settings = {
  limits: DEFAULT_LIMITS,
  heartbeat: Infinity,
  exposeErrors: false,
  values: undefined,
};

/**
 * What was chosen, and the defaults.
 *
 * @param heartbeat The end's own default, in ms.
 * @throws {RangeError} If a limit or the heartbeat is none.
 * @throws {TypeError} If the encoding of values is none.
 */
export function settingsOf(options: ConnectionOptions, heartbeat: number): Settings {
  if (typeof options !== "object" || options === null) {
    throw new TypeError("Cannot use the options: they are no object");
  }
  const chosen = options.heartbeat ?? heartbeat;
  if (typeof chosen !== "number" || !(chosen > 0)) {
    throw new RangeError("Cannot set the heartbeat: it takes a number of ms above 0");
  }
  if (options.values !== undefined && typeof options.values?.encode !== "function") {
    throw new TypeError('Cannot set "values": it takes "structured" of this library, the value');
  }
  return {
    limits: limitsOf(options.limits),
    heartbeat: chosen,
    exposeErrors: options.exposeErrors === true,
    values: options.values,
  };
}
