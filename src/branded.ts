import { define } from "./errors.ts";

const isInstance = Function.prototype[Symbol.hasInstance];

/**
 * Makes `instanceof` accept errors of another copy of the library, as it does for the classes in
 * `errors.ts`. Those don't call this, because it would make every client's bundle larger.
 */
export function brand(type: { readonly prototype: Error }, name: string): void {
  const mark = Symbol.for(`@sheetbend/rpc ${name}`);
  define(type.prototype, mark, true, false);
  define(type, Symbol.hasInstance, function (this: unknown, value: unknown): boolean {
    return isInstance.call(this as typeof Error, value) ||
      (this === type && Object(value)[mark] === true); // not in a subclass of it
  }, false);
}
