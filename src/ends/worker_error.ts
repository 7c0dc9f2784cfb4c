import { brand } from "../branded.ts";

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
    brand(this, "WorkerError");
  }
}
