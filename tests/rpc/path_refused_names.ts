import { createDriver } from "../../src/rpc/driver.ts";
import { never, type RefusedRow } from "./path_rows.ts";

const driver = createDriver({ call: never });

function above(this: object): unknown {
  return Object.getPrototypeOf(this);
}

/** Paths that are refused for a name in them. */
export const REFUSED_NAMES: readonly RefusedRow[] = [
  {
    why: "a name that begins with an underscore is private",
    provider: (watch) => watch({ _secret: never }),
    path: "_secret",
    reads: [],
  },
  {
    why: "a name that ends with an underscore is private",
    provider: (watch) => watch({ secret_: never }),
    path: "secret_",
    reads: [],
  },
  {
    why: "an underscore alone both begins and ends with one",
    provider: (watch) => watch({ _: never }),
    path: "_",
    reads: [],
  },
  {
    why: "an underscore before an emoji, which is two units of text",
    provider: (watch) => watch({ "_🔑": never }),
    path: "_🔑",
    reads: [],
  },
  {
    why: "a private name in the middle hides all that is below it",
    provider: (watch) => watch({ _inner: { open: never } }),
    path: "_inner.open",
    reads: [],
  },
  {
    why: "a private name at the end: the allowed steps before it are not read either",
    provider: (watch) => watch({ a: { b: { c_: never } } }),
    path: "a.b.c_",
    reads: [],
  },
  {
    why: "a private static function that a class has inherited",
    provider: () =>
      class extends class {
        static _make = never;
      } {},
    path: "_make",
  },
  {
    why: "`constructor` is the class: a call would run it, or tell its parameters",
    provider: (watch) => watch(new (class Service {})()),
    path: "constructor",
    reads: [],
  },
  {
    why: "`constructor` as a function of the user's own is refused like the others",
    provider: (watch) => watch({ constructor: never }),
    path: "constructor",
    reads: [],
  },
  {
    why: "two `constructor`s in a row are `Function`, which compiles text",
    provider: (watch) => watch({}),
    path: "constructor.constructor",
    reads: [],
  },
  {
    why: "`constructor` of a function is `Function` in one step",
    provider: (watch) => watch({ open: () => {} }),
    path: "open.constructor",
    reads: [],
  },
  {
    why: "`prototype` of a class would give its methods another `this`",
    provider: (watch) => ({
      Service: watch(
        class {
          method(): void {}
        },
      ),
    }),
    path: "Service.prototype.method",
    reads: [],
  },
  {
    why: "`prototype` as an own function of a plain object",
    provider: (watch) => watch({ prototype: never }),
    path: "prototype",
    reads: [],
  },
  {
    why: "`__proto__` leads up to the built-in prototype, where a runtime still has it",
    provider: (watch) => watch(Object.defineProperty({}, "__proto__", { get: above })),
    path: "__proto__.hasOwnProperty",
    reads: [],
  },
  {
    why: "`__proto__` as an own property, as `JSON.parse` makes it",
    provider: () => Object.defineProperty({}, "__proto__", { value: never }),
    path: "__proto__",
  },
  {
    why: "`__defineGetter__` would put a getter on the provider",
    provider: (watch) => watch({}),
    path: "__defineGetter__",
    reads: [],
  },
  {
    why: "`__defineSetter__` would listen to what the provider is given",
    provider: (watch) => watch({}),
    path: "__defineSetter__",
    reads: [],
  },
  {
    why: "`__lookupGetter__` would hand out a getter's function",
    provider: (watch) => watch({}),
    path: "__lookupGetter__",
    reads: [],
  },
  {
    why: "`then` would make a thenable of whoever is awaited",
    provider: (watch) => watch({ then: never }),
    path: "then",
    reads: [],
  },
  {
    why: "`then` of a promise that lies in the provider",
    provider: (watch) => ({ ready: watch(Promise.resolve()) }),
    path: "ready.then",
    reads: [],
  },
  {
    why: "a private name of another end: its driver has none",
    provider: () => ({ other: driver }),
    path: "other.secret_",
    there: false,
  },
  {
    why: "`constructor` of a driver is a function of this end",
    provider: () => ({ other: driver }),
    path: "other.constructor",
  },
];
