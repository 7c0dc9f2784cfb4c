import { globalScope } from "../global_scope.ts";
import { DEFAULT_LIMITS } from "../limits.ts";
import { isDriver } from "./driver.ts";

/** A function that a peer may call. */
export interface Found {
  /** The object that holds it: its `this`. */
  readonly self: unknown;
  /** The function, as it was read. */
  readonly function: (...args: unknown[]) => unknown;
}

/** How long a path may be. */
export interface PathLimits {
  /** Characters. */
  readonly pathLength: number;
  /** Names between the dots. */
  readonly pathSteps: number;
}

/** Refused wherever they stand before anything is read, as is an underscore at a name's edge. */
const FORBIDDEN: ReadonlySet<string> = new Set(["constructor", "prototype", "then"]);

/** What every function has of its own, or had once. */
const OF_FUNCTIONS: ReadonlySet<string> = new Set(["name", "length", "caller", "arguments"]);

/** Longer chains of prototypes are refused: a proxy can make one that has no end. */
const LONGEST_CHAIN = 64;

/**
 * The function that a peer's path leads to. This is the only code that reads a property whose name
 * came off the wire: each step is decided before its value is read.
 *
 * @param provider What this end offers.
 * @param path Names joined by dots, as the peer sent it.
 * @param limits A longer path is refused before anything else is done with it.
 * @returns `undefined` for whatever may not be reached, is not there, is no function, or throws on
 * the way: refusals look alike.
 */
export function find(
  provider: unknown,
  path: string,
  limits: PathLimits = DEFAULT_LIMITS,
): Found | undefined {
  if (typeof path !== "string" || path.length > limits.pathLength) return undefined;
  const kept = keptNames.get(path);
  const names = kept ?? namesOf(path);
  if (names === undefined || names.length > limits.pathSteps) return undefined;
  const found = walk(provider, names);
  if (kept === undefined && found !== undefined) keep(path, names);
  return found;
}

/** The names of paths that led to a function before: a peer's misses can't push these out. */
const keptNames = new Map<string, readonly string[]>();
const MOST_KEPT = 1_024;
const LONGEST_KEPT = 256;

function keep(path: string, names: readonly string[]): void {
  if (path.length > LONGEST_KEPT) return;
  // a driver inside a provider answers to any name, so a peer can fill this all the same
  if (keptNames.size >= MOST_KEPT) keptNames.clear();
  keptNames.set(path, names);
}

/** `undefined` if one of them is forbidden. */
function namesOf(path: string): readonly string[] | undefined {
  const names = path.split(".");
  return names.some(isForbidden) ? undefined : names;
}

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
    return undefined; // a getter or a trap threw, a proxy was revoked: no reason goes to the peer
  }
  return typeof value === "function" ? { self, function: value as Found["function"] } : undefined;
}

/** One name further; `undefined` where it may not be read. */
function step(holder: object, name: string): unknown {
  if (isDriver(holder)) {
    // a driver has no members of its own, and answers some names here instead of at its other end
    const member = (holder as Record<string, unknown>)[name];
    return isDriver(member) ? member : undefined;
  }
  // not by a descriptor: a user's proxy answers by its `get`, a getter needs its `this`
  return mayRead(holder, name) ? (holder as Record<string, unknown>)[name] : undefined;
}

function mayRead(holder: object, name: string): boolean {
  // the runtime's, whoever offers it: `eval` and `Function` are members of its own
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
 * Prototypes that were seen to be the user's: each stays so, whatever is put on it later. That one
 * is a built-in's is not kept, since an old class may get its own `constructor` after it was asked.
 */
const usersOwn = new WeakSet<object>();

function isBuiltIn(prototype: object): boolean {
  if (prototype === Object.prototype || prototype === Function.prototype) return true;
  if (usersOwn.has(prototype)) return false;
  if (looksBuiltIn(prototype)) return true;
  usersOwn.add(prototype);
  return false;
}

/**
 * In doubt it is a built-in's. Nothing is read by a getter here: what was put on a prototype to
 * mislead runs nothing.
 */
function looksBuiltIn(prototype: object): boolean {
  // above a class, on its static side, stands the class that it extends
  if (typeof prototype === "function") return isNative(prototype) || isGlobal(prototype);
  const maker = ownValue(prototype, "constructor");
  // `Iterator` has a getter there, generators have an object, also those that a compiler makes
  if (maker === ACCESSOR || (typeof maker === "object" && maker !== null)) return true;
  if (typeof maker === "function") {
    if (isNative(maker) || isGlobal(maker)) return true;
    if (isClassOf(maker, prototype)) return false;
  }
  // an old way to write classes, or a built-in's prototype that was changed
  return ownsNative(prototype) || isTagged(prototype) ||
    (maker === undefined && isIterators(Object.getPrototypeOf(prototype)));
}

/** A class can't be given another prototype. A function can: that of lists, say. */
function isClassOf(maker: object, prototype: object): boolean {
  const found = Object.getOwnPropertyDescriptor(maker, "prototype");
  return found?.writable === false && found.value === prototype;
}

/** Stands for a property that has a getter: its value is not known without running it. */
const ACCESSOR = Symbol("accessor");

/** An own property without its getter; `undefined` also where there is none. */
function ownValue(holder: object, key: PropertyKey): unknown {
  const found = Object.getOwnPropertyDescriptor(holder, key);
  if (found === undefined) return undefined;
  return Object.hasOwn(found, "value") ? found.value : ACCESSOR;
}

// taken now: some programs wrap it, and say of their own functions that they are native
const { toString: textOf } = Function.prototype;

/** In any realm. Engines differ in the spaces; a body that holds this text begins otherwise. */
function isNative(value: object): boolean {
  return /^[^{]*\{\s*\[native code\]\s*\}$/.test(Reflect.apply(textOf, value, []));
}

/**
 * Of the runtime's own making though written in JavaScript, as `URL` and `EventTarget` are in Deno
 * and Node? Such globals are hidden, or made by a getter at their first use; no script's are.
 */
function isGlobal(maker: object): boolean {
  return globalOf(ownValue(maker, "name")) === maker;
}

/** The same by the tag, for one whose `constructor` was changed. */
function isTagged(prototype: object): boolean {
  const owner = globalOf(ownValue(prototype, Symbol.toStringTag));
  return owner !== undefined && ownValue(owner, "prototype") === prototype;
}

/** The runtime's class of that name. Only names of classes: to read others may open a database. */
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
 * A hidden native method tells a built-in's prototype in any realm, also where its `constructor` is
 * gone, was changed, or never was, as on the iterators of lists and maps.
 */
function ownsNative(prototype: object): boolean {
  return Reflect.ownKeys(prototype).some((key) => {
    const found = Object.getOwnPropertyDescriptor(prototype, key);
    if (found === undefined || found.enumerable === true) return false;
    const method: unknown = found.value;
    return typeof method === "function" && isNative(method) && !isBoundOrProxy(method);
  });
}

/** Their text is native too, but a user made them. V8 gives them no name there, others do. */
function isBoundOrProxy(method: object): boolean {
  if (/^function\s*\(/.test(Reflect.apply(textOf, method, []))) return true;
  const name = ownValue(method, "name");
  return typeof name === "string" && name.startsWith("bound ");
}

/** `%IteratorPrototype%`: iterators that a runtime writes in JavaScript stand right below it. */
function isIterators(parent: object | null): boolean {
  if (parent === null) return false;
  const maker = ownValue(parent, "constructor");
  return (maker === undefined || maker === ACCESSOR) && ownsNative(parent);
}
