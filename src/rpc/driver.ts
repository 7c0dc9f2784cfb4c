import { type CallOptions, type CallTerms, NO_TERMS, tighten } from "./call_options.ts";
import { Driver } from "../types/driver.ts";

/** Who makes the calls of a driver. */
export interface Caller {
  /** Calls the function at `path`. */
  call(path: string, args: unknown[], terms: CallTerms): Promise<unknown>;
}

/** What all proxies of one driver share. */
interface Root {
  readonly caller: Caller;
  /** Releases what a reference stands for. */
  readonly dispose: (() => void) | undefined;
  readonly terms: CallTerms;
  /** How many were kept since all were dropped the last time, and how often that was. */
  readonly kept: { count: number; generation: number };
}

/**
 * Proxies that one namespace keeps. Beyond it they are dropped and made anew, so that a name out of
 * the caller's data (`driver.rooms[id].post()`) can't grow memory.
 */
const KEPT = 128;

/** Proxies that a whole driver keeps: namespaces in namespaces would multiply. */
const KEPT_IN_ALL = 4_096;

/** A driver, whose members call by `caller`. */
export function createDriver(caller: Caller, terms: CallTerms = NO_TERMS): object {
  return namespaceOf(
    undefined,
    { caller, terms, dispose: undefined, kept: newKept() },
    new Driver(),
  );
}

/** A driver of one function or object that the other end has sent: the paths of its calls begin with `path`. */
export function createReference(caller: Caller, path: string, dispose: () => void): object {
  return namespaceOf(path, { caller, terms: NO_TERMS, dispose, kept: newKept() }, () => {});
}

/**
 * A driver of the same functions, whose calls carry options as well: of several, the tighter ones
 * hold. No name is taken from the remote provider, and making one costs next to nothing.
 *
 * @typeParam D The driver's type.
 * @param driver A driver, or one of its namespaces or functions.
 * @param options What its calls carry.
 * @returns The driver of the same place.
 * @throws {TypeError} If it is no driver, or if an option is `NaN` or an invalid date.
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
  const place = placeOf(driver);
  if (place === undefined) throw new TypeError("Cannot add options: this is no driver");
  const { path, root } = place;
  const target = path === undefined ? new Driver() : () => {};
  const kept = newKept();
  return namespaceOf(
    path,
    { caller: root.caller, dispose: root.dispose, terms: tighten(root.terms, options), kept },
    target,
  ) as D;
}

/** Is this value a driver, or one of its members? Runs no trap. */
export let isDriver: (value: unknown) => boolean;

function placeOf(value: unknown): Place | undefined {
  return (typeof value === "object" && value !== null) || typeof value === "function"
    ? Stamp.of(value)
    : undefined;
}

/** A class whose constructor returns what it is given can put a private field on it. */
class Given {
  constructor(object: object) {
    return object;
  }
}

/** Where in a driver a proxy stands; the root has no path: a member may be called "". */
interface Place {
  readonly path: string | undefined;
  readonly root: Root;
}

/** Marks a proxy by a private field of its own: that runs no trap and costs no `WeakMap`. */
class Stamp extends Given {
  readonly #place: Place;

  constructor(proxy: object, place: Place) {
    super(proxy);
    this.#place = place;
  }

  static is(value: unknown): boolean {
    return ((typeof value === "object" && value !== null) || typeof value === "function") &&
      #place in value;
  }

  static of(value: object): Place | undefined {
    return #place in value ? value.#place : undefined;
  }

  static {
    isDriver = Stamp.is;
  }
}

function newKept(): Root["kept"] {
  return { count: 0, generation: 0 };
}

function namespaceOf(path: string | undefined, root: Root, target: object): object {
  const proxy = new Proxy(target, new Namespace(path, root));
  new Stamp(proxy, { path, root });
  return proxy;
}

/** What a proxy does: a class, because functions of its own would cost each of them. */
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
    if (name === "then") return undefined; // else `await driver` would be a call
    const isCurrent = this.#generation === this.#root.kept.generation;
    const known = isCurrent ? this.#children?.get(name) : undefined;
    return known ?? this.#make(name, isCurrent);
  }

  apply(_target: object, _self: unknown, args: unknown[]): Promise<unknown> {
    return this.#root.caller.call(this.#path ?? "", args, this.#root.terms);
  }

  #make(name: string, isCurrent: boolean): unknown {
    const { kept } = this.#root;
    let children = this.#children;
    if (children === undefined || !isCurrent || children.size >= KEPT) children = new Map();
    this.#children = children;
    this.#generation = kept.generation;
    const made = memberOf(this.#path, name, this.#root);
    children.set(name, made);
    if (++kept.count >= KEPT_IN_ALL) {
      kept.count = 0;
      kept.generation++; // all drop theirs when they are asked the next time
    }
    return made;
  }
}

/** The members of a function that stay local, as TGrid has it; at the root they are remote names. */
function memberOf(path: string | undefined, name: string, root: Root): unknown {
  if (name === "toJSON") {
    return () => {
      const name = path === undefined ? "a driver" : `the driver of "${path}"`;
      throw new TypeError(`Cannot turn ${name} into JSON: call its functions instead`);
    };
  }
  if (path !== undefined) {
    const call = (args: unknown[]): Promise<unknown> => root.caller.call(path, args, root.terms);
    switch (name) {
      case "call":
        return (_self: unknown, ...args: unknown[]) => call(args);
      case "apply":
        return (_self: unknown, args?: ArrayLike<unknown> | null) => call(Array.from(args ?? []));
      case "bind":
        return (_self: unknown, ...first: unknown[]) => (...args: unknown[]) =>
          call([...first, ...args]);
    }
  }
  // a target of its own for each, made callable: what a user puts on it stays on it
  return namespaceOf(path === undefined ? name : `${path}.${name}`, root, () => {});
}

/** Coercion to text is served here alone: `toString` is a remote name like others. */
function coercion(path: string | undefined, name: symbol): unknown {
  if (name === Symbol.toPrimitive) return () => `[Driver ${path ?? ""}]`;
  return name === Symbol.toStringTag ? "Driver" : undefined;
}
