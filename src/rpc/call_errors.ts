import { DeadlineError, RemoteError } from "../errors.ts";

/** The error of a call, at either end, whose deadline has passed. */
export function overdue(
  act: "call" | "finish" | "wait any longer for",
  method: string,
  cause?: unknown,
): DeadlineError {
  const text = `Cannot ${act} "${method}": its deadline has passed`;
  return new DeadlineError(text, cause === undefined ? undefined : { cause });
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
  call: { readonly due: number; readonly path: string },
  error: unknown,
): unknown {
  if (call.due > Date.now() + 1) return error;
  if (!(error instanceof Error) || error.name !== "DeadlineError") return error;
  return overdue("wait any longer for", call.path, error);
}

/** For a return without a boolean `success`, or with a value that can't be decoded: the `cause`. */
export function malformedReturn(method: string, cause: unknown): RemoteError {
  const why = cause instanceof Error ? cause.message : "it tells no success";
  const text = `Cannot read the return of "${method}": ${why}`;
  return new RemoteError("MalformedReturn", text, cause instanceof Error ? { cause } : {});
}

const SHOWN = 100;

/** The path of a call as shown in errors and events, cut short: a peer may send anything. */
export function methodOf(path: unknown): string {
  if (typeof path !== "string") return "";
  return path.length > SHOWN ? `${path.slice(0, SHOWN)}…` : path;
}
