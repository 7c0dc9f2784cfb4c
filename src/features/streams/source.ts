/**
 * The types of marks, `[path, type, id]`: an async iterable, a `ReadableStream`, and one of bytes. The
 * id is the sender's, and grows.
 */
export type StreamType = "a" | "w" | "y";

export interface SourceResult {
  readonly done?: boolean | undefined;
  readonly value?: unknown;
}

/** As much of an async iterator as a producer uses. */
export interface SourceIterator {
  next(): Promise<SourceResult>;
  return?(): unknown;
}

/** How to read a value that is sent as a stream. */
export interface Source {
  readonly type: StreamType;
  /** Starts to read. Called once. */
  iterate(): SourceIterator;
}

/** Returns `undefined` for a value that isn't sent as a stream. */
export function sourceOf(value: object): Source | undefined {
  if (typeof value !== "object") return undefined; // a function may have any member
  if (value instanceof ReadableStream) {
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
function readerOf(stream: ReadableStream): SourceIterator {
  const reader = stream.getReader();
  return { next: () => reader.read(), return: () => reader.cancel() };
}
