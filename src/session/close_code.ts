/** The longest reason that a close frame takes, in bytes of UTF-8. */
const REASON_BYTES = 123;

/** May a close frame hold this code? Some platforms send anything. */
export function isCloseCode(code: number): boolean {
  if (!Number.isInteger(code) || code < 1000 || code > 4999) return false;
  return code >= 3000 || code < 1004 || (code > 1006 && code < 1015);
}

/** The error for a code that this end may not send. */
export function refusedCode(code: unknown, cause?: unknown): RangeError {
  const why = "this end may not send that code, 1000 and 3000 to 4999 are for either end";
  return new RangeError(`Cannot close with ${String(code)}: ${why}`, { cause });
}

/** At most 123 bytes of a reason, cut at a character. */
export function cutReason(reason: string): string {
  if (reason.length * 3 <= REASON_BYTES) return reason;
  const { read } = new TextEncoder().encodeInto(reason, new Uint8Array(REASON_BYTES));
  return reason.slice(0, read);
}
