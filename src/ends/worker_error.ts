import { define } from "../errors.ts";

const isInstance = Function.prototype[Symbol.hasInstance];
const BRAND = Symbol.for("@sheetbend/rpc WorkerError");

/**
 * A worker couldn't be started, didn't open in time, or ended while it was connected, or a shared
 * worker rejected the page. The message says which, or is the reason of the rejection. The function
 * of a call that rejects with this error may have run.
 */
export class WorkerError extends Error {
  /** The path of the call that rejected with this error. */
  declare readonly method?: string;
  /** Identifies the error without `instanceof`. */
  readonly code = "WORKER" as const;
  /** The name of the class. */
  override name = "WorkerError";

  static {
    // as the classes in `errors.ts`, whose code would make every client's bundle larger if shared
    define(this.prototype, BRAND, true, false);
    define(this, Symbol.hasInstance, function (this: unknown, value: unknown): boolean {
      return isInstance.call(this as typeof WorkerError, value) ||
        (this === WorkerError && Object(value)[BRAND] === true);
    }, false);
  }
}
