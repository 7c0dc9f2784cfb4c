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
  { terms, ...options }: ErrorOptions & { readonly terms?: CallTerms | undefined } = {},
): DeadlineError {
  const { timeout, deadline } = terms ?? NO_TERMS;
  const why = terms === undefined
    ? "deadline has passed"
    : passed(deadline <= Date.now() ? new Date(deadline) : timeout);
  return new DeadlineError(`Cannot ${act} "${method}": its ${why}`, options);
}

/** Sent to the caller of a call that was not started. */
export function refusal(name: "RefusedError" | "BusyError", method: string, reason: string): Error {
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
  if (due > Date.now() + 1) return error;
  if (!isError(error) || error.name !== "DeadlineError") return error;
  return overdue("wait any longer for", path, { cause: error, terms });
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

const OWN = [
  NotSentError,
  EncodeError,
  RemoteError,
  DeadlineError,
  ConnectionClosedError,
  WebSocketError,
];

/**
 * The error for one call: it has the path, and its text names it, or its stack where the text is
 * another's. Errors that are not the library's, such as a signal's reason, stay as they are.
 *
 * @param isSent Whether the peer sent the stack.
 */
export function named(path: string, error: unknown, isSent = false): unknown {
  const own = ownOf(path, error);
  if (!OWN.some((type) => own instanceof type)) return own;
  const { name, message, stack } = own as Error;
  define(own as Error, "method", path, false);
  if (!message.includes(`"${path}"`)) {
    const text = `${isSent ? stack : `${name}: ${message}`}\n    at ${path} (remote)`;
    define(own as Error, "stack", text, false);
  }
  return own;
}

/** The end of a connection is one error: each call gets its own. */
function ownOf(path: string, error: unknown): unknown {
  if (error instanceof EncodeError) {
    const text = error.message.replace(/^Cannot/, `Cannot call "${path}": cannot`);
    return new EncodeError(text, error);
  }
  const { constructor } = Object(error) as object;
  if (constructor === ConnectionClosedError) {
    return new ConnectionClosedError((error as Error).message, error as Error);
  }
  if (constructor !== WebSocketError) return error;
  const { status, message } = error as WebSocketError;
  return new WebSocketError(status, message, error as Error);
}

/** The stack of the call that is being made. */
export function callSite(): string {
  const lines = (new Error().stack ?? "").split("\n");
  if (lines[0]!.startsWith("Error")) lines.shift(); // only V8 has a title
  return lines.slice(2).join("\n"); // without this function and `Rpc.call`
}

/** Adds the stack of the call to the error that it is rejected with. */
export function traced(error: unknown, site: string): unknown {
  if (OWN.some((type) => error instanceof type)) {
    define(error as Error, "stack", `${(error as Error).stack}\n${site}`, false);
  }
  return error;
}
