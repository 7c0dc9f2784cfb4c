/**
 * What the cases assert with. It names no runtime and imports nothing, because the same cases run
 * in Deno, Node, Bun and a browser.
 */

/** How long anything in a case may take, in ms: far more than it takes anywhere. */
export const PATIENCE = 60_000;

/** What does not hold. */
export class CheckError extends Error {
  override readonly name = "CheckError";
}

/** Holds when both are alike, field by field; `undefined`, `NaN` and missing keys count. */
export function equal(actual: unknown, expected: unknown, what = "the value"): void {
  const [is, wanted] = [show(actual), show(expected)];
  if (is !== wanted) throw new CheckError(`${what} is ${cut(is)}, not ${cut(wanted)}`);
}

/** Holds when the condition does. */
export function ok(condition: boolean, what: string): void {
  if (!condition) throw new CheckError(`it does not hold that ${what}`);
}

/** What an error must be like. What is not named is not asked for. */
export interface Wanted {
  /** `instanceof` it, given as a list so that a class that a library lacks is seen as a fault. */
  readonly is?: readonly (new (...args: never[]) => object)[];
  /** Not `instanceof` it. */
  readonly isNot?: readonly (new (...args: never[]) => object)[];
  /** The error's fields. */
  readonly fields?: Readonly<Record<string, unknown>>;
  /** What stands in the message. */
  readonly text?: string;
}

/** Holds when the promise is rejected, in time, with what is wanted; gives what it was. */
export async function rejects(promise: Promise<unknown>, wanted: Wanted = {}): Promise<unknown> {
  const settled = promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  const outcome = await inTime(settled, "a rejection");
  if (!("error" in outcome)) {
    throw new CheckError(`it was fulfilled with ${cut(show(outcome.value))}, not rejected`);
  }
  matches(outcome.error, wanted);
  return outcome.error;
}

/** Holds when the error is what is wanted. */
export function matches(error: unknown, { is = [], isNot = [], fields = {}, text }: Wanted): void {
  for (const one of is) {
    ok(error instanceof one, `${cut(show(error))} is a ${one.name}`);
  }
  for (const one of isNot) ok(!(error instanceof one), `${cut(show(error))} is no ${one.name}`);
  const given = error as Record<string, unknown>;
  for (const [key, value] of Object.entries(fields)) equal(given[key], value, `the error's ${key}`);
  if (text !== undefined) {
    const message = String(given.message);
    ok(message.includes(text), `"${text}" stands in "${cut(message)}"`);
  }
}

/** The promise's value, or a fault when it takes too long. */
export async function inTime<T>(promise: Promise<T>, what: string, ms = PATIENCE): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new CheckError(`${what} did not come within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Has it settled by the time that what is queued now has run? */
export async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const done = (): void => {
    settled = true;
  };
  promise.then(done, done);
  for (let turn = 0; turn < 20; turn++) await null;
  return settled;
}

/** Waits for so many ms. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** A value as text that tells apart whatever the wire tells apart. */
export function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (Object.is(value, -0)) return "-0";
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (Array.isArray(value)) return `[${value.map(show).join(", ")}]`;
  if (typeof value !== "object" || value === null) return String(value);
  const fields = Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1);
  return `{${fields.map(([key, inner]) => `${key}: ${show(inner)}`).join(", ")}}`;
}

function cut(text: string): string {
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}

/** How long an end is called before it closes, in ms. */
export const SOON = 20;

/** Calls again and again, until a call fails or a hundred thousand have returned. */
export async function goOn(call: (n: number) => Promise<unknown>): Promise<void> {
  try {
    for (let n = 0; n < 100_000; n++) await call(n);
  } catch {
    // the connection has ended
  }
}
