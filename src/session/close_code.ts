import { fitting } from "./parse_json.ts";

/** The longest reason of a close frame, in bytes of UTF-8. */
const REASON_BYTES = 123;

/** May a close frame have this code? Some platforms send any. */
export function isCloseCode(code: number): boolean {
  if (!Number.isInteger(code) || code < 1000 || code > 4999) return false;
  return code >= 3000 || code < 1004 || (code > 1006 && code < 1015);
}

export function refusedCode(code: unknown, cause?: unknown): RangeError {
  const why = "this end may not send that code, 1000 and 3000 to 4999 are for either end";
  return new RangeError(`Cannot close with ${String(code)}: ${why}`, { cause });
}

/** Cuts a reason to 123 bytes, between characters. */
export function cutReason(reason: string): string {
  if (reason.length * 3 <= REASON_BYTES) return reason;
  return reason.slice(0, fitting(reason, REASON_BYTES));
}
