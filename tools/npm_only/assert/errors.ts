import { AssertionError, suffix } from "./assertion_error.ts";

/** An error's class, abstract or not. */
// deno-lint-ignore no-explicit-any
type ErrorType<E extends Error> = abstract new (...args: any[]) => E;

/** Fails unless `error` is an `Error`, of the class and with the text that are asked for. */
export function assertIsError<E extends Error = Error>(
  error: unknown,
  ErrorClass?: ErrorType<E>,
  msgMatches?: string | RegExp,
  msg?: string,
): asserts error is E {
  if (!(error instanceof Error)) {
    throw new AssertionError(`Expected "error" to be an Error object${suffix(msg)}`);
  }
  if (ErrorClass && !(error instanceof ErrorClass)) {
    const was = `but was "${error.constructor?.name}"`;
    throw new AssertionError(
      `Expected error to be instance of "${ErrorClass.name}", ${was}${suffix(msg)}`,
    );
  }
  if (!msgMatches || matches(error.message, msgMatches)) return;
  const wanted = typeof msgMatches === "string" ? JSON.stringify(msgMatches) : String(msgMatches);
  throw new AssertionError(
    `Expected error message to include ${wanted}, but got ${JSON.stringify(error.message)}` +
      suffix(msg),
  );
}

/** Fails unless `fn` throws; with a class, unless it throws such an error with such a text. */
export function assertThrows(fn: () => unknown, msg?: string): unknown;
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  ErrorClass: ErrorType<E>,
  msgIncludes?: string,
  msg?: string,
): E;
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  errorClassOrMsg?: ErrorType<E> | string,
  ...texts: [msgIncludes?: string, msg?: string]
): unknown {
  const wanted = expectation(errorClassOrMsg, texts);
  let thrown: { error: unknown } | undefined;
  try {
    fn();
  } catch (error) {
    thrown = { error };
  }
  if (!thrown) throw new AssertionError(`Expected function to throw${suffix(wanted.msg)}`);
  return check(thrown.error, wanted, "thrown");
}

/** Fails unless `fn` gives a promise that rejects, as {@linkcode assertThrows} does. */
export function assertRejects(fn: () => PromiseLike<unknown>, msg?: string): Promise<unknown>;
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  ErrorClass: ErrorType<E>,
  msgIncludes?: string,
  msg?: string,
): Promise<E>;
export async function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  errorClassOrMsg?: ErrorType<E> | string,
  ...texts: [msgIncludes?: string, msg?: string]
): Promise<unknown> {
  const wanted = expectation(errorClassOrMsg, texts);
  const promise = begin(fn);
  if (!promise) {
    throw new AssertionError(`Function throws when expected to reject${suffix(wanted.msg)}`);
  }
  let rejected: { error: unknown } | undefined;
  try {
    await promise;
  } catch (error) {
    rejected = { error };
  }
  if (!rejected) throw new AssertionError(`Expected function to reject${suffix(wanted.msg)}`);
  return check(rejected.error, wanted, "rejected");
}

interface Expectation {
  readonly type: ErrorType<Error> | undefined;
  readonly includes: string | undefined;
  readonly msg: string | undefined;
}

function expectation(
  errorClassOrMsg: ErrorType<Error> | string | undefined,
  [includes, msg]: [msgIncludes?: string, msg?: string],
): Expectation {
  return typeof errorClassOrMsg === "string"
    ? { type: undefined, includes: undefined, msg: errorClassOrMsg }
    : { type: errorClassOrMsg, includes, msg };
}

function check(error: unknown, { type, includes, msg }: Expectation, how: string): unknown {
  if (!type) return error;
  if (!(error instanceof Error)) {
    throw new AssertionError(`A non-Error object was ${how}${suffix(msg)}`);
  }
  assertIsError(error, type, includes, msg);
  return error;
}

/** What `fn` returned, if it is a promise. */
function begin(fn: () => PromiseLike<unknown>): PromiseLike<unknown> | undefined {
  try {
    const result = fn();
    return typeof result === "object" && typeof result?.then === "function" ? result : undefined;
  } catch {
    // Whoever throws at once has not rejected: both are told with the same words.
    return undefined;
  }
}

function matches(text: string, wanted: string | RegExp): boolean {
  return typeof wanted === "string"
    ? plain(text).includes(plain(wanted))
    : wanted.test(plain(text));
}

/** Without colours. */
function plain(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replace(/\x1b\[[0-9;]*m/g, "");
}
