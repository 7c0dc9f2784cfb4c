import { globalScope } from "../global_scope.ts";
import { DEFAULT_LIMITS } from "../limits.ts";
import { isDriver } from "./driver.ts";

/** A function that a peer may call. */
export interface Found {
  /** The object that holds it: its `this`. */
  readonly self: unknown;
  readonly function: (...args: unknown[]) => unknown;
}

/** The most characters and names of a path. */
export interface PathLimits {
  readonly pathLength: number;
  readonly pathSteps: number;
}

/** Refused anywhere in a path before anything is read, like names that start or end with `_`. */
const FORBIDDEN: ReadonlySet<string> = new Set(["constructor", "prototype", "then"]);

/** Own properties of every function, in some runtimes. */
const OF_FUNCTIONS: ReadonlySet<string> = new Set(["name", "length", "caller", "arguments"]);

/** Longer prototype chains are refused: a proxy can make an endless one. */
const LONGEST_CHAIN = 64;

/**
 * Finds the function at a peer's path. Only this code reads properties whose names came off the
 * wire, and it decides on each name before it reads the value.
 *
 * @returns `undefined` if the path is forbidden, missing, not a function, or throws on the way: all
 * refusals look alike.
 */
export function find(
  provider: unknown,
  path: string,
  limits: PathLimits = DEFAULT_LIMITS,
): Found | undefined {
  if (typeof path !== "string" || path.length > limits.pathLength) return undefined;
  const kept = keptNames.get(path);
  const names = kept ?? path.split(".");
  if (names.length > limits.pathSteps) return undefined;
  if (kept === undefined && names.some(isForbidden)) return undefined;
  const found = walk(provider, names);
  if (kept === undefined && found !== undefined && path.length <= LONGEST_KEPT) {
    // a driver inside a provider has every name, so a peer can still fill this
    if (keptNames.size >= MOST_KEPT) keptNames.clear();
    keptNames.set(path, names);
  }
  return found;
}

/** The names of paths that led to a function before, so that a peer's misses can't evict them. */
const keptNames = new Map<string, readonly string[]>();
const MOST_KEPT = 1_024;
const LONGEST_KEPT = 256;

function isForbidden(name: string): boolean {
  return name === "" || name.startsWith("_") || name.endsWith("_") || FORBIDDEN.has(name);
}

function walk(provider: unknown, names: readonly string[]): Found | undefined {
  let self: unknown;
  let value = provider;
  try {
    for (const name of names) {
      if ((typeof value !== "object" || value === null) && typeof value !== "function") {
        return undefined;
      }
      self = value;
      value = step(value, name);
    }
  } catch {
    return undefined; // a getter or a trap threw, a proxy was revoked: the peer gets no reason
  }
  return typeof value === "function" ? { self, function: value as Found["function"] } : undefined;
}

function step(holder: object, name: string): unknown {
  if (isDriver(holder)) {
    // a driver has no own members, and handles some names locally instead of at its other end
    const member = (holder as Record<string, unknown>)[name];
    return isDriver(member) ? member : undefined;
  }
  // not by a descriptor: a user's proxy may only have `get`, and a getter needs its `this`
  return mayRead(holder, name) ? (holder as Record<string, unknown>)[name] : undefined;
}

function mayRead(holder: object, name: string): boolean {
  // even if a provider offers it: `eval` and `Function` are its own members
  if (holder === globalScope) return false;
  if (typeof holder === "function" && OF_FUNCTIONS.has(name)) return false;
  if (Object.hasOwn(holder, name)) return true;
  let prototype: object | null = Object.getPrototypeOf(holder);
  for (let length = 0; prototype !== null && length < LONGEST_CHAIN; length++) {
    if (isBuiltIn(prototype)) return false;
    if (Object.hasOwn(prototype, name)) return true;
    prototype = Object.getPrototypeOf(prototype);
  }
  return false;
}

/**
 * Prototypes found to be the user's, which they stay. A built-in's are not kept, because an old-style
 * class may get its own `constructor` later.
 */
const usersOwn = new WeakSet<object>();

function isBuiltIn(prototype: object): boolean {
  if (prototype === Object.prototype || prototype === Function.prototype) return true;
  if (usersOwn.has(prototype)) return false;
  if (looksBuiltIn(prototype)) return true;
  usersOwn.add(prototype);
  return false;
}

