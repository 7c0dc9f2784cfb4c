import { globalScope } from "../../global_scope.ts";

// Detects built-in classes across realms: code in `node:vm` and Jest has its own `Map`.

const BOXED: ReadonlySet<string> = new Set(["Number", "String", "Boolean", "BigInt", "Symbol"]);

/** Reads an internal slot, which only real instances have. A tag alone could be forged. */
const PROBES: Readonly<Record<string, (value: never) => unknown>> = {
  Date: Date.prototype.getTime,
  RegExp: getterOf(RegExp.prototype, "source"),
  Map: getterOf(Map.prototype, "size"),
  Set: getterOf(Set.prototype, "size"),
  ArrayBuffer: getterOf(ArrayBuffer.prototype, "byteLength"),
};
/** Returns the class name of a typed array of any realm. */
const typedArrayName = getterOf(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag);

/** Whether a value is an instance of a built-in class, of any realm. */
export function is<T extends object>(value: object, name: keyof typeof PROBES): value is T {
  if (tagOf(value) !== name) {
    const { [name]: own } = globalScope as unknown as Record<string, new () => object>;
    return value instanceof own!;
  }
  try {
    Reflect.apply(PROBES[name]!, value, []);
    return true;
  } catch {
    return false;
  }
}

export function isUrl(value: object): value is URL {
  return (typeof URL !== "undefined" && value instanceof URL) ||
    (tagOf(value) === "URL" && typeof (value as URL).href === "string");
}

function tagOf(value: object): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}

function getterOf(prototype: object, key: PropertyKey): (value: never) => unknown {
  return Object.getOwnPropertyDescriptor(prototype, key)!.get!;
}

export function isBoxed(value: object): boolean {
  return BOXED.has(tagOf(value));
}

/** The class name of a view: `"DataView"`, or that of a typed array. */
export function viewName(view: ArrayBufferView): string {
  return Reflect.apply(typedArrayName, view, []) as string | undefined ?? "DataView";
}
