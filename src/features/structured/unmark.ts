import { BYTES } from "./marks.ts";
import type { MarkTypes } from "../../session/feature.ts";
import type { StructuredType } from "./structured_type.ts";

/** A map, a set or an error that was put in its place before what it holds is known. */
interface Shell {
  readonly object: object;
  /** What it is filled with, as it stood in the message. */
  readonly raw: unknown;
}

/** A container, by what the steps of a path may be read and set on. */
type Container = Record<string | number, unknown>;

/**
 * Makes a value of what arrived and its marks. Only own fields are stepped into, so that no mark
 * reaches a prototype; nothing is made of a size that was only claimed.
 */
export class Unmarker {
  readonly #types: ReadonlyMap<string, StructuredType>;
  /** Types of other features. */
  readonly #others: readonly MarkTypes[] | undefined;
  /** Of which the value is a part, for other features. */
  readonly #message: readonly unknown[];
  readonly #bytes: readonly Uint8Array[];
  readonly #root: { value: unknown };
  /** In the order of their marks: a holder before what it holds. */
  readonly #shells = new Map<object, Shell>();
  /** A text of few marks could else become any number of entries. */
  readonly #filling = new Set<unknown>();
  readonly #later: (() => void)[] = [];

  constructor(
    value: unknown,
    bytes: readonly Uint8Array[],
    types: ReadonlyMap<string, StructuredType>,
    others: {
      readonly marks: readonly MarkTypes[] | undefined;
      readonly message: readonly unknown[];
    },
  ) {
    this.#others = others.marks;
    this.#message = others.message;
    this.#root = { value };
    this.#bytes = bytes;
    this.#types = types;
  }

  /** @throws {TypeError} If a mark is none. */
  decode(marks: unknown): unknown {
    if (!Array.isArray(marks)) throw invalid("they are no list");
    let isTaken = false;
    let next = 0;
    try {
      while (next < marks.length) this.#apply(marks[next++]);
      // what is held is whole before its holder is filled
      for (const finish of this.#later.reverse()) finish();
      isTaken = true;
    } finally {
      if (this.#others !== undefined) {
        if (!isTaken) this.#count(marks.slice(next));
        for (const other of this.#others) other.decoded?.(isTaken);
      }
    }
    return this.#root.value;
  }

  /** The value is refused: other features still learn of the marks that were not reached. */
  #count(marks: readonly unknown[]): void {
    try {
      for (const mark of marks) {
        if (!Array.isArray(mark)) continue;
        const [, type, ...rest] = mark;
        this.#otherOf(type)?.decode([type, ...rest], this.#message);
      }
    } catch {
      // it is refused already; an error for each of many marks would cost too much
    }
  }

  #otherOf(type: unknown): MarkTypes | undefined {
    return this.#others?.find(({ types }) => types.includes(type as string));
  }

  #apply(mark: unknown): void {
    if (!Array.isArray(mark) || !Array.isArray(mark[0])) throw invalid("one is no list");
    const [path, type, ...rest] = mark as [unknown[], unknown, ...unknown[]];
    const { holder, key } = this.#place(path);
    const raw = holder[key];
    switch (type) {
      case "u":
        return set(holder, key, undefined);
      case "n":
        return set(holder, key, numberOf(raw));
      case "i":
        return set(holder, key, bigintOf(raw));
      case "d":
        return set(holder, key, new Date(typeof raw === "number" ? raw : NaN));
      case "r":
        return set(holder, key, regExpOf(raw));
      case "l":
        return set(holder, key, new URL(textOf(raw)));
      case "b":
        return set(holder, key, this.#bytesOf(rest));
      case "h":
        return this.#dig(raw, rest[0]);
      case "=":
        return this.#same(holder, key, rest[0]);
      case "m":
      case "s":
      case "e":
        return this.#shell(type, { holder, key, raw });
      case "o":
        return this.#own({ holder, key }, rest[0]);
    }
    const other = this.#otherOf(type);
    if (other === undefined) throw invalid("of a type that is not known");
    set(holder, key, other.decode([type, ...rest], this.#message));
  }

  /** The container and the key at the end of a path, by own fields alone. */
  #place(path: readonly unknown[]): { holder: Container; key: string | number } {
    let holder = this.#root as unknown as Container;
    let key: string | number = "value";
    for (const next of path) {
      holder = this.#inside(holder[key]);
      if (typeof next !== "string" && typeof next !== "number") throw invalid("a path is none");
      if (!Object.hasOwn(holder, next)) throw invalid("a path leads nowhere");
      key = next;
    }
    return { holder, key };
  }

  #inside(value: unknown): Container {
    if (typeof value !== "object" || value === null) throw invalid("a path leads nowhere");
    const inside = this.#shells.get(value)?.raw ?? value;
    if (typeof inside !== "object" || inside === null) throw invalid("a path leads nowhere");
    return inside as Container;
  }

