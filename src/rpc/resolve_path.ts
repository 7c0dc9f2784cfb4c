import { globalScope } from "../global_scope.ts";
import { DEFAULT_LIMITS } from "../limits.ts";
import { isDriver } from "./driver.ts";

/** A function that a peer can call. */
export interface Found {
  /** The object that has the function: its `this`. */
  readonly self: unknown;
  readonly function: (...args: unknown[]) => unknown;
}

/** The maximum number of characters and names in a path. */
export interface PathLimits {
  readonly pathLength: number;
  readonly pathSteps: number;
}

/** Refused in any path before a property is read, like names that start or end with `_`. */
const FORBIDDEN: ReadonlySet<string> = new Set(["constructor", "prototype", "then"]);

/** Own properties of every function in some runtimes. */
const OF_FUNCTIONS: ReadonlySet<string> = new Set(["name", "length", "caller", "arguments"]);

/** Longer prototype chains are refused, because a proxy can make an infinite one. */
const LONGEST_CHAIN = 64;

/**
 * Finds the function at a path that a peer sent. No other code reads properties that a peer names.
 * Each name is checked before its value is read.
 *
 * @returns `undefined` if the path is forbidden, doesn't lead to a function, or a getter throws.
 * The caller gets the same error for all of these.
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

/** The names in paths that led to a function. Others aren't kept, so they can't evict these. */
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
    return undefined; // a getter or a trap threw, or a proxy was revoked
  }
  return typeof value === "function" ? { self, function: value as Found["function"] } : undefined;
}

function step(holder: object, name: string): unknown {
  if (isDriver(holder)) {
    // a driver has no own members, and handles some names locally
    const member = (holder as Record<string, unknown>)[name];
    return isDriver(member) ? member : undefined;
  }
  // not from a descriptor: a user's proxy may only have `get`, and a getter needs its `this`
  return mayRead(holder, name) ? (holder as Record<string, unknown>)[name] : undefined;
}

function mayRead(holder: object, name: string): boolean {
  // even if a provider contains it, because `eval` and `Function` are its own members
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
 * Prototypes of the user's classes. Those that look built in aren't kept, because an old-style
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

/** Returns `true` if in doubt. Runs no getter, because one may exist to mislead this function. */
function looksBuiltIn(prototype: object): boolean {
  // the prototype of a class is the class that it extends
  if (typeof prototype === "function") return isNative(prototype) || isGlobal(prototype);
  const maker = ownValue(prototype, "constructor");
  // `Iterator.prototype` has a getter here, and generators have an object, even compiled ones
  if (maker === ACCESSOR || (typeof maker === "object" && maker !== null)) return true;
  if (typeof maker === "function") {
    if (isNative(maker) || isGlobal(maker)) return true;
    if (isClassOf(maker, prototype)) return false;
  }
  // an old-style class, or a changed prototype of a built-in class
  return ownsNative(prototype) || isTagged(prototype) ||
    (maker === undefined && isIterators(Object.getPrototypeOf(prototype)));
}

/** Only a class has a read-only `prototype`. A function's could be set to `Array.prototype`. */
function isClassOf(maker: object, prototype: object): boolean {
  const found = Object.getOwnPropertyDescriptor(maker, "prototype");
  return found?.writable === false && found.value === prototype;
}

/** Stands for the value of a property with a getter, which isn't run. */
const ACCESSOR = Symbol("accessor");

function ownValue(holder: object, key: PropertyKey): unknown {
  const found = Object.getOwnPropertyDescriptor(holder, key);
  if (found === undefined) return undefined;
  return Object.hasOwn(found, "value") ? found.value : ACCESSOR;
}

// taken when the module loads: some programs replace it to make their functions look native
const { toString: textOf } = Function.prototype;

/**
 * In any realm. Engines differ in whitespace. A function with this text in a string isn't native.
 */
function isNative(value: object): boolean {
  return /^[^{]*\{\s*\[native code\]\s*\}$/.test(Reflect.apply(textOf, value, []));
}

/**
 * Whether it's one of the runtime's classes written in JavaScript, such as `URL` in Deno and Node.
 * Such a global isn't enumerable, or a getter creates it. A script's globals are enumerable values.
 */
function isGlobal(maker: object): boolean {
  return globalOf(ownValue(maker, "name")) === maker;
}

/** Like `isGlobal`, but by its string tag, for a prototype whose `constructor` was changed. */
function isTagged(prototype: object): boolean {
  const owner = globalOf(ownValue(prototype, Symbol.toStringTag));
  return owner !== undefined && ownValue(owner, "prototype") === prototype;
}

/** The runtime's class of that name. Reads no other names: `localStorage` opens a database. */
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
 * Whether a prototype has a native method that isn't enumerable, so it's a built-in one of any
 * realm. Works without a `constructor`, which the prototypes of array and map iterators don't have.
 */
function ownsNative(prototype: object): boolean {
  return Reflect.ownKeys(prototype).some((key) => {
    const found = Object.getOwnPropertyDescriptor(prototype, key);
    if (found === undefined || found.enumerable === true) return false;
    const method: unknown = found.value;
    return typeof method === "function" && isNative(method) && !isBoundOrProxy(method);
  });
}

/** They look native, but can be the user's. V8 shows no name in their source, others do. */
function isBoundOrProxy(method: object): boolean {
  if (/^function\s*\(/.test(Reflect.apply(textOf, method, []))) return true;
  const name = ownValue(method, "name");
  return typeof name === "string" && name.startsWith("bound ");
}

/** Whether it's `%IteratorPrototype%`, from which a runtime's iterators inherit directly. */
function isIterators(parent: object | null): boolean {
  if (parent === null) return false;
  const maker = ownValue(parent, "constructor");
  return (maker === undefined || maker === ACCESSOR) && ownsNative(parent);
}
