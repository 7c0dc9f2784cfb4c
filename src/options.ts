import type { ConnectionEvent } from "./events.ts";
import type { Limits } from "./limits.ts";
import type { NamesOf } from "./nearest.ts";
import type { Feature } from "./types/feature.ts";

/** Options that `connect`, `open` and `upgrade` share. */
export interface ConnectionOptions {
  /** Overrides limits on what the peer can use. The others keep their defaults. */
  readonly limits?: Partial<Limits> | undefined;
  /**
   * A peer that is silent is pinged within this many ms. If nothing arrives within three times
   * that, the connection closes with 1006. The pings also keep proxies from closing an idle
   * connection. Default: 25,000 for a connector, 40,000 for an acceptor. `Infinity` turns it off.
   */
  readonly heartbeat?: number | undefined;
  /**
   * Whether the stack traces and causes of errors are sent to the caller. They can reveal a
   * program's internals. Default: `false`.
   */
  readonly exposeErrors?: boolean | undefined;
  /** Features, such as `structured`. A feature is used if both sides list it. Default: none. */
  readonly use?: readonly Feature[] | undefined;
  /** Receives events for your log. Default: prints errors with `console.error`. */
  readonly onEvent?: ((event: ConnectionEvent) => void) | undefined;
}

export const CONNECTION_OPTIONS: NamesOf<ConnectionOptions> = {
  limits: 1,
  heartbeat: 1,
  exposeErrors: 1,
  use: 1,
  onEvent: 1,
};
/** Creates an `AbortError`: a `DOMException`, on platforms that have that class. */
export function abortError(text: string): Error {
  if (typeof DOMException === "function") return new DOMException(text, "AbortError");
  return Object.assign(new Error(text), { name: "AbortError" });
}

/** The reason to reject with. On some platforms, signals have no `reason`. */
export function abortReason(reason: unknown): unknown {
  return reason === undefined ? abortError("The signal was aborted") : reason;
}

/** Like the method of `AbortSignal`, which some platforms don't have. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw abortReason(signal.reason);
}

/** Throws a `TypeError` for any other value, such as the `AbortController` itself. */
export function checkSignal(signal: AbortSignal | undefined, act: string): void {
  if (signal === undefined) return;
  if (typeof signal === "object" && typeof signal?.addEventListener === "function") return;
  throw new TypeError(`Cannot ${act}: "signal" must be an AbortSignal`);
}
