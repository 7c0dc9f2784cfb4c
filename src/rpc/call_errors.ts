import { now } from "../clock.ts";
import { passed } from "../deadline.ts";
import {
  ConnectionClosedError,
  DeadlineError,
  define,
  EncodeError,
  isError,
  NotSentError,
  RemoteError,
  WebSocketError,
} from "../errors.ts";
import { type CallTerms, NO_TERMS } from "./call_options.ts";

/** The error of a call whose deadline has passed. Only the caller's side knows the terms. */
export function overdue(
  act: "call" | "finish" | "wait any longer for",
  method: string,
  { timeout, deadline }: CallTerms = NO_TERMS,
  options?: ErrorOptions,
): DeadlineError {
  const limit = deadline <= Date.now() ? new Date(deadline) : timeout;
  const why = limit === Infinity ? "deadline has passed" : passed(limit);
  return new DeadlineError(`Cannot ${act} "${method}": its ${why}`, options);
}

/** For a call that was still waiting to be sent when the connection closed. */
export function neverLeft(method: string, cause: unknown): NotSentError {
  const text = `Cannot call "${method}": the connection closed before the call was sent`;
  return new NotSentError(text, { cause });
}

/** The error that is sent to the caller of a refused call. */
export function refusal(
  name: "RefusedError" | "BusyError" | "ValidationError",
  method: string,
  reason: string,
): Error {
  const error = new Error(`Cannot call "${method}": ${reason}`);
  error.name = name;
  return error;
}

/** If the other side noticed first that the deadline passed, the call fails as if this side had. */
export function thrownBy(
  { due, path, terms }: {
    readonly due: number;
    readonly path: string;
    readonly terms: CallTerms | undefined;
  },
  error: unknown,
): unknown {
  if (due > now() + 1) return error;
  if (!isError(error) || error.name !== "DeadlineError") return error;
  return overdue("wait any longer for", path, terms, { cause: error });
}

/** For a return without a boolean `success`, or whose value can't be decoded (`cause` says why). */
export function malformedReturn(method: string, cause: unknown): RemoteError {
  const why = isError(cause) ? cause.message : '"success" isn\'t a boolean';
  const text = `Cannot read the return of "${method}": ${why}`;
  return new RemoteError("MalformedReturn", text, isError(cause) ? { cause } : {});
}

const SHOWN = 100;

/** The path of a call for errors and events, cut to 100 characters, because a peer chooses it. */
export function methodOf(path: unknown): string {
  if (typeof path !== "string") return "";
  return path.length > SHOWN ? `${path.slice(0, SHOWN)}…` : path;
}

const OWN: ReadonlySet<unknown> = new Set([
  NotSentError,
  EncodeError,
  RemoteError,
  DeadlineError,
  ConnectionClosedError,
  WebSocketError,
]);

/**
 * Adds the path of a call to the error that it rejects with: as `method`, and in the stack unless
 * the message contains it. Copies an error that other calls share. Returns errors of other classes,
 * such as a signal's reason, unchanged.
 *
 * @param hasStack Whether the stack is the remote one, which isn't changed.
 */
export function named(path: string, error: unknown, hasStack = false): unknown {
  const type = (error as Error | null | undefined)?.constructor;
  if (!OWN.has(type)) return error;
  let own = error as Error;
  const { message } = own;
  if (type === EncodeError) {
    own = new EncodeError(message.replace(/^Cannot/, `Cannot call "${path}": cannot`), own);
  } else if (type === ConnectionClosedError) {
    own = new ConnectionClosedError(message, own); // a copy, because all pending calls get it
  } else if (type === WebSocketError) {
    own = new WebSocketError((own as WebSocketError).status, message, own);
  }
  define(own, "method", path, false);
  if (!hasStack && !own.message.includes(`"${path}"`)) {
    define(own, "stack", `${own.name}: ${message}\n    at ${path} (remote)`, false);
  }
  return own;
}

/** Wraps the `reject` of a call that is being made, to add the current stack to its error. */
export function traced(reject: (error: unknown) => void): (error: unknown) => void {
  // without the first line, which only V8 has, and the frames of this function and of `Rpc.call`
  const site = new Error().stack?.replace(/^Error.*\n/, "").split("\n").slice(2).join("\n");
  return (error) => {
    const { method, stack } = Object(error);
    if (method !== undefined) define(error as Error, "stack", `${stack}\n${site}`, false);
    reject(error);
  };
}
