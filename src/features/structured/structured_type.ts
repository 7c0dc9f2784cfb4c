/** How instances of a class are sent. Both ends define it under the same name. */
export interface StructuredType {
  /** The class. */
  // deno-lint-ignore no-explicit-any -- a constructor may take anything
  readonly class: abstract new (...args: any[]) => object;
  /** Turns an instance into a value that `structured` can send. */
  // deno-lint-ignore no-explicit-any -- an instance of `class`
  encode(instance: any): unknown;
  /** Turns that value into an instance. It comes from the peer: validate it. */
  decode(value: unknown): object;
}
