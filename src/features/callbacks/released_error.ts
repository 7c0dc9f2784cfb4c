import { brand } from "../../branded.ts";
import { define } from "../../errors.ts";

/** Read by `mayHaveRun`. */
const RUN = Symbol.for("@sheetbend/rpc ran");

/**
 * A function or an object that the other side passed was called after its release, or after its
 * connection closed. The call wasn't sent, so the function hasn't run.
 */
export class ReleasedError extends Error {
  /** The path of the call: a dot and the number of the reference, then the names of members. */
  declare readonly method?: string;
  /** Identifies the error without `instanceof`. */
  readonly code = "RELEASED" as const;
  /** The name of the class. */
  override name = "ReleasedError";

  static {
    brand(this, "ReleasedError");
    define(this.prototype, RUN, "no", false);
  }
}

/** The error of a call with this path. */
export function releasedError(method: string, isOver: boolean): ReleasedError {
  const why = isOver ? "its connection has closed" : "it has been released";
  const error = new ReleasedError(`Cannot call "${method}": ${why}`);
  define(error, "method", method, false);
  return error;
}
