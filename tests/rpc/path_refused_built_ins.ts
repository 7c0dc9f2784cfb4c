import { me, never, type RefusedRow } from "./path_rows.ts";

/** Members that come from the prototypes of built-in values. */
export const REFUSED_BUILT_INS: readonly RefusedRow[] = [
  {
    why: "`call` of a function would choose its `this`",
    provider: (watch) => watch({ open: never }),
    path: "open.call",
    reads: ["getOwnPropertyDescriptor open", "get open"],
  },
  {
    why: "`apply` of a function would give it a list of another's making",
    provider: (watch) => ({ open: watch(never) }),
    path: "open.apply",
    reads: ["getOwnPropertyDescriptor apply", "getPrototypeOf"],
  },
  {
    why: "`bind` of a function would answer with a function",
    provider: () => ({ open: never }),
    path: "open.bind",
  },
  {
    why: "`toString` of a function would show its source",
    provider: () => ({ open: never }),
    path: "open.toString",
  },
  {
    why: "an async function has one more prototype below that of all functions",
    provider: () => ({ open: async () => {} }),
    path: "open.call",
  },
  {
    why: "a generator function has a prototype of its own kind",
    provider: () => ({ *open() {} }),
    path: "open.apply",
  },
  {
    why: "a bound function inherits the same as others",
    provider: () => ({ open: never.bind(null) }),
    path: "open.bind",
  },
  {
    why: "a class is a function too",
    provider: () => class {},
    path: "call",
  },
  {
    why: "`name` of a function, also where a class has a static function of that name",
    provider: (watch) =>
      watch(
        class {
          static name(): void {}
        } as object,
      ),
    path: "name",
    reads: [],
  },
  {
    why: "`length` of a function, also as a static function",
    provider: (watch) =>
      watch(
        class {
          static length(): void {}
        } as object,
      ),
    path: "length",
    reads: [],
  },
  {
    why: "`caller` of a function",
    provider: (watch) => ({
      open: watch(Object.defineProperty(() => {}, "caller", { value: never })),
    }),
    path: "open.caller",
    reads: [],
  },
  {
    why: "`arguments` of a function",
    provider: (watch) => ({
      open: watch(Object.defineProperty(() => {}, "arguments", { value: [never] })),
    }),
    path: "open.arguments.0",
    reads: [],
  },
  {
    why: "`toString` that a plain object inherits",
    provider: (watch) => watch({}),
    path: "toString",
    reads: ["getOwnPropertyDescriptor toString", "getPrototypeOf"],
  },
  {
    why: "`valueOf` would answer with the provider whole",
    provider: () => ({ secret: 1 }),
    path: "valueOf",
  },
  {
    why: "`hasOwnProperty` would tell which private names there are",
    provider: () => ({ _key: 1 }),
    path: "hasOwnProperty",
  },
  {
    why: "`isPrototypeOf` takes the end of a user's chain of classes",
    provider: () => new (class extends class {} {})(),
    path: "isPrototypeOf",
  },
  {
    why: "an object made from another one ends in the same built-in prototype",
    provider: () => Object.create({ open: never }),
    path: "propertyIsEnumerable",
  },
  {
    why: "an object without a prototype has nothing inherited at all",
    provider: () => Object.create(null),
    path: "toLocaleString",
    there: false,
  },
  {
    why: "`push` would change the provider's list",
    provider: (watch) => ({ list: watch([1]) }),
    path: "list.push",
    reads: ["getOwnPropertyDescriptor push", "getPrototypeOf"],
  },
  {
    why: "a list as the provider itself",
    provider: () => [never],
    path: "pop",
  },
  {
    why: "a list's own `length` is a number",
    provider: () => [never],
    path: "length",
    there: false,
  },
  {
    why: "`01` is no index",
    provider: () => [me, never],
    path: "01",
    there: false,
  },
  {
    why: "`-1` is no index, and does not count from the end",
    provider: () => [never],
    path: "-1",
    there: false,
  },
  {
    why: "`1e0` is no index",
    provider: () => [me, never],
    path: "1e0",
    there: false,
  },
  {
    why: "an index past the end",
    provider: () => [never],
    path: "1",
    there: false,
  },
  {
    why: "a hole in a list has nothing of its own",
    provider: () => Object.assign([], { 1: never }),
    path: "0",
    there: false,
  },
  {
    why: "the arguments of a function are a list of another kind",
    provider: () =>
      (function () {
        return arguments;
      })(),
    path: "hasOwnProperty",
  },
  {
    why: "a map's `clear`",
    provider: () => ({ rooms: new Map() }),
    path: "rooms.clear",
  },
  {
    why: "a set's `forEach`, which takes a function",
    provider: () => ({ names: new Set() }),
    path: "names.forEach",
  },
  {
    why: "`deref` of a weak reference hands out what it refers to",
    provider: () => ({ held: new WeakRef({}) }),
    path: "held.deref",
  },
  {
    why: "a date's `setTime`",
    provider: () => ({ since: new Date() }),
    path: "since.setTime",
  },
  {
    why: "a regular expression's `exec`, which may run for ever",
    provider: () => ({ pattern: /(a+)+$/ }),
    path: "pattern.exec",
  },
  {
    why: "`compile` is there for old programs only, and changes the expression",
    provider: () => ({ pattern: /a/ }),
    path: "pattern.compile",
  },
  {
    why: "an error's `toString` comes from a prototype below that of all objects",
    provider: () => ({ last: new TypeError("no") }),
    path: "last.toString",
  },
  {
    why: "a promise's `finally`",
    provider: () => ({ ready: Promise.resolve() }),
    path: "ready.finally",
  },
  {
    why: "`transfer` would take a buffer's bytes away",
    provider: () => ({ bytes: new ArrayBuffer(8) }),
    path: "bytes.transfer",
  },
  {
    why: "a typed array's `fill` stands two prototypes up",
    provider: () => ({ bytes: new Uint8Array(8) }),
    path: "bytes.fill",
  },
  {
    why: "a typed array's element is a number",
    provider: () => new Uint8Array(8),
    path: "0",
    there: false,
  },
  {
    why: "a text in a box has methods",
    provider: () => ({ title: Object("abc") }),
    path: "title.repeat",
  },
  {
    why: "a text in a box has its characters as its own",
    provider: () => ({ title: Object("abc") }),
    path: "title.0.repeat",
  },
  {
    why: "`Intl` has classes that are no globals",
    provider: () => ({ format: new Intl.NumberFormat() }),
    path: "format.formatToParts",
  },
  {
    why: "a list's iterator: its prototype has no constructor",
    provider: () => ({ cursor: [1].values() }),
    path: "cursor.next",
  },
  {
    why: "the helpers that all iterators inherit: the constructor there is a getter",
    provider: () => ({ cursor: [1].values() }),
    path: "cursor.toArray",
  },
  {
    why: "an iterator that a helper made has a prototype of a kind of its own",
    provider: () => ({ cursor: [1].values().map(never) }),
    path: "cursor.return",
  },
  {
    why: "an iterator that was wrapped by `Iterator.from`",
    provider: () => ({ cursor: Iterator.from({ next: never } as unknown as Iterator<void>) }),
    path: "cursor.next",
  },
  {
    why: "a generator's `next`: the constructor of its prototype is an object",
    provider: () => ({
      cursor: (function* () {
        yield 1;
      })(),
    }),
    path: "cursor.next",
  },
  {
    why: "an async generator's `throw`",
    provider: () => ({
      cursor: (async function* () {
        yield await 1;
      })(),
    }),
    path: "cursor.throw",
  },
  {
    why: "the matches of a text are an iterator of their own kind",
    provider: () => ({ cursor: "a".matchAll(/a/g) }),
    path: "cursor.next",
  },
];
