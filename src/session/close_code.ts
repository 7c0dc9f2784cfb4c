import { fitting } from "./parse_json.ts";

/** The maximum length of a close reason, in bytes of UTF-8. */
const REASON_BYTES = 123;

/** Whether this code may be sent. Some platforms would send any code. */
export function isCloseCode(code: number): boolean {
  if (!Number.isInteger(code) || code < 1000 || code > 4999) return false;
  return code >= 3000 || code < 1004 || (code > 1006 && code < 1015);
}

export function refusedCode(code: unknown, cause?: unknown): RangeError {
  const why = "this code can't be sent. Use 1000 or 3000 to 4999.";
  return new RangeError(`Cannot close with ${String(code)}: ${why}`, { cause });
}

/** Cuts a reason to 123 bytes, without splitting a character. */
export function cutReason(reason: string): string {
  if (reason.length * 3 <= REASON_BYTES) return reason;
  return reason.slice(0, fitting(reason, REASON_BYTES));
}
