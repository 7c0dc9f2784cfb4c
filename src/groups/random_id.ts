const LETTERS = new TextEncoder().encode(
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
);
/** The length of an id. Each letter has 6 random bits. */
export const ID_LENGTH = 22;

/** Random bytes for several ids, because getting them is slow. */
const pool = new Uint8Array(ID_LENGTH * 128);
let used = pool.length;

/** Creates an id that can't be guessed, of letters, digits, `-` and `_`. */
export function randomId(): string {
  if (used === pool.length) {
    crypto.getRandomValues(pool);
    used = 0;
  }
  const codes = pool.subarray(used, used += ID_LENGTH).map((byte) => LETTERS[byte & 63]!);
  const id = String.fromCharCode(...codes);
  pool.fill(0, used - ID_LENGTH, used);
  return id;
}

/** Whether a value can be an id, or several ids together. */
export function isId(value: unknown, count = 1): value is string {
  return typeof value === "string" && value.length === ID_LENGTH * count &&
    /^[A-Za-z0-9_-]*$/.test(value);
}
