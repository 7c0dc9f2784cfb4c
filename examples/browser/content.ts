/** Reads a file in chunks. */

/** A chunk must fit in the server's limit `frameBytes`. What `file.stream()` gives can be larger. */
const CHUNK = 32_768;

/** The content of a file. Reads a chunk only when the server has room for one. */
export function contentOf(file: File): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    async pull(controller) {
      const chunk = await file.slice(at, at + CHUNK).arrayBuffer();
      if (chunk.byteLength === 0) return controller.close();
      at += chunk.byteLength;
      controller.enqueue(new Uint8Array(chunk));
    },
  }, { highWaterMark: 0 });
}
