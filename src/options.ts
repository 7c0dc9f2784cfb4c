import type { ConnectionEvent } from "./events.ts";
import type { Limits } from "./limits.ts";
import type { Feature } from "./types/feature.ts";

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
   * What the connection can do beyond calls: a list of features, such as `structured`. Both ends
   * name theirs, and those that both have are in use. Default: none.
   */
  readonly use?: readonly Feature[] | undefined;
  /** Is told what an operator may want to log. */
  readonly onEvent?: ((event: ConnectionEvent) => void) | undefined;
}

/**
 * Checks a signal: from JavaScript it may be anything, its controller above all.
 *
 * @throws {TypeError} If it is not an `AbortSignal`.
 */
export function checkSignal(signal: AbortSignal | undefined, act: string): void {
  if (signal === undefined) return;
  if (typeof signal === "object" && typeof signal?.addEventListener === "function") return;
  throw new TypeError(`Cannot ${act}: "signal" is no AbortSignal`);
}
