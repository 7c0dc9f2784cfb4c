/** A frame that can't be read. Its message holds nothing of the frame, which may be a secret. */
export class FrameError extends SyntaxError {}

/** A frame that is nested deeper than it may be. */
export class DepthError extends FrameError {}

/** Up to this length a text is parsed first: what it makes is small, and quicker to look through. */
const SMALL = 65_536;
/** The deepest walk that the stack is sure to bear. */
const SHALLOW = 2_000;

/**
 * Parses a text of JSON.
 *
 * @param limit How deep lists and objects in it may be nested.
 * @throws {DepthError} If they are nested deeper.
 * @throws {FrameError} If it is not JSON.
 */
export function parseJson(text: string, limit: number): unknown {
  if (text.length <= 2 * limit) return parsed(text, limit); // each level takes two characters
  if (text.length > SMALL || limit > SHALLOW) {
    if (isDeeperThan(text, limit)) throw tooDeep();
    return parsed(text, limit);
  }
  const value = parsed(text, limit);
  if (nestsDeeper(value, limit)) throw tooDeep();
  return value;
}

function parsed(text: string, limit: number): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // not the platform's error, which shows a piece of the text
    throw isDeeperThan(text, limit)
      ? tooDeep()
      : new FrameError("Cannot read the frame: it is no JSON");
  }
}

function tooDeep(): DepthError {
  return new DepthError("Cannot read the frame: it is nested too deep");
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
  for (const name in value) { // the quickest way; what it may find beside the value's own is not deep
    const member = (value as Record<string, unknown>)[name];
    if (typeof member === "object" && nestsDeeper(member, limit - 1)) return true;
  }
  return false;
}

/**
 * Are lists and objects in this JSON text nested deeper than `limit`? One pass, before anything is
 * parsed, because what is built of a hostile text costs many times its length. What is in strings
 * does not count; text that is not JSON gets some answer.
 */
export function isDeeperThan(text: string, limit: number): boolean {
  if (text.length <= 2 * limit) return false; // each level takes two characters: most texts end here
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

/** Where the string that begins at `start` ends: the first quote that is not escaped. */
function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === 0x5c) slashes++;
    if (slashes % 2 === 0) return at;
  }
  return text.length;
}

/** Has this text more bytes of UTF-8 than that? Counts them only where characters can't tell. */
export function isLongerThan(text: string, bytes: number): boolean {
  if (text.length * 3 <= bytes) return false;
  return text.length > bytes || new TextEncoder().encode(text).length > bytes;
}

/** Is this text JSON? */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
