import { define } from "../../errors.ts";
import { globalScope } from "../../global_scope.ts";
import { BYTES } from "./marks.ts";
import type { MarkTypes } from "../../session/feature.ts";
import type { StructuredType } from "./structured_type.ts";

/** The end of a path. */
interface Place {
  readonly holder: Container;
  readonly key: string | number;
}
/** The mark types of other features, and the message with the value. */
interface Others {
  readonly marks: readonly MarkTypes[] | undefined;
  readonly message: readonly unknown[];
}
type Types = ReadonlyMap<string, StructuredType>;
type Container = Record<string | number, unknown>;

/**
 * Rebuilds a value from its JSON and its marks. Paths follow only own fields, so that no mark can
 * reach a prototype, and nothing is allocated based on a size that the peer claims.
 */
export class Unmarker {
  readonly #root: Container;
  readonly #bytes: readonly Uint8Array[];
  readonly #types: Types;
  readonly #others: Others;
  /** The contents of each map, set and error, which are created empty and filled at the end. */
  readonly #contents = new Map<object, unknown>();
  /** Each list fills one object only, or a short frame could expand to any number of entries. */
  readonly #filling = new Set<unknown>();
  readonly #finishers: (() => void)[] = [];

  constructor(value: unknown, bytes: readonly Uint8Array[], types: Types, others: Others) {
    this.#root = { value };
    this.#bytes = bytes;
    this.#types = types;
    this.#others = others;
  }

  /** Throws a `TypeError` for an invalid mark. */
  decode(marks: unknown): unknown {
    if (!Array.isArray(marks)) throw invalid("its marks aren't a list");
    let isTaken = false;
    let next = 0;
    try {
      while (next < marks.length) this.#apply(marks[next++]);
      // the mark of a container precedes those of its contents, which must be finished first
      for (const finish of this.#finishers.reverse()) finish();
      isTaken = true;
    } finally {
      if (!isTaken && this.#others.marks !== undefined) this.#decodeForOthers(marks.slice(next));
      for (const other of this.#others.marks ?? []) other.decoded?.(isTaken);
    }
    return this.#root.value;
  }

  /** If the value is refused, other features must still count the remaining marks. */
  #decodeForOthers(marks: readonly unknown[]): void {
    try {
      for (const mark of marks) {
        if (!Array.isArray(mark)) continue;
        const [, type, ...rest] = mark;
        this.#otherOf(type)?.decode([type, ...rest], this.#others.message);
      }
    } catch {
      // the value is refused already, and a `try` for each mark would be too slow
    }
  }

  #otherOf(type: unknown): MarkTypes | undefined {
    return this.#others.marks?.find(({ types }) => types.includes(type as string));
  }

  #apply(mark: unknown): void {
    if (!Array.isArray(mark) || !Array.isArray(mark[0])) throw invalid("a mark isn't a list");
    const [path, type, ...rest] = mark as [unknown[], unknown, ...unknown[]];
    const { holder, key } = this.#place(path);
    const raw = holder[key];
    switch (type) {
      case "u":
        return define(holder, key, undefined);
      case "n":
        return define(holder, key, numberOf(raw));
      case "i":
        return define(holder, key, bigintOf(raw));
      case "d":
        return define(holder, key, new Date(typeof raw === "number" ? raw : NaN));
      case "r":
        return define(holder, key, regExpOf(raw));
      case "l":
        return define(holder, key, new URL(textOf(raw)));
      case "b":
        return define(holder, key, this.#bytesOf(rest));
      case "h":
        return this.#dig(raw, rest[0]);
      case "=":
        return this.#same(holder, key, rest[0]);
      case "m":
      case "s":
      case "e":
        return this.#fillLater(type, { holder, key }, raw);
      case "o":
        return this.#custom({ holder, key }, rest[0]);
    }
    const other = this.#otherOf(type);
    if (other === undefined) throw invalid("a mark has an unknown type");
    define(holder, key, other.decode([type, ...rest], this.#others.message));
  }

  #place(path: readonly unknown[]): Place {
    let holder = this.#root;
    let key: string | number = "value";
    for (const next of path) {
      holder = this.#inside(holder[key]);
      if (typeof next !== "string" && typeof next !== "number") {
        throw invalid("a path has an invalid key");
      }
      if (!Object.hasOwn(holder, next)) throw invalid("a path leads to no value");
      key = next;
    }
    return { holder, key };
  }

  #inside(value: unknown): Container {
    if (typeof value !== "object" || value === null) throw invalid("a path leads to no value");
    const inside = this.#contents.get(value) ?? value;
    if (typeof inside !== "object" || inside === null) throw invalid("a path leads to no value");
    return inside as Container;
  }

  #same(holder: Container, key: string | number, path: unknown): void {
    if (!Array.isArray(path)) throw invalid("a reference isn't a path");
    const target = this.#place(path);
    define(holder, key, target.holder[target.key]);
  }

