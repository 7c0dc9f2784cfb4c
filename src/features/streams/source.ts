/**
 * The types of marks, `[path, type, id]`: an async iterable, a `ReadableStream`, and one of bytes. The
 * id is the sender's, and grows.
 */
export type StreamType = "a" | "w" | "y";

/** How to read a value that is sent as a stream. */
export interface Source {
  readonly type: StreamType;
  /** Starts to read. Called once. */
  iterate(): AsyncIterator<unknown>;
}

/** Returns `undefined` for a value that isn't sent as a stream. */
export function sourceOf(value: object, refuse: (why: string) => never): Source | undefined {
  if (typeof value !== "object") return undefined; // a function may have any member
  if (typeof ReadableStream === "function" && value instanceof ReadableStream) {
    if (value.locked) refuse("the stream is locked");
    return { type: isByteStream(value) ? "y" : "w", iterate: () => readerOf(value) };
  }
  const iterate = (value as Partial<AsyncIterable<unknown>>)[Symbol.asyncIterator];
  if (typeof iterate !== "function") return undefined;
  return { type: "a", iterate: () => iterate.call(value) };
}

/** Only a byte stream has such a reader. */
function isByteStream(stream: ReadableStream): boolean {
  try {
    stream.getReader({ mode: "byob" }).releaseLock();
    return true;
  } catch {
    return false;
  }
}

/** Safari's streams aren't async iterables. */
function readerOf(stream: ReadableStream): AsyncIterator<unknown> {
  const reader = stream.getReader();
  return {
    next: () => reader.read() as Promise<IteratorResult<unknown>>,
    async return() {
      await reader.cancel();
      return { done: true, value: undefined };
    },
  };
}
