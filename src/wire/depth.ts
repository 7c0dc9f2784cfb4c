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