  #fillLater(type: "m" | "s" | "e", { holder, key }: Place, raw: unknown): void {
    const object = emptyOf(type, raw);
    if (this.#filling.has(raw)) throw invalid("a list is used for two objects");
    this.#filling.add(raw);
    this.#contents.set(object, raw);
    define(holder, key, object);
    this.#finishers.push(() => fill(object, raw));
  }

  #custom({ holder, key }: Place, name: unknown): void {
    const type = typeof name === "string" ? this.#types.get(name) : undefined;
    if (type === undefined) throw invalid("a mark names an unknown class");
    this.#finishers.push(() => define(holder, key, type.decode(holder[key])));
  }

  #bytesOf([name, index]: readonly unknown[]): object {
    const bytes = typeof index === "number" ? this.#bytes[index] : undefined;
    if (bytes === undefined || typeof name !== "string" || !Object.hasOwn(BYTES, name)) {
      throw invalid("its bytes are missing");
    }
    const buffer = bytes.buffer.byteLength === bytes.byteLength
      ? bytes.buffer as ArrayBuffer
      : bytes.slice().buffer;
    return name === "ArrayBuffer" ? buffer : new BYTES[name]!(buffer);
  }

  #dig(list: unknown, holes: unknown): void {
    const inside = this.#inside(list);
    if (!Array.isArray(inside) || !Array.isArray(holes)) throw invalid("expected a list");
    for (const hole of holes) {
      if (typeof hole !== "number" || !Object.hasOwn(inside, hole)) {
        throw invalid("a list has no such index");
      }
    }
    for (const hole of holes) delete inside[hole];
  }
}

function emptyOf(type: "m" | "s" | "e", raw: unknown): object {
  if (type === "e") {
    if (typeof raw !== "object" || raw === null) throw invalid("expected the fields of an error");
    const { name } = raw as { name?: unknown };
    if (name === "AggregateError") return new AggregateError([]);
    if (name === "SuppressedError" && SuppressedError !== undefined) return new SuppressedError();
    const known = typeof name === "string" && Object.hasOwn(ERRORS, name);
    return new ERRORS[known ? name as keyof typeof ERRORS : "Error"]();
  }
  if (!Array.isArray(raw)) throw invalid("expected a list");
  return type === "m" ? new Map() : new Set();
}

// some runtimes lack it
const { SuppressedError } = globalScope as unknown as {
  readonly SuppressedError?: new () => Error;
};

const ERRORS = { Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };

function fill(object: object, raw: unknown): void {
  if (object instanceof Map) {
    for (const entry of raw as unknown[]) {
      if (!Array.isArray(entry)) throw invalid("expected a map entry");
      object.set(entry[0], entry[1]);
    }
  } else if (object instanceof Set) {
    for (const item of raw as unknown[]) object.add(item);
  } else fillError(object as Error, raw as Record<string, unknown>);
}

/** Hides `name`, `message`, `cause` and `errors`, and skips fields that would hide a method. */
function fillError(error: Error, fields: Record<string, unknown>): void {
  for (const key of Object.keys(fields)) {
    const isText = key === "name" || key === "message";
    const isPart = isText || key === "cause" || Object.hasOwn(error, key);
    if (key === "stack" || (key in Error.prototype && !isPart)) continue;
    define(error, key, isText ? textOf(fields[key]) : fields[key], !isPart);
  }
}

function numberOf(raw: unknown): number {
  if (raw === "NaN" || raw === "Infinity" || raw === "-Infinity" || raw === "-0") {
    return Number(raw);
  }
  throw invalid("expected a number");
}

function bigintOf(raw: unknown): bigint {
  const text = textOf(raw);
  if (!/^-?\d{1,100000}$/.test(text)) throw invalid("expected a bigint");
  return BigInt(text);
}

function regExpOf(raw: unknown): RegExp {
  if (!Array.isArray(raw)) throw invalid("expected a regular expression");
  return new RegExp(textOf(raw[0]), textOf(raw[1]));
}

function textOf(raw: unknown): string {
  if (typeof raw === "string") return raw;
  throw invalid("expected a string");
}

function invalid(why: string): TypeError {
  return new TypeError(`Cannot decode the value: ${why}`);
}
