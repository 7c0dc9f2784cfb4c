/**
 * What a connection can do beyond calls, such as {@linkcode structured}: give it to the option `use`
 * of both ends. They agree on it by its name; an end without it is served as if it were not there.
 */
export interface Feature {
  /** The name that both ends agree on. */
  readonly name: string;
}