  #same(holder: Container, key: string | number, path: unknown): void {
    if (!Array.isArray(path)) throw invalid("a reference is none");
    const target = this.#place(path);
    set(holder, key, target.holder[target.key]);
  }

  #shell(
    type: "m" | "s" | "e",
    { holder, key, raw }: { holder: Container; key: string | number; raw: unknown },
  ): void {
    const object = shellOf(type, raw);
    if (this.#filling.has(raw)) throw invalid("one list can't fill two");
    this.#filling.add(raw);
    this.#shells.set(object, { object, raw });
    set(holder, key, object);
    this.#later.push(() => fill(object, raw));
  }

  /** After all that it holds: what `decode` is given is whole. */
  #own({ holder, key }: { holder: Container; key: string | number }, name: unknown): void {
    const type = typeof name === "string" ? this.#types.get(name) : undefined;
    if (type === undefined) throw invalid("of a type that is not known");
    this.#later.push(() => set(holder, key, type.decode(holder[key])));
  }

  #bytesOf([name, index]: readonly unknown[]): object {
    const bytes = typeof index === "number" ? this.#bytes[index] : undefined;
    if (bytes === undefined || typeof name !== "string" || !Object.hasOwn(BYTES, name)) {
      throw invalid("its bytes are not there");
    }
    const buffer = bytes.buffer.byteLength === bytes.byteLength
      ? bytes.buffer as ArrayBuffer
      : bytes.slice().buffer;
    return name === "ArrayBuffer" ? buffer : new BYTES[name]!(buffer);
  }

  #dig(list: unknown, holes: unknown): void {
    const inside = this.#inside(list);
    if (!Array.isArray(inside) || !Array.isArray(holes)) throw invalid("it is no list");
    for (const hole of holes) {
      if (typeof hole !== "number" || !Object.hasOwn(inside, hole)) throw invalid("no such place");
    }
    for (const hole of holes) delete inside[hole];
  }
}

function shellOf(type: "m" | "s" | "e", raw: unknown): object {
  if (type === "e") {
    if (typeof raw !== "object" || raw === null) throw invalid("it is no error");
    const { name } = raw as { name?: unknown };
    if (name === "AggregateError") return new AggregateError([]);
    const known = typeof name === "string" && Object.hasOwn(ERRORS, name);
    return new ERRORS[known ? name as keyof typeof ERRORS : "Error"]();
  }
  if (!Array.isArray(raw)) throw invalid("it is no list");
  return type === "m" ? new Map() : new Set();
}

/** The classes of errors that every runtime has. */
const ERRORS = { Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };

function set(holder: Container, key: string | number, value: unknown): void {
  Object.defineProperty(holder, key, {
    value,
    enumerable: true,
    writable: true,
    configurable: true,
  });
}

function fill(object: object, raw: unknown): void {
  if (object instanceof Map) {
    for (const entry of raw as unknown[]) {
      if (!Array.isArray(entry)) throw invalid("an entry is none");
      object.set(entry[0], entry[1]);
    }
  } else if (object instanceof Set) {
    for (const item of raw as unknown[]) object.add(item);
  } else fillError(object as Error, raw as Record<string, unknown>);
}

/** `name`, `message` and `cause` stand as an error has them; what would hide a method is left out. */
function fillError(error: Error, fields: Record<string, unknown>): void {
  for (const key of Object.keys(fields)) {
    const isText = key === "name" || key === "message";
    const isPart = isText || key === "cause" ||
      (key === "errors" && error instanceof AggregateError);
    if (key === "stack" || (key in Error.prototype && !isPart)) continue;
    Object.defineProperty(error, key, {
      value: isText ? textOf(fields[key]) : fields[key],
      enumerable: !isPart,
      writable: true,
      configurable: true,
    });
  }
}

function numberOf(raw: unknown): number {
  if (raw === "NaN" || raw === "Infinity" || raw === "-Infinity" || raw === "-0") {
    return Number(raw);
  }
  throw invalid("it is no number");
}

function bigintOf(raw: unknown): bigint {
  const text = textOf(raw);
  if (!/^-?\d{1,100000}$/.test(text)) throw invalid("it is no bigint");
  return BigInt(text);
}

function regExpOf(raw: unknown): RegExp {
  if (!Array.isArray(raw)) throw invalid("it is no pattern");
  return new RegExp(textOf(raw[0]), textOf(raw[1]));
}

function textOf(raw: unknown): string {
  if (typeof raw === "string") return raw;
  throw invalid("it is no text");
}

function invalid(why: string): TypeError {
  return new TypeError(`Cannot read the marks of a value: ${why}`);
}
