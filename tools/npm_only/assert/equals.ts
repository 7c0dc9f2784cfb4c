import { deepStrictEqual } from "node:assert";
import { AssertionError, suffix } from "./assertion_error.ts";
import { equal } from "./equal.ts";

/** Fails unless the two values are alike in depth. */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  if (equal(actual, expected)) return;
  throw new AssertionError(`Values are not equal${suffix(msg)}\n${difference(actual, expected)}`);
}

/** Fails if the two values are alike in depth. */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  if (!equal(actual, expected)) return;
  const texts = `Expected actual: ${Deno.inspect(actual)} not to be: ${Deno.inspect(expected)}`;
  throw new AssertionError(texts + suffix(msg));
}

/** Fails unless the two are the same value or object (0 and -0 are two). */
export function assertStrictEquals<T>(
  actual: unknown,
  expected: T,
  msg?: string,
): asserts actual is T {
  if (Object.is(actual, expected)) return;
  if (Deno.inspect(actual) === Deno.inspect(expected)) {
    const text = "Values have the same structure but are not reference-equal";
    throw new AssertionError(`${text}${suffix(msg)}\n\n${Deno.inspect(actual)}\n`);
  }
  const text = `Values are not strictly equal${suffix(msg)}`;
  throw new AssertionError(`${text}\n${difference(actual, expected)}`);
}

/** Fails if the two are the same value or object. */
export function assertNotStrictEquals<T>(actual: T, expected: T, msg?: string): void {
  if (!Object.is(actual, expected)) return;
  const text = `Expected "actual" to not be strictly equal to: ${Deno.inspect(actual)}`;
  throw new AssertionError(`${text}${suffix(msg)}\n`);
}

/** What differs, as `node:assert` shows it, or both values where it sees no difference. */
function difference(actual: unknown, expected: unknown): string {
  try {
    deepStrictEqual(actual, expected);
  } catch (error) {
    if (error instanceof Error) return error.message.replace(/^[^\n]*\n/, "");
  }
  return `    Actual:   ${Deno.inspect(actual)}\n    Expected: ${Deno.inspect(expected)}`;
}
