import { DeadlineError, RemoteError } from "../errors.ts";

/** What can't be done any more: begin a call, finish it, or wait for its end. */
type Act = "call" | "finish" | "wait any longer for";

/** The error of a call, at either end, whose deadline has passed. */
export function overdue(act: Act, method: string, cause?: unknown): DeadlineError {
  const text = `Cannot ${act} "${method}": its deadline has passed`;
  return new DeadlineError(text, cause === undefined ? undefined : { cause });
}

/** What a caller gets whose call was not begun. */
export function refusal(name: "RefusedError" | "BusyError", method: string, reason: string): Error {
  const error = new Error(`Cannot call "${method}": ${reason}`);
  error.name = name;
  return error;
}

/** Where the peer gave up because our deadline passed there first, it is ours that has passed. */
export function thrownBy(
  call: { readonly due: number; readonly path: string },
  error: unknown,
): unknown {
  if (call.due > Date.now() + 1) return error;
  if (!(error instanceof Error) || error.name !== "DeadlineError") return error;
  return overdue("wait any longer for", call.path, error);
}

/** Of a return that tells no success, or whose value could not be made: then `cause` is why. */
export function malformedReturn(method: string, cause: unknown): RemoteError {
  const why = cause instanceof Error ? cause.message : "it tells no success";
  const text = `Cannot read the return of "${method}": ${why}`;
  return new RemoteError("MalformedReturn", text, cause instanceof Error ? { cause } : {});
}

/** The most characters of a path that are shown: it may be anything that a peer sent. */
const SHOWN = 100;

/** The path of a call, cut to a length that can be shown. */
export function methodOf(path: unknown): string {
  if (typeof path !== "string") return "";
  return path.length > SHOWN ? `${path.slice(0, SHOWN)}…` : path;
}
