/** How instances of a class are serialized. Both sides must use the same name for it. */
export interface StructuredType {
  /** The class. */
  // deno-lint-ignore no-explicit-any -- constructors can take any parameters
  readonly class: abstract new (...args: any[]) => object;
  /** Converts an instance to a value that `structured` can send. */
  // deno-lint-ignore no-explicit-any -- an instance of `class`
  encode(instance: any): unknown;
  /** Converts that value back to an instance. The value comes from the peer, so validate it. */
  decode(value: unknown): object;
}
