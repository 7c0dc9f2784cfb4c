/** Reads the files that pages send. Keeps nothing of them. */
import { createHash } from "node:crypto";
import type { Callback } from "../../mod.ts";
import type { Upload } from "./shared.ts";

const MAX_NAME = 100;
const MAX_SIZE = 2 ** 30;

/** Reads a file to its end, and describes it. A page can send any values, so they are validated. */
export async function summaryOf(
  { name, size, content }: Upload,
  onProgress: Callback<(bytes: number) => void>,
): Promise<string> {
  if (!(content instanceof ReadableStream)) throw new TypeError("The file has no content");
  if (typeof name !== "string" || name === "" || name.length > MAX_NAME) {
    await content.cancel(); // the loop below does so itself when it throws
    throw new TypeError(`The name of a file must have 1 to ${MAX_NAME} characters`);
  }
  using progress = onProgress; // the page can free it when the upload has ended
  const hash = createHash("sha256");
  let read = 0;
  for await (const chunk of content) {
    if (!(chunk instanceof Uint8Array)) throw new TypeError("The content must be bytes");
    hash.update(chunk);
    read += chunk.length;
    if (read > MAX_SIZE) throw new RangeError("The file is too large");
    await progress(read); // a slow page slows its own upload down
  }
  if (read !== size) throw new RangeError("The file has changed while it was sent");
  return `${name} (${read} bytes, SHA-256 ${hash.digest("hex").slice(0, 8)}…)`;
}
