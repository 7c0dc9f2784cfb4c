import type { Reply } from "./invoke.ts";
import type { MadeCall } from "./pending_calls.ts";
import type { Found } from "./resolve_path.ts";
import type { ServedCall } from "./served_call.ts";

/** Sends calls and returns: a session, a custom transport, or a side without a connection. */
export interface Port {
  /** The error that calls reject with now, or `undefined` if calls are possible. */
  refuse(path: string): Error | undefined;
  /** Sends a call, in order. Throws if it can't be serialized. */
  call(call: MadeCall): void;
  /** Sends a return. Throws if it can't be serialized, or calls `unsent` if that is found later. */
  reply(message: Reply, unsent: (error: unknown) => void): void;
  /** Throws if a value can't be serialized. Without this method, `JSON.stringify` decides. */
  test?(value: unknown): unknown;
  /** Informs the other side that the caller stopped waiting. */
  cancel(uid: number): void;
}

/** A feature's hooks into the calls of both sides. */
export interface CallHooks {
  /** A call is about to be sent. */
  made?(call: MadeCall): void;
  /** A call that was made has returned, failed or been canceled. */
  settled?(call: MadeCall): void;
  /** Replaces the promise that the caller gets. */
  promised?(promise: Promise<unknown>, call: MadeCall): Promise<unknown>;
  /** A call of the peer is about to run its function. */
  serving?(call: ServedCall): void;
  /** A call of the peer is refused. If its function ran, `serving` was called before. */
  refused?(call: ServedCall): void;
  /** The function of a call of the peer has returned or thrown the value, which may not be sent. */
  served?(call: ServedCall, value: unknown): void;
}

/** Finds a feature's function, at a path that the provider doesn't have. */
export type PathResolver = (path: string) => Found | undefined;
