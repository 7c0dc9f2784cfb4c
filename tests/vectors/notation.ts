import { Money } from "../features/structured/arbitrary.ts";

/*
 * Values in the files of vectors are JSON. What JSON can't say stands as an object whose only key
 * begins with "$":
 *
 *   {"$undefined": true}             {"$number": "NaN"}            {"$bigint": "7"}
 *   {"$date": 0}                     {"$regexp": ["a", "g"]}       {"$url": "http://a/"}
 *   {"$map": [[key, value]]}         {"$set": [value]}             {"$list": [value, {"$hole": true}]}
 *   {"$error": {"class": "TypeError", "name": …, "message": …, "cause": …, "fields": {…}}}
 *   {"$bytes": ["Uint8Array", [1, 2]]}
 *   {"$as": ["name", value]}         a container that is referred to
 *   {"$same": "name"}                the reference, also inside the container
 *   {"$money": [cents, note]}        an instance of a class of the user's, "Money"
 */

/** A container that is filled after it got its name, so that it may hold itself. */
interface Shell {
  readonly object: object;
  fill(): void;
}

/** The notations of containers. */
interface Containers {
  readonly $map?: readonly (readonly [unknown, unknown])[];
  readonly $set?: readonly unknown[];
  readonly $list?: readonly unknown[];
  readonly $error?: object;
}

/** Makes the value that a notation stands for. */
export function valueOf(notation: unknown, named: Map<string, object> = new Map()): unknown {
  if (typeof notation !== "object" || notation === null) return notation;
  const [key, told] = Object.entries(notation)[0] ?? ["", undefined];
  if (!key.startsWith("$")) return filled(shellOf(notation, named));
  switch (key) {
    case "$undefined":
      return undefined;
    case "$number":
      return Number(told);
    case "$bigint":
      return BigInt(told);
    case "$date":
      return new Date(told ?? NaN);
    case "$regexp":
      return new RegExp(told[0], told[1]);
    case "$url":
      return new URL(told);
    case "$bytes":
      return bytesOf(told[0], told[1]);
    case "$money":
      return new Money(BigInt(told[0]), valueOf(told[1], named));
    case "$same":
      return named.get(told);
    case "$as": {
      const shell = shellOf(told[1], named);
      named.set(told[0], shell.object);
      return filled(shell);
    }
    default:
      return filled(shellOf(notation, named));
  }
}

function filled(shell: Shell): object {
  shell.fill();
  return shell.object;
}

function shellOf(notation: object, named: Map<string, object>): Shell {
  const make = (value: unknown): unknown => valueOf(value, named);
  const { $map, $set, $list, $error } = notation as Containers;
  if ($map !== undefined) {
    const object = new Map();
    return { object, fill: () => $map.forEach(([key, item]) => object.set(make(key), make(item))) };
  }
  if ($set !== undefined) {
    const object = new Set();
    return { object, fill: () => $set.forEach((item) => object.add(make(item))) };
  }
  if ($list !== undefined || Array.isArray(notation)) {
    const items: readonly unknown[] = $list ?? notation as unknown[];
    const object: unknown[] = new Array(items.length);
    const fill = () =>
      items.forEach((item, i) => {
        if (!isHole(item)) object[i] = make(item);
      });
    return { object, fill };
  }
  if ($error !== undefined) return errorShell($error, make);
  const object = {};
  const fill = () => {
    for (const [key, item] of Object.entries(notation)) define(object, key, make(item), true);
  };
  return { object, fill };
}

function errorShell(notation: object, make: (value: unknown) => unknown): Shell {
  const { message, name, ...more } = notation as Record<string, string>;
  const object: Error = new (Reflect.get(globalThis, more.class ?? "Error"))(message);
  const fill = () => {
    if (name !== undefined) define(object, "name", name, false);
    if ("cause" in more) define(object, "cause", make(more.cause), false);
    for (const [key, item] of Object.entries(more.fields ?? {})) {
      define(object, key, make(item), true);
    }
  };
  return { object, fill };
}

function isHole(notation: unknown): boolean {
  return typeof notation === "object" && notation !== null && "$hole" in notation;
}

function bytesOf(name: string, bytes: readonly number[]): object {
  const { buffer } = new Uint8Array(bytes);
  return name === "ArrayBuffer" ? buffer : new (Reflect.get(globalThis, name))(buffer);
}

function define(object: object, key: string, value: unknown, enumerable: boolean): void {
  Object.defineProperty(object, key, { value, enumerable, writable: true, configurable: true });
}
