import { WebSocketConnector } from "../../mod.ts";
import { SECRET } from "./victims/provider.ts";

/** What a function throws, and what its caller at the other end catches. */
export interface ThrownRow {
  /** What it is. */
  readonly what: string;
  /** Makes it. */
  readonly make: () => unknown;
  /** The name of the error that is caught; without one it is no error, but `value`. */
  readonly name?: string;
  readonly message?: string;
  /** The own fields of the error. */
  readonly fields?: Readonly<Record<string, unknown>>;
  /** What is caught that is no error. */
  readonly value?: unknown;
  /** What else is caught where errors are exposed. */
  readonly exposed?: { readonly cause?: unknown; readonly hasStack: boolean };
  /** What an operator is told of it. */
  readonly error?: string;
}

const fail = (): never => {
  throw new Error(SECRET);
};

/** An error with a property that can't be read. */
function unreadable(key: string, enumerable: boolean): Error {
  return Object.defineProperty(new Error("m"), key, { enumerable, get: fail });
}

function withField(key: string, value: unknown): Error {
  return Object.defineProperty(new Error("m"), key, { value, enumerable: true });
}

function revoked(target: object): object {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

function holdsItself(): Error {
  const error = new Error("m") as Error & { self?: Error };
  error.self = error;
  return error;
}

/** What is told of an error that holds itself, to this depth. */
function held(depth: number): object {
  return { ...depth > 0 && { self: held(depth - 1) }, name: "Error", message: "m" };
}

function isItsOwnCause(): Error {
  const error = new Error("m");
  error.cause = error;
  return error;
}

class AccountError extends RangeError {
  override readonly name = "AccountError";
  readonly #inside = SECRET;
  readonly account = 7;

  get secret(): string {
    return this.#inside;
  }
}

const UNREADABLE = "Cannot send the thrown value: it can't be read";
const M = { name: "Error", message: "m" };
const WITH_STACK = { hasStack: true };
const BARE = { hasStack: false };
const notTold = (kind: string) => ({
  name: "Error",
  message: `Cannot send the thrown value: it is a ${kind}`,
  exposed: BARE,
});

/** Whatever can be thrown. */
export const thrownRows: readonly ThrownRow[] = [
  { what: "an error", make: () => new Error("m"), ...M, exposed: WITH_STACK },
  {
    what: "an error of a class of its own, with a private field and a getter",
    make: () => new AccountError("m"),
    name: "AccountError",
    message: "m",
    fields: { account: 7 },
    exposed: WITH_STACK,
  },
  {
    what: "an error with a getter that throws",
    make: () => unreadable("field", true),
    ...M,
    exposed: WITH_STACK,
  },
  {
    what: "an error whose name throws",
    make: () => unreadable("name", false),
    ...M,
    exposed: WITH_STACK,
  },
  {
    what: "an error whose message throws",
    make: () => unreadable("message", false),
    name: "Error",
    message: UNREADABLE,
    exposed: WITH_STACK,
  },
  {
    what: "an error whose stack throws",
    make: () => unreadable("stack", false),
    ...M,
    exposed: BARE,
  },
  {
    what: "an error whose cause throws",
    make: () => unreadable("cause", false),
    ...M,
    exposed: WITH_STACK,
  },
  {
    what: "an error whose toJSON throws",
    make: () => withField("toJSON", fail),
    ...M,
    exposed: BARE,
  },
  {
    what: "an error whose toJSON can't be read",
    make: () => unreadable("toJSON", false),
    ...M,
    exposed: BARE,
  },
  {
    what: "an error with a toJSON",
    make: () => withField("toJSON", () => ({ a: 1 })),
    value: { a: 1 },
  },
  {
    what: "an error whose toJSON gives nothing",
    make: () => withField("toJSON", () => {}),
    value: undefined,
  },
  {
    what: "an error whose toJSON gives a bigint",
    make: () => withField("toJSON", () => 1n),
    ...M,
    exposed: BARE,
    error: 'Cannot encode "error": Do not know how to serialize a BigInt',
  },
  {
    what: "an error whose toJSON gives a promise",
    make: () => withField("toJSON", () => Promise.resolve(SECRET)),
    value: {},
  },
  { what: "a frozen error", make: () => Object.freeze(new Error("m")), ...M, exposed: WITH_STACK },
  {
    what: "a frozen error with a field",
    make: () => Object.freeze(withField("code", 7)),
    ...M,
    fields: { code: 7 },
    exposed: WITH_STACK,
  },
  {
    what: "an error that holds itself",
    make: holdsItself,
    ...M,
    fields: { self: held(8) },
    exposed: WITH_STACK,
  },
  {
    what: "an error with a bigint in it",
    make: () => withField("count", 1n),
    ...M,
    exposed: WITH_STACK,
    error: 'Cannot encode "error.count": Do not know how to serialize a BigInt',
  },
  {
    what: "an error with fields that JSON leaves out",
    make: () =>
      Object.assign(new Error("m"), { f() {}, s: Symbol(SECRET), u: undefined, d: new Date(0) }),
    ...M,
    fields: { d: "1970-01-01T00:00:00.000Z" },
    exposed: WITH_STACK,
  },
  {
    what: "an error with a field under a symbol",
    make: () => Object.assign(new Error("m"), { [Symbol(SECRET)]: SECRET }),
    ...M,
    exposed: WITH_STACK,
  },
  {
    what: "an error with a prototype as a field",
    make: () => withField("__proto__", { x: SECRET.length }),
    ...M,
    exposed: WITH_STACK,
  },
  {
    what: "an error whose name is a number",
    make: () => withField("name", 7),
    ...M,
    exposed: WITH_STACK,
  },
  {
    what: "an error with a stack that can be listed",
    make: () => withField("stack", "home"),
    ...M,
    exposed: WITH_STACK,
  },
  {
    what: "an error with a cause that can be listed",
    make: () => withField("cause", "home"),
    ...M,
    exposed: { cause: "home", ...WITH_STACK },
  },
  {
    what: "an error with a cause",
    make: () => new Error("m", { cause: new TypeError("home") }),
    ...M,
    exposed: { cause: "TypeError: home", ...WITH_STACK },
  },
  {
    what: "an error with a cause that is no error",
    make: () => new Error("m", { cause: "home" }),
    ...M,
    exposed: { cause: "home", ...WITH_STACK },
  },
  {
    what: "an error that is its own cause",
    make: isItsOwnCause,
    ...M,
    exposed: { cause: "Error: m", ...WITH_STACK },
  },
  {
    what: "an error of many, with these",
    make: () => new AggregateError([new Error("one"), 2], "m"),
    name: "AggregateError",
    message: "m",
    fields: { errors: ["Error: one", 2] },
    exposed: WITH_STACK,
  },
  {
    what: "an error of the web's own",
    make: () => new DOMException("m", "AbortError"),
    name: "AbortError",
    message: "m",
    exposed: WITH_STACK,
  },
  {
    what: "a proxy of an error, whose stack the engine does not give",
    make: () => new Proxy(new Error("m"), {}),
    ...M,
    exposed: BARE,
  },
  {
    what: "a proxy of an error whose traps throw",
    make: () =>
      new Proxy(new Error(SECRET), { get: fail, ownKeys: fail, getPrototypeOf: fail, has: fail }),
    name: "Error",
    message: UNREADABLE,
    exposed: BARE,
  },
  {
    what: "a revoked proxy of an error",
    make: () => revoked(new Error(SECRET)),
    name: "Error",
    message: UNREADABLE,
    exposed: BARE,
  },
  {
    what: "a revoked proxy of an object",
    make: () => revoked({}),
    name: "Error",
    message: UNREADABLE,
    exposed: BARE,
  },
  { what: "a symbol", make: () => Symbol(SECRET), ...notTold("symbol") },
  { what: "a bigint", make: () => 7n, ...notTold("bigint") },
  { what: "a function", make: () => fail, ...notTold("function") },
  { what: "a class", make: () => AccountError, ...notTold("function") },
  {
    what: "a driver",
    make: () => new WebSocketConnector<null, null, { a: object }>(null, null).getDriver(),
    name: "Error",
    message: UNREADABLE,
    exposed: BARE,
    error: "Cannot turn a driver into JSON",
  },
  { what: "undefined", make: () => undefined, value: undefined },
  { what: "null", make: () => null, value: null },
  { what: "zero", make: () => 0, value: 0 },
  { what: "NaN, which is null in JSON", make: () => NaN, value: null },
  { what: "an empty text", make: () => "", value: "" },
  { what: "a text", make: () => "no", value: "no" },
  { what: "a list", make: () => [1, [2]], value: [1, [2]] },
  { what: "a promise", make: () => Promise.resolve(SECRET), value: {} },
  { what: "an object with a then", make: () => ({ then: 1 }), value: { then: 1 } },
  {
    what: "a map, which is an empty object in JSON",
    make: () => new Map([[1, SECRET]]),
    value: {},
  },
  {
    what: "an object without a prototype",
    make: () => Object.assign(Object.create(null), { a: 1 }),
    value: { a: 1 },
  },
  {
    what: "an object that looks like an error",
    make: () => ({ name: "E", message: "m", code: 7 }),
    name: "E",
    message: "m",
    fields: { code: 7 },
    exposed: BARE,
  },
];
