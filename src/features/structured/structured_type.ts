/** How instances of a class of yours travel. Both ends describe it under the same name. */
export interface StructuredType {
  /** The class. */
  // deno-lint-ignore no-explicit-any -- whatever it is constructed with
  readonly class: abstract new (...args: any[]) => object;
  /** An instance → what is told of it: any value that `structured` can tell. */
  // deno-lint-ignore no-explicit-any -- an instance of `class`
  encode(instance: any): unknown;
  /** What was told → an instance. It comes from the other end: check it. */
  decode(told: unknown): object;
}
