import { globalScope } from "../../global_scope.ts";

// Which class a value is of, in whatever realm it was made: `node:vm` and jest have their own `Map`.

const BOXED: ReadonlySet<string> = new Set(["Number", "String", "Boolean", "BigInt", "Symbol"]);

/** Read a slot that only real instances have, of whatever realm: a tag alone can be made up. */
const PROBES: Readonly<Record<string, (value: never) => unknown>> = {
  Date: Date.prototype.getTime,
  RegExp: getterOf(RegExp.prototype, "source"),
  Map: getterOf(Map.prototype, "size"),
  Set: getterOf(Set.prototype, "size"),
  ArrayBuffer: getterOf(ArrayBuffer.prototype, "byteLength"),
};
/** The name of a typed array's class, of whatever realm. */
const typedArrayName = getterOf(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag);

/** Is it an instance of this class, of this realm or another (`node:vm`, jest)? */
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

/** The class of bytes: `"DataView"`, or the name of a typed array's. */
export function viewName(view: ArrayBufferView): string {
  return Reflect.apply(typedArrayName, view, []) as string | undefined ?? "DataView";
}
