/**
 * A protocol extension, such as {@linkcode structured}. List it in the option `use` on both sides;
 * if only one side lists it, the connection works without it.
 */
export interface Feature {
  /** The name that both sides compare to agree on the feature. */
  readonly name: string;
}
