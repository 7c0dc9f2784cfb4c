import { NotSentError } from "../errors.ts";
import { shared } from "../global_scope.ts";
import { named } from "./call_errors.ts";
import { type CallOptions, type CallTerms, NO_TERMS, tighten } from "./call_options.ts";
import { Driver } from "../types/driver.ts";

export interface Caller {
  call(path: string, args: unknown[], terms: CallTerms): Promise<unknown>;
}

/** Shared by all proxies of one driver. */
interface Root {
  readonly caller: Caller;
  readonly terms: CallTerms;
  /** Releases the remote object, if this is the driver of a reference. */
  readonly dispose: (() => void) | undefined;
  /** `generation` grows when all proxies are dropped. `count` is the number kept since then. */
  readonly kept: { count: number; generation: number };
}

/**
 * How many proxies one namespace keeps before it drops them all. Otherwise names that come from
 * data, as in `driver.rooms[id].post()`, would fill the memory.
 */
const KEPT = 128;

/** How many proxies a whole driver keeps, because namespaces can be nested. */
const KEPT_IN_ALL = 4_096;

export function createDriver(caller: Caller, terms: CallTerms = NO_TERMS): object {
  return namespaceOf(undefined, rootOf(caller, terms));
}

/** Creates the driver of a function or object that the other side passed by reference. */
export function createReference(caller: Caller, path: string, dispose: () => void): object {
  return namespaceOf(path, rootOf(caller, NO_TERMS, dispose));
}

/**
 * Returns a copy of a driver, a namespace or a function whose calls have these options. If the
 * original has options already, the stricter ones apply. Creating a copy is cheap.
 *
 * @typeParam D The driver's type.
 * @param driver A driver, or a namespace or function of one.
 * @throws {TypeError} For any other value, an unknown option, or an option with an invalid value.
 *
 * @example Set a timeout of a second for all calls
 * ```ts
 * import { WebSocketConnector, withOptions } from "@sheetbend/rpc";
 * import { assert } from "@std/assert";
 *
 * const connector = new WebSocketConnector<null, null, { news: { latest(): string } }>(null, null);
 * const news = withOptions(connector.getDriver().news, { timeout: 1_000 });
 * assert(news.latest !== connector.getDriver().news.latest);
 * ```
 */
export function withOptions<D extends object>(driver: D, options: CallOptions): D {
  const place = Stamp.of(driver);
  if (place === undefined) {
    throw new TypeError("Cannot add options: expected a driver, or a namespace or function of one");
  }
  const { path, root: { caller, terms, dispose } } = place;
  return namespaceOf(path, rootOf(caller, tighten(terms, options), dispose)) as D;
}

/** Returns its argument from the constructor, so that a subclass can add a private field to it. */
class Given {
  constructor(object: object) {
    return object;
  }
}

/** A proxy's place in a driver. The root has no path, because a member can be named "". */
export interface Place {
  readonly path: string | undefined;
  readonly root: Root;
}

/** Marks a proxy with a private field, which runs no trap and needs no `WeakMap`. */
const Stamp = shared("driver", () =>
  class Stamp extends Given {
    readonly #place: Place;

    constructor(proxy: object, place: Place) {
      super(proxy);
      this.#place = place;
    }

    static is(value: unknown): value is Stamp {
      return Object(value) === value && #place in (value as object);
    }

    static of(value: unknown): Place | undefined {
      return Stamp.is(value) ? value.#place : undefined;
    }
  });

/** Whether a value is a driver, or a namespace or function of one. Runs no trap. */
export const isDriver: (value: unknown) => boolean = Stamp.is;

/** Returns the place of a driver, or of a namespace or function of one. Runs no trap. */
export function placeOf(value: unknown): Place | undefined {
  return Stamp.of(value);
}

function rootOf(caller: Caller, terms: CallTerms, dispose?: () => void): Root {
  return { caller, terms, dispose, kept: { count: 0, generation: 0 } };
}

function namespaceOf(path: string | undefined, root: Root): object {
  // each proxy has its own target, because tools may define properties on it
  const target = path === undefined ? new Driver() : () => {};
  const proxy = new Proxy(target, new Namespace(path, root));
  new Stamp(proxy, { path, root });
  return proxy;
}

/**
 * Names that are `undefined` on a driver, because tools read them and no peer serves them: `await`
 * reads `then`, Vue `__v_raw`, and Jest `_isMockFunction`, `@@iterator` and `hasAttribute`.
 */
const ABSENT = /^_|_$|^@@|^(?:then|prototype|hasAttribute)$/;