/** If in doubt, yes. Runs no getter: one may have been put on a prototype to mislead this. */
function looksBuiltIn(prototype: object): boolean {
  // the static side of a class has the class that it extends as its prototype
  if (typeof prototype === "function") return isNative(prototype) || isGlobal(prototype);
  const maker = ownValue(prototype, "constructor");
  // `Iterator` has a getter there; generators have an object, even compiled ones
  if (maker === ACCESSOR || (typeof maker === "object" && maker !== null)) return true;
  if (typeof maker === "function") {
    if (isNative(maker) || isGlobal(maker)) return true;
    if (isClassOf(maker, prototype)) return false;
  }
  // an old-style class, or a built-in's prototype that was changed
  return ownsNative(prototype) || isTagged(prototype) ||
    (maker === undefined && isIterators(Object.getPrototypeOf(prototype)));
}

/** A class can't be given another prototype; a function can, `Array.prototype` for example. */
function isClassOf(maker: object, prototype: object): boolean {
  const found = Object.getOwnPropertyDescriptor(maker, "prototype");
  return found?.writable === false && found.value === prototype;
}

/** The value of a property with a getter, unknown without running it. */
const ACCESSOR = Symbol("accessor");

function ownValue(holder: object, key: PropertyKey): unknown {
  const found = Object.getOwnPropertyDescriptor(holder, key);
  if (found === undefined) return undefined;
  return Object.hasOwn(found, "value") ? found.value : ACCESSOR;
}

// taken now: some programs wrap it to claim that their own functions are native
const { toString: textOf } = Function.prototype;

/** In any realm. Engines differ in whitespace; a body with this text as a string doesn't match. */
function isNative(value: object): boolean {
  return /^[^{]*\{\s*\[native code\]\s*\}$/.test(Reflect.apply(textOf, value, []));
}

/**
 * Is it the runtime's own class in JavaScript, as `URL` is in Deno and Node? Such globals are not
 * enumerable, or made by a getter at their first use; a script's globals are neither.
 */
function isGlobal(maker: object): boolean {
  return globalOf(ownValue(maker, "name")) === maker;
}

/** Like `isGlobal`, by the tag, for a prototype whose `constructor` was changed. */
function isTagged(prototype: object): boolean {
  const owner = globalOf(ownValue(prototype, Symbol.toStringTag));
  return owner !== undefined && ownValue(owner, "prototype") === prototype;
}

/** The runtime's class of that name. Not other names: reading one may open a database. */
function globalOf(name: unknown): object | undefined {
  if (typeof name !== "string" || !/^[A-Z]/.test(name)) return undefined;
  const found = Object.getOwnPropertyDescriptor(globalScope, name);
  if (found === undefined) return undefined;
  const isData = Object.hasOwn(found, "value");
  if (isData && found.enumerable === true) return undefined;
  const value = isData ? found.value : Reflect.get(globalScope, name);
  return typeof value === "function" ? value : undefined;
}

/**
 * A native method that is not enumerable gives away a built-in's prototype, in any realm and without
 * its `constructor`, which iterators of arrays and maps never had.
 */
function ownsNative(prototype: object): boolean {
  return Reflect.ownKeys(prototype).some((key) => {
    const found = Object.getOwnPropertyDescriptor(prototype, key);
    if (found === undefined || found.enumerable === true) return false;
    const method: unknown = found.value;
    return typeof method === "function" && isNative(method) && !isBoundOrProxy(method);
  });
}

/** Their source is native too, but a user made them. V8 shows no name in it, others do. */
function isBoundOrProxy(method: object): boolean {
  if (/^function\s*\(/.test(Reflect.apply(textOf, method, []))) return true;
  const name = ownValue(method, "name");
  return typeof name === "string" && name.startsWith("bound ");
}

/** `%IteratorPrototype%`: a runtime's iterators in JavaScript inherit from it directly. */
function isIterators(parent: object | null): boolean {
  if (parent === null) return false;
  const maker = ownValue(parent, "constructor");
  return (maker === undefined || maker === ACCESSOR) && ownsNative(parent);
}
