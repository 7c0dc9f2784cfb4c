/** A frame can't be read. The message doesn't quote the frame, which may contain secrets. */
export class FrameError extends SyntaxError {}

export class DepthError extends FrameError {}

/** Up to this length, it is faster to parse first and then check the depth of the value. */
const SMALL = 65_536;
/** The deepest recursion that is safe for the stack. */
const SHALLOW = 2_000;

/**
 * Parses JSON.
 *
 * @param limit How deeply arrays and objects may be nested.
 * @throws {DepthError} If they are nested more deeply.
 * @throws {FrameError} If the text isn't JSON.
 */
export function parseJson(text: string, limit: number): unknown {
  const mayBeDeep = text.length > 2 * limit; // a level takes two characters
  const isScanned = mayBeDeep && (text.length > SMALL || limit > SHALLOW);
  if (isScanned && isDeeperThan(text, limit)) throw tooDeep();
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    if (isDeeperThan(text, limit)) throw tooDeep();
    // not the platform's error, which quotes the text
    throw new FrameError("Cannot read the frame: it isn't JSON");
  }
  if (mayBeDeep && !isScanned && nestsDeeper(value, limit)) throw tooDeep();
  return value;
}

function tooDeep(): DepthError {
  return new DepthError("Cannot read the frame: it is nested too deeply");
}

function nestsDeeper(value: unknown, limit: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (limit === 0) return true;
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at++) {
      const member: unknown = value[at];
      if (typeof member === "object" && nestsDeeper(member, limit - 1)) return true;
    }
    return false;
  }
  for (const name in value) { // the fastest loop; inherited members aren't deep
    const member = (value as Record<string, unknown>)[name];
    if (typeof member === "object" && nestsDeeper(member, limit - 1)) return true;
  }
  return false;
}

/**
 * Whether arrays and objects in this JSON are nested more deeply than `limit`. Checked before
 * parsing, because the value of a malicious text can take many times the memory of the text. For
 * text that isn't JSON, the result is arbitrary.
 */
export function isDeeperThan(text: string, limit: number): boolean {
  if (text.length <= 2 * limit) return false; // a level takes two characters: enough for most texts
  let opened = 0; // including those in strings: fast, and enough for most long texts
  for (const opener of "[{") {
    for (let at = -1; opened <= limit && (at = text.indexOf(opener, at + 1)) >= 0;) opened++;
  }
  if (opened <= limit) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x22: // "
        at = endOfString(text, at);
        break;
      case 0x5b: // [
      case 0x7b: // {
        if (++depth > limit) return true;
        break;
      case 0x5d: // ]
      case 0x7d: // }
        depth--;
        break;
    }
  }
  return false;
}

/** Returns the index of the first quote after `start` that isn't escaped. */
function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === 0x5c) slashes++;
    if (slashes % 2 === 0) return at;
  }
  return text.length;
}

/** Whether a text has more than `bytes` bytes of UTF-8. Counts them only if it must. */
export function isLongerThan(text: string, bytes: number): boolean {
  if (text.length * 3 <= bytes) return false;
  return text.length > bytes || fitting(text, bytes) < text.length;
}

/** How much of a text fits in `bytes` bytes of UTF-8. Some platforms have no `TextEncoder`. */
export function fitting(text: string, bytes: number): number {
  let left = bytes;
  for (let at = 0; at < text.length; at++) {
    const code = text.codePointAt(at)!;
    left -= code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    if (left < 0) return at;
    if (code > 0xffff) at++;
  }
  return text.length;
}

export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
