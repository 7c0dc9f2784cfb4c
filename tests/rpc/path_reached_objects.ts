import { itself, me, type ReachedRow } from "./path_rows.ts";
import * as provided from "./path_module.ts";

/** Objects, functions, lists, modules. */
export const REACHED_OBJECTS: readonly ReachedRow[] = [
  {
    why: "an own function: asked whether it is own, then read, once each",
    make: (watch) => itself(watch({ open: me })),
    path: "open",
    reads: ["getOwnPropertyDescriptor open", "get open"],
  },
  {
    why: "a function three objects down: `this` is the last of them",
    make: () => {
      const c = { open: me };
      return { provider: { a: { b: { c } } }, self: c };
    },
    path: "a.b.c.open",
  },
  {
    why: "an object on the way is read once",
    make: (watch) => {
      const inner = { open: me };
      return { provider: watch({ inner }), self: inner };
    },
    path: "inner.open",
    reads: ["getOwnPropertyDescriptor inner", "get inner"],
  },
  {
    why: "a frozen object",
    make: () => itself(Object.freeze({ open: me })),
    path: "open",
  },
  {
    why: "an object without a prototype",
    make: () => itself(Object.assign(Object.create(null), { open: me })),
    path: "open",
  },
  {
    why: "an arrow function has no `this` to be given",
    make: () => {
      const provider = { open: () => "arrow" };
      return { provider, self: provider, result: "arrow" };
    },
    path: "open",
  },
  {
    why: "an async function",
    make: () => {
      const provider = { open: async () => await Promise.resolve("async") };
      return { provider, self: provider, result: "async" };
    },
    path: "open",
  },
  {
    why: "a bound function keeps its own `this`",
    make: () => {
      const provider = { open: me.bind("bound") };
      return { provider, self: provider, result: "bound" };
    },
    path: "open",
  },
  {
    why: "an own property that is not enumerable",
    make: () => itself(Object.defineProperty({}, "open", { value: me })),
    path: "open",
  },
  {
    why: "an own getter that gives a function, run once",
    make: () => {
      let runs = 0;
      const provider = {
        get open(): () => number {
          runs++;
          return () => runs;
        },
      };
      return { provider, self: provider, result: 1 };
    },
    path: "open",
  },
  {
    why: "an own getter that gives an object",
    make: () => {
      const inner = { open: me };
      return {
        provider: {
          get inner(): object {
            return inner;
          },
        },
        self: inner,
      };
    },
    path: "inner.open",
  },
  {
    why: "a getter's `this` is the object that it is read from",
    make: () => {
      const inner = { open: me };
      const provider = {
        kept: inner,
        get inner(): object {
          return this.kept;
        },
      };
      return { provider, self: inner };
    },
    path: "inner.open",
  },
  {
    why: "an element of a list",
    make: () => {
      const second = { open: me };
      return { provider: { list: [{}, second] }, self: second };
    },
    path: "list.1.open",
  },
  { why: "a list as the provider", make: () => itself([me]), path: "0" },
  {
    why: "a list in a list",
    make: () => {
      const inner = [undefined, me];
      return { provider: [[], [], inner], self: inner };
    },
    path: "2.1",
  },
  {
    why: "an index of two digits",
    make: () => itself(Object.assign([], { 11: me })),
    path: "11",
  },
  {
    why: "a function that a list carries beside its elements",
    make: () => itself(Object.assign([1], { open: me })),
    path: "open",
  },
  {
    why: "a function that carries a function",
    make: () => {
      const open = Object.assign(() => {}, { twice: me });
      return { provider: { open }, self: open };
    },
    path: "open.twice",
  },
  {
    why: "the function that carries another can itself be called",
    make: () => {
      const provider = { open: Object.assign(() => "outer", { twice: me }) };
      return { provider, self: provider, result: "outer" };
    },
    path: "open",
  },
  {
    why: "a function as the provider",
    make: () => itself(Object.assign(() => {}, { open: me })),
    path: "open",
  },
  {
    why: "an own `call` of a function hides the one that it inherits",
    make: () => itself(Object.assign(() => {}, { call: me })),
    path: "call",
  },
  {
    why: "a bound function that carries a function",
    make: () => itself(Object.assign(me.bind(null), { open: me })),
    path: "open",
  },
  {
    why: "a map that carries a function of its own",
    make: () => itself(Object.assign(new Map(), { clear: me })),
    path: "clear",
  },
  {
    why: "an error that carries a function of its own",
    make: () => itself(Object.assign(new Error(), { retry: me })),
    path: "retry",
  },
  {
    why: "a generator that carries a function of its own",
    make: () => itself(Object.assign((function* () {})(), { next: me })),
    path: "next",
  },
  {
    why: "native functions of a namespace that was offered, as its own",
    make: () => ({ provider: { math: Math }, self: Math, result: -Infinity }),
    path: "math.max",
  },
  {
    why: "a native function as a member",
    make: () => {
      const provider = { check: Array.isArray };
      return { provider, self: provider, result: false };
    },
    path: "check",
  },
  {
    why: "an exported function of a module",
    make: () => ({ provider: provided, self: provided, result: "Hello, undefined" }),
    path: "greet",
  },
  {
    why: "an exported object of a module",
    make: () => ({ provider: provided, self: provided.inner }),
    path: "inner.deep",
  },
  {
    why: "a module's default export",
    make: () => ({ provider: provided, self: provided.default, result: "default" }),
    path: "default.main",
  },
  {
    why: "a path of exactly as many characters as the limit has",
    make: () => itself({ ["x".repeat(4_096)]: me }),
    path: "x".repeat(4_096),
  },
  {
    why: "a path of exactly as many names as the limit has, round and round",
    make: () => {
      const ring: Record<string, unknown> = { open: me };
      ring.r = ring;
      return itself(ring);
    },
    path: `${"r.".repeat(63)}open`,
  },
];
