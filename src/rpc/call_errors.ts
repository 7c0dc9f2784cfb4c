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

/** The error of a call, at either end, whose deadline has passed. Its caller knows the terms. */
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

/** For a call that was still waiting to be sent when the connection ended. */
export function neverLeft(method: string, cause: unknown): NotSentError {
  const text = `Cannot call "${method}": the connection ended before the call left`;
  return new NotSentError(text, { cause });
}

/** Sent to the caller of a call that was not started. */
export function refusal(
  name: "RefusedError" | "BusyError" | "ValidationError",
  method: string,
  reason: string,
): Error {
  const error = new Error(`Cannot call "${method}": ${reason}`);
  error.name = name;
  return error;
}

/** A peer that gives up first, because of the deadline it was sent, counts as our own deadline. */
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

/** For a return without a boolean `success`, or with a value that can't be decoded: the `cause`. */
export function malformedReturn(method: string, cause: unknown): RemoteError {
  const why = isError(cause) ? cause.message : "it tells no success";
  const text = `Cannot read the return of "${method}": ${why}`;
  return new RemoteError("MalformedReturn", text, isError(cause) ? { cause } : {});
}

const SHOWN = 100;

/** The path of a call as shown in errors and events, cut short: a peer may send anything. */
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
 * The error for one call: it has the path, and its text names it, or its stack where the text is
 * another's. Errors that are not the library's, such as a signal's reason, stay as they are.
 *
 * @param hasStack Whether the peer sent the stack.
 */
export function named(path: string, error: unknown, hasStack = false): unknown {
  const type = (error as Error | null | undefined)?.constructor;
  if (!OWN.has(type)) return error;
  let own = error as Error;
  const { message } = own;
  if (type === EncodeError) {
    own = new EncodeError(message.replace(/^Cannot/, `Cannot call "${path}": cannot`), own);
  } else if (type === ConnectionClosedError) {
    own = new ConnectionClosedError(message, own); // one error ended all calls
  } else if (type === WebSocketError) {
    own = new WebSocketError((own as WebSocketError).status, message, own);
  }
  define(own, "method", path, false);
  if (!hasStack && !own.message.includes(`"${path}"`)) {
    define(own, "stack", `${own.name}: ${message}\n    at ${path} (remote)`, false);
  }
  return own;
}

/** Adds the stack of the call that is being made to the error that it will be rejected with. */
export function traced(reject: (error: unknown) => void): (error: unknown) => void {
  // without the titles, which only V8 has, and the frames of this file and of `Rpc.call`
  const site = new Error().stack?.replace(/^Error.*\n/, "").split("\n").slice(2).join("\n");
  return (error) => {
    const { method, stack } = Object(error);
    if (method !== undefined) define(error as Error, "stack", `${stack}\n${site}`, false);
    reject(error);
  };
}
