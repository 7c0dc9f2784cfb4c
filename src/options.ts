import type { ConnectionEvent } from "./events.ts";
import type { Limits } from "./limits.ts";
import type { NamesOf } from "./nearest.ts";
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

export const CONNECTION_OPTIONS: NamesOf<ConnectionOptions> = {
  limits: 1,
  heartbeat: 1,
  exposeErrors: 1,
  use: 1,
  onEvent: 1,
};
/** An `AbortError`, as a `DOMException` where the platform has that. */
export function abortError(text: string): Error {
  if (typeof DOMException === "function") return new DOMException(text, "AbortError");
  return Object.assign(new Error(text), { name: "AbortError" });
}

/** The reason to reject with: the signals of some platforms have none. */
export function abortReason(reason: unknown): unknown {
  return reason === undefined ? abortError("The signal was aborted") : reason;
}

/** Some platforms' signals have no such method. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw abortReason(signal.reason);
}

/** Throws a `TypeError` for a value that JavaScript passed instead, such as the controller. */
export function checkSignal(signal: AbortSignal | undefined, act: string): void {
  if (signal === undefined) return;
  if (typeof signal === "object" && typeof signal?.addEventListener === "function") return;
  throw new TypeError(`Cannot ${act}: "signal" is no AbortSignal`);
}
