import { having, lacking, never, type RefusedRow } from "./path_rows.ts";

class Service {
  open(): void {}
}

function Stack(): void {}
Stack.prototype = Array.prototype;

/** Prototypes that were changed, and constructors that mislead. */
export const REFUSED_CHANGED: readonly RefusedRow[] = [
  {
    why: "a list's prototype whose constructor is gone",
    provider: () => [1],
    path: "push",
    during: lacking(Array.prototype, "constructor"),
  },
  {
    why: "a map's prototype whose constructor is a user's class now",
    provider: () => new Map(),
    path: "set",
    during: having(Map.prototype, "constructor", { value: Service }),
  },
  {
    why: "a list's prototype that an old class has taken for its own, constructor and all",
    provider: () => [1],
    path: "shift",
    during: having(Array.prototype, "constructor", { value: Stack }),
  },
  {
    why: "a set's prototype whose constructor is a getter now, which is not run",
    provider: () => new Set(),
    path: "add",
    during: having(Set.prototype, "constructor", { get: never }),
  },
  {
    why: "the prototype of addresses, not native, whose constructor is a user's class now",
    provider: () => new URL("http://localhost/"),
    path: "toString",
    during: having(URL.prototype, "constructor", { value: Service }),
  },
  {
    why: "a program that says of native functions that they are not",
    provider: () => ({ cursor: [1].values() }),
    path: "cursor.next",
    during: having(Function.prototype, "toString", { value: () => "class Map {}" }),
  },
  {
    why: "a user's prototype that calls itself a map's: in doubt it is one",
    provider: () => Object.create({ constructor: Map, open: never }),
    path: "open",
  },
  {
    why: "a user's prototype whose constructor is a bound function: its text is native",
    provider: () => Object.create({ constructor: never.bind(null), open: never }),
    path: "open",
  },
  {
    why: "a user's prototype whose constructor is an object: so it is with generators",
    provider: () => Object.create({ constructor: {}, open: never }),
    path: "open",
  },
  {
    why: "a user's prototype whose constructor is a getter, which is not run",
    provider: () => {
      const prototype = { open: never };
      Object.defineProperty(prototype, "constructor", { get: never });
      return Object.create(prototype);
    },
    path: "open",
  },
  {
    why: "a class that a program hides on the global object under its own name",
    provider: () => new ((globalThis as unknown as { Hidden: new () => object }).Hidden)(),
    path: "open",
    during: having(globalThis, "Hidden", {
      value: class Hidden {
        open(): void {}
      },
      enumerable: false,
    }),
  },
  {
    why: "a name that every object answers since a program changed their prototype",
    provider: () => ({}),
    path: "evil",
    during: having(Object.prototype, "evil", { value: never }),
  },
  {
    why: "the same as an enumerable property, below a user's class",
    provider: () => new Service(),
    path: "evil",
    during: having(Object.prototype, "evil", { value: never, enumerable: true }),
  },
  {
    why: "a hole in a list is not filled from the prototype that a program changed",
    provider: () => Object.assign([], { length: 3 }),
    path: "1",
    during: having(Array.prototype, "1", { value: never }),
  },
  {
    why: "a user's method on the prototype of all functions",
    provider: () => ({ open: never }),
    path: "open.evil",
    during: having(Function.prototype, "evil", { value: never }),
  },
];
