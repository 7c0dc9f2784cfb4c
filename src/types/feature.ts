/**
 * An extension of the protocol, such as {@linkcode structured}. Pass it in the option `use` of both
 * ends; a connection whose other end lacks it works without it.
 */
export interface Feature {
  /** The name by which both ends agree on it. */
  readonly name: string;
}
