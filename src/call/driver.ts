import type { Driven } from "../types/driver.ts";

/**
 * A remote provider as if it were local: its functions return promises, its objects are driven in
 * turn, and what is no function and holds none is not there. `driver instanceof Driver` holds for
 * what `getDriver()` gives.
 *
 * @typeParam Controller The remote provider's type.
 * @typeParam UseParametric `true` lets parameters be anything that becomes the right JSON.
 */
export type Driver<Controller extends object, UseParametric extends boolean = false> = Driven<
  Controller,
  UseParametric
>;

/** The class behind every driver, for `instanceof`. */
export const Driver: new () => object = class Driver {};

/** What a driver does with a call: the path below its root, and the parameters. */
export type Call = (path: string, args: unknown[]) => Promise<unknown>;

/**
 * Proxies that one namespace keeps. Beyond it they are dropped and made anew, so that a name out of
 * the caller's data (`driver.rooms[id].post()`) can't grow memory.
 */
const KEPT = 128;

/** The root of a driver: its members call through `call`. */
export function createDriver(call: Call): object {
  return namespaceOf("", call, new Driver());
}

/**
 * Is it one of our proxies? `""` for a root, the path for one below it, `undefined` for anything
 * else. No trap is run.
 */
export function driverPath(value: unknown): string | undefined {
  return (typeof value === "object" && value !== null) || typeof value === "function"
    ? Stamp.pathOf(value)
    : undefined;
}

/** A class whose constructor returns what it is given can put a private field on it. */
class Given {
  constructor(object: object) {
    return object;
  }
}

/** Marks a proxy by a private field of its own: that runs no trap and costs no `WeakMap`. */
class Stamp extends Given {
  readonly #path: string;

  constructor(proxy: object, path: string) {
    super(proxy);
    this.#path = path;
  }

  static pathOf(value: object): string | undefined {
    return #path in value ? value.#path : undefined;
  }
}

function namespaceOf(path: string, call: Call, target: object): object {
  let children: Map<string, unknown> | undefined;
  const proxy = new Proxy(target, {
    get(_target, name) {
      if (typeof name === "symbol") return coercion(path, name);
      if (name === "then") return undefined; // else `await driver` would be a call
      const known = children?.get(name);
      if (known !== undefined) return known;
      const made = memberOf(path, name, call);
      if (children === undefined || children.size >= KEPT) children = new Map();
      children.set(name, made);
      return made;
    },
    apply: (_target, _self, args) => call(path, args),
  });
  new Stamp(proxy, path);
  return proxy;
}

/** The members of a function that stay local, as TGrid has it; at the root they are remote names. */
function memberOf(path: string, name: string, call: Call): unknown {
  if (name === "toJSON") {
    return () => {
      const name = path === "" ? "a driver" : `the driver of "${path}"`;
      throw new TypeError(`Cannot turn ${name} into JSON: call its functions instead`);
    };
  }
  if (path !== "") {
    switch (name) {
      case "call":
        return (_self: unknown, ...args: unknown[]) => call(path, args);
      case "apply":
        return (_self: unknown, args?: ArrayLike<unknown> | null) =>
          call(path, Array.from(args ?? []));
      case "bind":
        return (_self: unknown, ...first: unknown[]) => (...args: unknown[]) =>
          call(path, [...first, ...args]);
    }
  }
  // a target of its own for each, made callable: what a user puts on it stays on it
  return namespaceOf(path === "" ? name : `${path}.${name}`, call, () => {});
}

/** Coercion to text is served here alone: `toString` is a remote name like others. */
function coercion(path: string, name: symbol): unknown {
  if (name === Symbol.toPrimitive) return () => `[Driver ${path}]`;
  return name === Symbol.toStringTag ? "Driver" : undefined;
}
