import type { ConnectionEvent } from "./events.ts";
import type { Limits } from "./limits.ts";
import type { Feature } from "./types/feature.ts";

/** The options of a connection, at either end. */
export interface ConnectionOptions {
  /** Limits on what the peer may use; those omitted keep their defaults. */
  readonly limits?: Partial<Limits> | undefined;
  /**
   * Milliseconds without a frame from the peer within which it is pinged, which also keeps proxies
   * from closing the connection. Within three times that without a frame, the connection ends with
   * 1006. Default: 25,000 at a connector, 40,000 at an acceptor. `Infinity` turns it off.
   */
  readonly heartbeat?: number | undefined;
  /**
   * Whether the stack and cause of an error are sent to the caller. Default: `false`, because they
   * reveal the inside of a program.
   */
  readonly exposeErrors?: boolean | undefined;
  /** Features such as `structured`. Those that both ends list are in use. Default: none. */
  readonly use?: readonly Feature[] | undefined;
  /** Receives events worth logging. */
  readonly onEvent?: ((event: ConnectionEvent) => void) | undefined;
}

/** Throws a `TypeError` for a value that JavaScript passed instead, such as the controller. */
export function checkSignal(signal: AbortSignal | undefined, act: string): void {
  if (signal === undefined) return;
  if (typeof signal === "object" && typeof signal?.addEventListener === "function") return;
  throw new TypeError(`Cannot ${act}: "signal" is no AbortSignal`);
}
