import { DeadlineError } from "../errors.ts";

/** What becomes of a call, at either end, whose deadline has passed. */
export function overdue(act: string, method: string, cause?: unknown): DeadlineError {
  const text = `Cannot ${act} "${method}": its deadline has passed`;
  return new DeadlineError(text, cause === undefined ? undefined : { cause });
}
