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
  /** Releases the remote object, for a reference. */
  readonly dispose: (() => void) | undefined;
  /** `generation` grows each time all proxies are dropped; `count` is how many were kept since. */
  readonly kept: { count: number; generation: number };
}

/**
 * Proxies that one namespace keeps before it drops them all: a name from the caller's data
 * (`driver.rooms[id].post()`) must not grow memory.
 */
const KEPT = 128;

/** Proxies that a whole driver keeps: nested namespaces would multiply. */
const KEPT_IN_ALL = 4_096;

export function createDriver(caller: Caller, terms: CallTerms = NO_TERMS): object {
  return namespaceOf(undefined, rootOf(caller, terms));
}

/** Creates the driver of a function or object that the other end lent under `path`. */
export function createReference(caller: Caller, path: string, dispose: () => void): object {
  return namespaceOf(path, rootOf(caller, NO_TERMS, dispose));
}

/**
 * A driver of the same functions whose calls also carry these options. When options are nested, the
 * stricter one applies. Creating one is cheap.
 *
 * @typeParam D The driver's type.
 * @param driver A driver, or one of its namespaces or functions.
 * @throws {TypeError} If it is not a driver, or if an option is `NaN` or an invalid date.
 *
 * @example No call takes longer than a second
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
  if (place === undefined) throw new TypeError("Cannot add options: this is no driver");
  const { path, root: { caller, terms, dispose } } = place;
  return namespaceOf(path, rootOf(caller, tighten(terms, options), dispose)) as D;
}

/** A class whose constructor returns what it is given can put a private field on it. */
class Given {
  constructor(object: object) {
    return object;
  }
}

/** Where in a driver a proxy is. The root has no path, because a member may be named "". */
interface Place {
  readonly path: string | undefined;
  readonly root: Root;
}

/** Marks a proxy by a private field on it, which runs no trap and needs no `WeakMap`. */
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

/** Is this value a driver, or one of its members? Runs no trap. */
export const isDriver: (value: unknown) => boolean = Stamp.is;

function rootOf(caller: Caller, terms: CallTerms, dispose?: () => void): Root {
  return { caller, terms, dispose, kept: { count: 0, generation: 0 } };
}

function namespaceOf(path: string | undefined, root: Root): object {
  // each has a target of its own, made callable: what a user sets on one stays on it
  const target = path === undefined ? new Driver() : () => {};
  const proxy = new Proxy(target, new Namespace(path, root));
  new Stamp(proxy, { path, root });
  return proxy;
}

/**
 * Names that are not there, because no peer serves them: `await driver` looks for `then`, Vue for
 * `__v_raw`, Jest for `_isMockFunction`, `@@iterator` and, as it calls it, `hasAttribute`.
 */
const ABSENT = /^_|_$|^@@|^(?:then|prototype|hasAttribute)$/;

/**
 * Local, because no peer serves it, and bare, because its own `constructor` would run texts. Bun takes
 * the name from a function that a literal holds, so it is set.
 */
const CONSTRUCTOR: unknown = Object.setPrototypeOf(
  Object.defineProperty(
    () => refused("constructor", "no provider offers it"),
    "name",
    { value: "Driver" },
  ),
  null,
);

/** The traps of a proxy. A class, because closures would cost each proxy its own. */
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

  /** An assignment would be lost. Tools mark an object by properties that can go, and no loop shows. */
  defineProperty(target: object, name: string | symbol, descriptor: PropertyDescriptor): boolean {
    if (descriptor.configurable === true && descriptor.enumerable !== true) {
      return Reflect.defineProperty(target, name, descriptor);
    }
    throw new TypeError(`Cannot set "${String(name)}" of ${textOf(this.#path)}: it is read-only`);
  }

  /** A frozen target's `name`, for example, would hide the remote one. */
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
      kept.generation++; // each namespace drops its own at its next `get`
    }
    return made;
  }
}

/** `call`, `apply` and `bind` of a function are local, as in TGrid; at the root they are remote. */
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
  // else it would step deeper: rooms["7.admin"].post() would call rooms.7.admin.post()
  if (name === "" || name.includes(".")) root = rootOf(misnamed(name), root.terms);
  return namespaceOf(path === undefined ? name : `${path}.${name}`, root);
}

/** Refuses the calls of a member whose name no path can hold. */
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

/** Coercion to a string goes by symbols alone: `toString` is a remote name. */
function coercion(path: string | undefined, name: symbol): unknown {
  if (name === Symbol.toPrimitive) return () => `[Driver ${path ?? ""}]`;
  return name === Symbol.toStringTag ? "Driver" : undefined;
}
