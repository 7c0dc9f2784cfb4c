import { never, type RefusedRow } from "./path_rows.ts";

/** Paths that are refused for their form, their length, or for what is not there. */
export const REFUSED_FORMS: readonly RefusedRow[] = [
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
  },
  {
    why: "an object that turns into a text, perhaps another one each time",
    provider: (watch) => watch({ open: never }),
    path: { length: 4, toString: () => "open", split: () => ["open"] },
    reads: [],
  },
  {
    why: "a number is no path, though a list has an element there",
    provider: (watch) => watch([never]),
    path: 0,
    reads: [],
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
