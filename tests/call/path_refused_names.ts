import { createDriver } from "../../src/call/driver.ts";
import { never, type RefusedRow } from "./path_rows.ts";

const driver = createDriver(never);

/** Paths that are refused for a name in them, for their form, or for what is not there. */
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
    why: "`__proto__` leads up to the built-in prototype",
    provider: (watch) => watch({}),
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
    why: "a private name of another end: its driver is not even asked",
    provider: () => ({ other: driver }),
    path: "other.secret_",
  },
  {
    why: "`constructor` is refused on a driver, which would take it for a remote name",
    provider: () => ({ other: driver }),
    path: "other.constructor",
  },
  {
    why: "an empty path names nothing, though a property may have an empty name",
    provider: (watch) => watch({ "": never }),
    path: "",
    reads: [],
  },
  {
    why: "a dot in front has an empty name before it",
    provider: (watch) => watch({ "": { open: never } }),
    path: ".open",
    reads: [],
  },
  {
    why: "a dot at the end has an empty name after it",
    provider: (watch) => watch({ open: { "": never } }),
    path: "open.",
    reads: [],
  },
  {
    why: "two dots have an empty name between them",
    provider: (watch) => watch({ a: { "": { b: never } } }),
    path: "a..b",
    reads: [],
  },
  {
    why: "a property with a dot in its name is not what a path with a dot means",
    provider: () => ({ "a.b": never }),
    path: "a.b",
    there: false,
  },
  {
    why: "brackets are no way to write a step",
    provider: () => ({ list: [never] }),
    path: "list[0]",
    there: false,
  },
  {
    why: "a space before a name is part of it",
    provider: () => ({ open: never }),
    path: " open",
    there: false,
  },
  {
    why: "a NUL after a name does not end it",
    provider: () => ({ open: never }),
    path: "open\0",
    there: false,
  },
  {
    why: "capitals count",
    provider: () => ({ open: never }),
    path: "Open",
    there: false,
  },
  {
    why: "a letter with its accent as two characters is not the one character",
    provider: () => ({ ["\u00e9"]: never }),
    path: "e\u0301",
    there: false,
  },
  {
    why: "a symbol's text does not stand for the symbol",
    provider: () => ({ [Symbol.iterator]: never }),
    path: "Symbol(Symbol.iterator)",
    there: false,
  },
  {
    why: "a list of one text is no path, though it would turn into one",
    provider: (watch) => watch({ open: never }),
    path: ["open"],
    reads: [],
    there: false,
  },
  {
    why: "an object that turns into a text, another one each time",
    provider: (watch) => watch({ open: never }),
    path: { length: 4, toString: never, split: never },
    reads: [],
    there: false,
  },
  {
    why: "a number is no path, though a list has an element there",
    provider: (watch) => watch([never]),
    path: 0,
    reads: [],
    there: false,
  },
  {
    why: "one character more than the limit, before anything is read",
    provider: (watch) => watch({ ["x".repeat(4_097)]: never }),
    path: "x".repeat(4_097),
    reads: [],
  },
  {
    why: "one name more than the limit, before anything is read",
    provider: (watch) => {
      const ring: Record<string, unknown> = { open: never };
      ring.r = ring;
      return watch(ring);
    },
    path: `${"r.".repeat(64)}open`,
    reads: [],
  },
  {
    why: "a name that is not there",
    provider: (watch) => watch({ open: never }),
    path: "absent",
    reads: ["getOwnPropertyDescriptor absent", "getPrototypeOf"],
    there: false,
  },
  {
    why: "a step below a name that is not there",
    provider: (watch) => watch({ open: never }),
    path: "absent.open",
    reads: ["getOwnPropertyDescriptor absent", "getPrototypeOf"],
    there: false,
  },
  {
    why: "a step through a member that is null",
    provider: (watch) => watch({ gone: null }),
    path: "gone.open",
    reads: ["getOwnPropertyDescriptor gone", "get gone"],
    there: false,
  },
  {
    why: "a member that is a number can't be called",
    provider: (watch) => watch({ port: 80 }),
    path: "port",
    reads: ["getOwnPropertyDescriptor port", "get port"],
    there: false,
  },
  {
    why: "a member that is an object can't be called: of what it holds nothing is read",
    provider: (watch) => ({ inner: watch({ open: never }) }),
    path: "inner",
    reads: [],
    there: false,
  },
  {
    why: "no provider",
    provider: () => undefined,
    path: "open",
    there: false,
  },
  {
    why: "null in place of a provider",
    provider: () => null,
    path: "open",
    there: false,
  },
  {
    why: "a text as the provider: it is no object, and its methods are built in",
    provider: () => "abc",
    path: "repeat",
  },
  {
    why: "a text on the way",
    provider: () => ({ title: "abc" }),
    path: "title.padEnd",
  },
  {
    why: "a number on the way",
    provider: () => ({ port: 80 }),
    path: "port.toFixed",
  },
  {
    why: "a big integer on the way",
    provider: () => ({ balance: 80n }),
    path: "balance.toLocaleString",
  },
  {
    why: "a boolean on the way",
    provider: () => ({ isOpen: true }),
    path: "isOpen.valueOf",
  },
  {
    why: "a symbol on the way",
    provider: () => ({ key: Symbol("key") }),
    path: "key.toString",
  },
];
