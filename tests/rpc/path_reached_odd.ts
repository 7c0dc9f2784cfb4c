import { EventEmitter } from "node:events";
import vm from "node:vm";
import { having, itself, me, never, type ReachedRow } from "./path_rows.ts";

const realm = vm.createContext({ me });
const foreign = (text: string): object => vm.runInContext(text, realm);

/** A class of the old form: a function, and the object that its instances inherit from. */
function old(prototype: object): object {
  function Old(): void {}
  Old.prototype = prototype;
  return Reflect.construct(Old, []);
}

function Base(this: { made: boolean }): void {
  this.made = true;
}
Base.prototype.open = me;

function Derived(): void {}
Derived.prototype = Object.create(Base.prototype, { constructor: { value: Derived } });
Derived.prototype.more = me;

/** Old classes, other realms, proxies. */
export const REACHED_ODD: readonly ReachedRow[] = [
  {
    why: "a method of an old class",
    make: () => itself(Reflect.construct(Base, [])),
    path: "open",
  },
  {
    why: "an old class that extends another: its own method",
    make: () => itself(Reflect.construct(Derived, [])),
    path: "more",
  },
  {
    why: "an old class that extends another: the inherited method",
    make: () => itself(Reflect.construct(Derived, [])),
    path: "open",
  },
  {
    why: "a static function of an old class",
    make: () => itself(Object.assign(() => {}, Base, { make: me })),
    path: "make",
  },
  {
    why: "an old class whose prototype was replaced, without a constructor",
    make: () => itself(old({ open: me })),
    path: "open",
  },
  {
    why: "an old class whose constructor is that of another",
    make: () => itself(old({ constructor: Base, open: me })),
    path: "open",
  },
  {
    why: "an old class whose constructor is nothing",
    make: () => itself(old({ constructor: undefined, open: me })),
    path: "open",
  },
  {
    why: "an old class whose constructor is null",
    make: () => itself(old({ constructor: null, open: me })),
    path: "open",
  },
  {
    why: "an old class over iterators, with its constructor",
    make: () => {
      const prototype = Object.create(Iterator.prototype, { constructor: { value: Base } });
      return itself(old(Object.assign(prototype, { open: me })));
    },
    path: "open",
  },
  {
    why: "an old class of the name of a global getter, which is not run",
    make: () => itself(old({ constructor: { localStorage(): void {} }.localStorage, open: me })),
    path: "open",
    during: having(globalThis, "localStorage", { get: never }),
  },
  {
    why: "an old class whose constructor is a text",
    make: () => itself(old({ constructor: "Old", open: me })),
    path: "open",
  },
  {
    why: "an old class whose prototype is an instance",
    make: () => itself(old(Reflect.construct(Base, []))),
    path: "open",
  },
  {
    why: "an old class whose prototype is a map: what was put on that map",
    make: () => itself(old(Object.assign(new Map(), { open: me }))),
    path: "open",
  },
  {
    why: "an old class over a map: its own method",
    make: () => itself(old(Object.create(Map.prototype, { open: { value: me } }))),
    path: "open",
  },
  {
    why: "an old class with a native function among its methods",
    make: () => {
      const provider = old({ check: Array.isArray, open: me });
      return { provider, self: provider, result: false };
    },
    path: "check",
  },
  {
    why: "an old class with a hidden bound function, native in its text",
    make: () => itself(old(Object.defineProperty({ open: me }, "b", { value: me.bind(0) }))),
    path: "open",
  },
  {
    why: "an old class with a hidden proxy of a function, native in its text",
    make: () => itself(old(Object.defineProperty({ open: me }, "p", { value: new Proxy(me, {}) }))),
    path: "open",
  },
  {
    why: "an object made from an object made from an object",
    make: () => itself(Object.create(Object.create(Object.create({ open: me })))),
    path: "open",
  },
  {
    why: "a chain that ends in nothing",
    make: () => itself(Object.create(Object.assign(Object.create(null), { open: me }))),
    path: "open",
  },
  {
    why: "a frozen prototype",
    make: () => itself(Object.create(Object.freeze({ open: me }))),
    path: "open",
  },
  {
    why: "a hidden method of a prototype",
    make: () => itself(Object.create(Object.defineProperty({}, "open", { value: me }))),
    path: "open",
  },
  {
    why: "an instance that keeps something else under `constructor`",
    make: () => itself(Object.assign(Reflect.construct(Base, []), { constructor: Map })),
    path: "open",
  },
  {
    why: "a class whose methods are those of a native one, copied by a mixin",
    make: () => {
      class Room {
        open(): unknown {
          return this;
        }
      }
      Object.defineProperty(Room.prototype, "at", { value: Array.prototype.at });
      return itself(new Room());
    },
    path: "open",
  },
  {
    why: "a script's class, which is enumerable on the global object",
    make: () => itself(new (globalThis as unknown as { Shown: new () => object }).Shown()),
    path: "open",
    during: having(globalThis, "Shown", {
      value: class Shown {
        open(): unknown {
          return this;
        }
      },
      enumerable: true,
    }),
  },
  {
    why: "a prototype of a user's own while a program has changed that of all objects",
    make: () => itself(Object.create({ open: me })),
    path: "open",
    during: having(Object.prototype, "value", { value: Map, writable: true }),
  },
  {
    why: "an own member of a name that every object answers",
    make: () => itself({ evil: me }),
    path: "evil",
    during: having(Object.prototype, "evil", { value: () => "evil", writable: true }),
  },
  {
    why: "a base class out of a library: its methods are reachable",
    make: () => {
      const provider = new EventEmitter();
      return { provider, self: provider, result: [] };
    },
    path: "eventNames",
  },
  {
    why: "a class of another realm",
    make: () => itself(foreign("new (class { open() { return this; } })()")),
    path: "open",
  },
  {
    why: "a plain object of another realm",
    make: () => itself(foreign("({ open: me })")),
    path: "open",
  },
  {
    why: "a user's class over a map of another realm",
    make: () => itself(foreign("new (class extends Map { open() { return this; } })()")),
    path: "open",
  },
  {
    why: "a proxy with nothing to say, around an instance",
    make: () => itself(new Proxy(Reflect.construct(Derived, []) as object, {})),
    path: "open",
  },
  {
    why: "a proxy that wraps what it is read for",
    make: () => {
      const provider = new Proxy({ open: me }, { get: () => () => "wrapped" });
      return { provider, self: provider, result: "wrapped" };
    },
    path: "open",
  },
  {
    why: "a proxy that says what is its own",
    make: () => {
      const open = { configurable: true, value: me };
      const provider = new Proxy({}, { getOwnPropertyDescriptor: () => open, get: () => me });
      return itself(provider);
    },
    path: "anything",
  },
  {
    why: "a proxy as the prototype: asked for its constructor, what it has, and once more to read",
    make: (watch) => itself(Object.create(watch({ open: me }))),
    path: "open",
    reads: [
      "getOwnPropertyDescriptor constructor",
      "ownKeys",
      "getOwnPropertyDescriptor open",
      "getOwnPropertyDescriptor Symbol(Symbol.toStringTag)",
      "getPrototypeOf",
      "getOwnPropertyDescriptor open",
      "get open",
    ],
  },
  {
    why: "a proxy of a function, as the function",
    make: () => {
      const provider = { open: new Proxy(me, {}) };
      return itself(provider);
    },
    path: "open",
  },
  {
    why: "a proxy around a class: its static function",
    make: () =>
      itself(
        new Proxy(
          class {
            static make(): unknown {
              return this;
            }
          },
          {},
        ),
      ),
    path: "make",
  },
];
