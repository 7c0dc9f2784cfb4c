/** A value as JSON can tell it, and beside it what JSON can't. */
export interface Encoded {
  /** The text; `undefined` for what JSON leaves out. */
  readonly text: string | undefined;
  /** What is marked, in the order in which it was met; `undefined` where nothing is. */
  readonly marks: readonly Mark[] | undefined;
  /** Bytes that travel as frames of their own, behind the message. */
  readonly bytes: readonly Uint8Array[];
}

/** Where in the value, of which type, and what else is to be known of it. */
export type Mark = readonly [path: readonly (string | number)[], type: string, ...rest: unknown[]];

/**
 * How values are told beyond JSON: the option `values` of both ends takes {@linkcode structured},
 * which is one.
 */
export interface ValueEncoding {
  /** The name that the ends agree on. */
  readonly encoding: string;
  /**
   * Tells a value.
   *
   * @throws {EncodeError} With the path of the value that can't be told.
   */
  encode(value: unknown, what: string): Encoded;
  /**
   * Makes the value of what arrived. Looks at what is marked, and at nothing else.
   *
   * @throws {TypeError} If a mark is none.
   */
  decode(value: unknown, marks: unknown, bytes: readonly Uint8Array[]): unknown;
}
