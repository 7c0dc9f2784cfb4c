/** The length of an id. */
export const ID_LENGTH = 36;

/** Creates an id that can't be guessed, of letters, digits and `-`. */
export function randomId(): string {
  return crypto.randomUUID();
}

/** Whether a value can be an id, or several ids together. */
export function isId(value: unknown, count = 1): value is string {
  return typeof value === "string" && value.length === ID_LENGTH * count &&
    /^[0-9a-f-]*$/.test(value);
}
