import type { Reply } from "./invoke.ts";
import type { MadeCall } from "./pending_calls.ts";
import type { Found } from "./resolve_path.ts";
import type { ServedCall } from "./served_call.ts";

/** Carries calls: a session, a custom transport, or an end without a connection. */
export interface Port {
  /** Why no call can be made now, if so. */
  refuse(path: string): Error | undefined;
  /** Sends a call, in order. Throws if it can't be encoded. */
  call(call: MadeCall): void;
  /** Sends a return. Throws if it can't be encoded, or calls `unsent` if the return had to wait. */
  reply(message: Reply, unsent: (error: unknown) => void): void;
  /** Throws if it can't be encoded. Without this, JSON decides. */
  test?(value: unknown): unknown;
  cancel(uid: number): void;
}

/** A feature's hooks into the calls that this end makes and serves. */
export interface CallHooks {
  /** A call is about to leave. */
  made?(call: MadeCall): void;
  /** It returned, or was given up. */
  settled?(call: MadeCall): void;
  /** Replaces the promise that the caller gets. */
  promised?(promise: Promise<unknown>, call: MadeCall): Promise<unknown>;
  /** A call of the peer is about to run. */
  serving?(call: ServedCall): void;
  /** It ended. */
  served?(call: ServedCall): void;
}

/** A feature's functions, at paths that no provider has. */
export type PathResolver = (path: string) => Found | undefined;
