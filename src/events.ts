import type { Limits } from "./limits.ts";

/** Whose connection it is: never more than this, so that a log holds no secret. */
export interface Peer {
  /** At a server: the client's address, `""` where nobody knows it. */
  readonly ip?: string;
  /** At a server the path that was asked for, at a client the server's address; without the query. */
  readonly path: string;
}

/**
 * What an operator may want to log. The option `onEvent` of `connect`, `open` and `upgrade` is told;
 * what it throws harms nothing.
 */
export type ConnectionEvent =
  | ConnectionEvent.IRefused
  | ConnectionEvent.ILimit
  | ConnectionEvent.IError
  | ConnectionEvent.IClose;

/** The kinds of {@linkcode ConnectionEvent}, by name. */
export declare namespace ConnectionEvent {
  /** Something was asked for and not done: an upgrade, or a call. */
  export interface IRefused {
    /** The event's name. */
    readonly type: "refused";
    /** Whose. */
    readonly peer: Peer;
    /** The path of the call, cut at 100 characters; not there for an upgrade. */
    readonly method?: string;
    /** The status of HTTP that the upgrade got; not there for a call. */
    readonly status?: number;
    /** Why, in words. */
    readonly reason: string;
  }

  /** The other end broke a limit. */
  export interface ILimit {
    /** The event's name. */
    readonly type: "limit";
    /** Whose. */
    readonly peer: Peer;
    /** Which one. */
    readonly limit: keyof Limits;
    /** The path of the call, cut at 100 characters, where it was a call that broke it. */
    readonly method?: string;
  }

  /** Something went wrong that nobody else is told of. */
  export interface IError {
    /** The event's name. */
    readonly type: "error";
    /** Whose. */
    readonly peer: Peer;
    /** What: a frame that can't be read, a handler that threw, a result that can't be encoded. */
    readonly error: unknown;
    /** The path of the call, cut at 100 characters, where it was one. */
    readonly method?: string;
  }

  /** A connection is over. */
  export interface IClose {
    /** The event's name. */
    readonly type: "close";
    /** Whose. */
    readonly peer: Peer;
    /** The close code; 1005 where there was none, 1006 where it broke off. */
    readonly code: number;
    /** The reason. */
    readonly reason: string;
  }
}

/** An event before it is known whose it is. */
export type Report = DistributiveOmit<ConnectionEvent, "peer">;
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** Tells of an event; does nothing where nobody listens. Never throws. */
export type Reporter = (report: Report) => void;

/** Where nobody listens. */
export const SILENT: Reporter = () => {};

/** A reporter over what the user gave: a callback that fails, or whose promise does, harms nothing. */
export function reporterOf(
  onEvent: ((event: ConnectionEvent) => unknown) | undefined,
  peer: () => Peer,
): Reporter {
  if (onEvent === undefined) return SILENT;
  return (report) => {
    try {
      const result = onEvent({ ...report, peer: peer() } as ConnectionEvent);
      if (result instanceof Promise) result.catch(() => {}); // it looks on: it has no part in this
    } catch {
      // likewise
    }
  };
}

/** The part of an address that may be logged: what is behind `?` or `@` may be a secret. */
export function withoutSecrets(address: string): string {
  return address.replace(/[?#].*$/s, "").replace(/\/\/[^/]*@/, "//");
}
