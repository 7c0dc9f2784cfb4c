import type { Acceptor } from "./library.ts";

/** Values that functions return, by name; what the caller gets of each stands in the cases. */
export const RESULTS: Readonly<Record<string, () => unknown>> = {
  undefined: () => undefined,
  null: () => null,
  true: () => true,
  zero: () => 0,
  "minus zero": () => -0,
  fraction: () => 0.1,
  "not a number": () => NaN,
  infinity: () => Infinity,
  "empty text": () => "",
  text: () => 'tschüß 👋 \u0000 \u2028 " \\',
  list: () => [1, undefined, [NaN]],
  object: () => ({ a: 1, b: undefined, c: { d: null } }),
  date: () => new Date(0),
  map: () => new Map([["a", 1]]),
  set: () => new Set([1]),
  bytes: () => new Uint8Array([1, 2]),
  instance: () => new Point(3, 4),
  "with toJSON": () => ({ toJSON: () => "said by toJSON" }),
  function: () => () => 1,
  symbol: () => Symbol("s"),
  promise: () => Promise.resolve("awaited"),
  thenable: () => ({ then: (resolve: (value: string) => void) => resolve("awaited too") }),
  error: () => new RangeError("a value like others"),
};

/** Values that are thrown, by name. */
export const THROWN: Readonly<Record<string, () => unknown>> = {
  error: () => new RangeError("too large"),
  "error with fields": () =>
    Object.assign(new TypeError("no such user"), { code: "E_USER", status: 404, deep: { a: [1] } }),
  "error with a cause": () => new Error("outer", { cause: new Error("inner secret") }),
  "error with toJSON": () =>
    Object.assign(new Error("hidden"), { toJSON: () => ({ name: "Told", message: "by toJSON" }) }),
  "own class": () => new OwnError("of a class"),
  text: () => "a text",
  number: () => 7,
  null: () => null,
  undefined: () => undefined,
  false: () => false,
  object: () => ({ code: 12, why: "no reason" }),
  "object like an error": () => ({ name: "Likeness", message: "looks like one", extra: 1 }),
  "error with an unreadable field": () =>
    Object.defineProperty(new Error("still told"), "bad", {
      enumerable: true,
      get() {
        throw new Error("unreadable");
      },
    }),
  "error with a field that is no JSON": () => Object.assign(new Error("told too"), { big: 1n }),
  "error that can't be read": () =>
    Object.defineProperty(new Error(), "message", {
      get() {
        throw new Error("unreadable");
      },
    }),
  "error whose toJSON throws": () =>
    Object.assign(new Error("and this"), {
      toJSON() {
        throw new Error("unreadable");
      },
    }),
  symbol: () => Symbol("s"),
  bigint: () => 1n,
  function: () => () => 1,
};

/** Results that can't be put on the wire. */
export const UNTELLABLE: Readonly<Record<string, (acceptor: Acceptor) => unknown>> = {
  bigint: () => ({ list: [{ big: 1n }] }),
  circular: () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    return circle;
  },
  "toJSON that throws": () => ({
    toJSON() {
      throw new Error("no JSON of me");
    },
  }),
  driver: (acceptor) => ({ driver: acceptor.getDriver() }),
};

class OwnError extends Error {
  override readonly name = "OwnError";
  readonly own = "field";
}

class Point {
  readonly #hidden = 1;
  constructor(readonly x: number, readonly y: number) {}
  sum(): number {
    return this.x + this.y + this.#hidden;
  }
}