/**
 * The local `constructor` of drivers. It has no prototype, because its own `constructor` would
 * otherwise be `Function`, which compiles text. The name is defined, because Bun would infer
 * another one.
 */
const CONSTRUCTOR: unknown = Object.setPrototypeOf(
  Object.defineProperty(
    () => refused("constructor", "this name is reserved"),
    "name",
    { value: "Driver" },
  ),
  null,
);

/** The traps of a proxy. A class, because closures would need memory for each proxy. */
class Namespace implements ProxyHandler<object> {
  readonly #path: string | undefined;
  readonly #root: Root;
  #children: Map<string, unknown> | undefined;
  #generation = 0;

  constructor(path: string | undefined, root: Root) {
    this.#path = path;
    this.#root = root;
  }

  get(_target: object, name: string | symbol): unknown {
    if (typeof name === "symbol") {
      return name === Symbol.dispose ? this.#root.dispose : coercion(this.#path, name);
    }
    const isCurrent = this.#generation === this.#root.kept.generation;
    const known = isCurrent ? this.#children?.get(name) : undefined;
    return known ?? this.#make(name, isCurrent);
  }

  apply(_target: object, _self: unknown, args: unknown[]): Promise<unknown> {
    return this.#root.caller.call(this.#path ?? "", args, this.#root.terms);
  }

  /**
   * Refuses assignments, because they would have no effect remotely. Allows the configurable,
   * non-enumerable properties with which tools mark an object.
   */
  defineProperty(target: object, name: string | symbol, descriptor: PropertyDescriptor): boolean {
    if (descriptor.configurable === true && descriptor.enumerable !== true) {
      return Reflect.defineProperty(target, name, descriptor);
    }
    throw new TypeError(`Cannot set "${String(name)}" of ${textOf(this.#path)}: it is read-only`);
  }

  /** Deletes own properties first: the `name` of a frozen function would hide a remote `name`. */
  preventExtensions(target: object): boolean {
    for (const name of Reflect.ownKeys(target)) Reflect.deleteProperty(target, name);
    return Reflect.preventExtensions(target);
  }

  #make(name: string, isCurrent: boolean): unknown {
    if (ABSENT.test(name)) return undefined;
    const { kept } = this.#root;
    let children = this.#children;
    if (children === undefined || !isCurrent || children.size >= KEPT) children = new Map();
    this.#children = children;
    this.#generation = kept.generation;
    const made = memberOf(this.#path, name, this.#root);
    children.set(name, made);
    if (++kept.count >= KEPT_IN_ALL) {
      kept.count = 0;
      kept.generation++; // each namespace drops its proxies at its next `get`
    }
    return made;
  }
}

/** `call`, `apply` and `bind` of a function are local, as in TGrid. At the root they are remote. */
function memberOf(path: string | undefined, name: string, root: Root): unknown {
  if (name === "constructor") return CONSTRUCTOR;
  if (name === "toJSON") {
    return () => {
      throw new TypeError(`Cannot turn ${textOf(path)} into JSON: call its functions instead`);
    };
  }
  if (path !== undefined) {
    const call = (args: unknown[]): Promise<unknown> => root.caller.call(path, args, root.terms);
    if (name === "call") return (_self: unknown, ...args: unknown[]) => call(args);
    if (name === "apply") {
      return (_self: unknown, args?: ArrayLike<unknown> | null) => call(Array.from(args ?? []));
    }
    if (name === "bind") {
      return (_self: unknown, ...first: unknown[]) => (...args: unknown[]) =>
        call([...first, ...args]);
    }
  }
  // otherwise rooms["7.admin"].post() would call rooms.7.admin.post()
  if (name === "" || name.includes(".")) root = rootOf(misnamed(name), root.terms);
  return namespaceOf(path === undefined ? name : `${path}.${name}`, root);
}

/** Refuses the calls of a member whose name can't be part of a path. */
function misnamed(name: string): Caller {
  const why = `the name "${name}" is empty or has a dot`;
  return { call: (path) => refused(path, why) };
}

function refused(path: string, why: string): Promise<never> {
  return Promise.reject(named(path, new NotSentError(`Cannot call "${path}": ${why}`)));
}

function textOf(path: string | undefined): string {
  return path === undefined ? "a driver" : `the driver of "${path}"`;
}

/** Coercion to a string uses only symbols, because `toString` is a remote name. */
function coercion(path: string | undefined, name: symbol): unknown {
  if (name === Symbol.toPrimitive) return () => `[Driver ${path ?? ""}]`;
  return name === Symbol.toStringTag ? "Driver" : undefined;
}
