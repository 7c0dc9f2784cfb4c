/** What is asked of the server and the client of each subject. */

/** A small object, as the items of a stream. */
export interface Row {
  readonly id: number;
  readonly name: string;
  readonly isNew: boolean;
}

/** How far a producer can be ahead, for all that have windows: the defaults of `streams`. */
export const WINDOWS = { items: 64, bytes: 2 ** 20, underWay: 2 ** 18 };

export const CHUNK: Uint8Array<ArrayBuffer> = new Uint8Array(65_536).map((_, i) => i % 251);

export function rowOf(id: number): Row {
  return { id, name: "A row of a table", isNew: true };
}

/** Endless for the reader that stops by itself. */
export const ENDLESS = 1e9;

/** Returns a function that says whether so many ms are over. */
export function clock(ms: number): () => boolean {
  const end = performance.now() + ms;
  return () => performance.now() > end;
}

/** One connection. What a library has no way to do is missing. */
export interface StreamClient {
  /** Reads chunks of 64 kB for so many ms, and returns how many bytes they had. */
  bytes(ms: number): Promise<number>;
  /** Sends chunks for so many ms, and returns how many bytes the server has read. */
  upload(ms: number): Promise<number>;
  /** Reads so many rows, and returns the sum of their ids. */
  items(count: number): Promise<number>;
  /** Passes a function that the server calls so often at once. Returns how often it ran. */
  callbacks?(count: number): Promise<number>;
  plus?(x: number, y: number): Promise<number>;
  /** Starts so many endless streams of chunks, read at full speed. Returns a function to end them. */
  flood?(streams: number): () => Promise<void>;
  close(): Promise<void>;
}

/** One way to stream over a WebSocket. */
export interface StreamSubject {
  /** Listens on 127.0.0.1, and returns the port. */
  serve(): Promise<number>;
  connect(port: number): Promise<StreamClient>;
}
