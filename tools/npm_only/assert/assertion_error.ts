/** What every failed assertion throws. */
export class AssertionError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "AssertionError";
  }
}

/** The end of a failure's text: the caller's own words, if there are any. */
export function suffix(msg?: string): string {
  return msg ? `: ${msg}` : ".";
}
