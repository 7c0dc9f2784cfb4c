import { me, type ReachedRow } from "./path_rows.ts";

/** A provider with the functions in question one level down. */
function below(inner: object): ReturnType<ReachedRow["make"]> {
  return { provider: { inner }, self: inner };
}

/** Names that look as if they were refused. */
export const REACHED_NAMES: readonly ReachedRow[] = [
  { why: "a user's own `call`", make: () => below({ call: me }), path: "inner.call" },
  { why: "a user's own `apply`", make: () => below({ apply: me }), path: "inner.apply" },
  { why: "a user's own `bind`", make: () => below({ bind: me }), path: "inner.bind" },
  { why: "a user's own `toString`", make: () => below({ toString: me }), path: "inner.toString" },
  { why: "a user's own `valueOf`", make: () => below({ valueOf: me }), path: "inner.valueOf" },
  {
    why: "a user's own `hasOwnProperty`: nobody else calls it",
    make: () => below({ hasOwnProperty: me }),
    path: "inner.hasOwnProperty",
  },
  { why: "a user's own `push`", make: () => below({ push: me }), path: "inner.push" },
  { why: "a user's own `toJSON`", make: () => below({ toJSON: me }), path: "inner.toJSON" },
  {
    why: "`name` of an object that is no function",
    make: () => below({ name: me }),
    path: "inner.name",
  },
  {
    why: "`length` of an object that is no function",
    make: () => below({ length: me }),
    path: "inner.length",
  },
  {
    why: "`arguments` of an object that is no function",
    make: () => below({ arguments: me }),
    path: "inner.arguments",
  },
  {
    why: "`caller` of an object that is no function",
    make: () => below({ caller: me }),
    path: "inner.caller",
  },
  { why: "`catch` makes nobody a thenable", make: () => below({ catch: me }), path: "inner.catch" },
  { why: "`on`, as listeners have it", make: () => below({ on: me }), path: "inner.on" },
  {
    why: "`close`, as our own ends have it",
    make: () => below({ close: me }),
    path: "inner.close",
  },
  { why: "an underscore inside a name", make: () => below({ a_b: me }), path: "inner.a_b" },
  {
    why: "two underscores inside a name",
    make: () => below({ a__proto__b: me }),
    path: "inner.a__proto__b",
  },
  {
    why: "a name that a forbidden one begins",
    make: () => below({ constructors: me }),
    path: "inner.constructors",
  },
  {
    why: "a name that ends in a forbidden one",
    make: () => below({ andthen: me }),
    path: "inner.andthen",
  },
  {
    why: "a forbidden name in capitals",
    make: () => below({ Prototype: me }),
    path: "inner.Prototype",
  },
  { why: "a name with spaces", make: () => below({ " a b ": me }), path: "inner. a b " },
  { why: "a name in another script", make: () => below({ "合計": me }), path: "inner.合計" },
  { why: "a name of half an emoji", make: () => below({ "\ud83d": me }), path: "inner.\ud83d" },
  { why: "a name that is a number", make: () => below({ 7: me }), path: "inner.7" },
  {
    why: "a name that is text for nothing",
    make: () => below({ undefined: me }),
    path: "inner.undefined",
  },
  { why: "a name with brackets", make: () => below({ "list[0]": me }), path: "inner.list[0]" },
];
