// deno-lint-ignore-file ban-types -- boxed primitives are what is tested
import { assertEquals } from "@std/assert";
import {
  assertType,
  type IsAny,
  type IsExact,
  type IsNever,
  type IsUnknown,
} from "@std/testing/types";
import type { Callback } from "../../src/types/callback.ts";
import type { Driver } from "../../src/types/driver.ts";
import type { Functional, Promisive } from "../../src/types/promisive.ts";
import type { Parametric, Primitive } from "../../src/types/primitive.ts";
import { roundTrip } from "../features/structured/coding.ts";

// deno-lint-ignore no-explicit-any -- is what is tested
type Any = any;
type Told<T> = Primitive<T, "structured">;

/** What is left of a value after the wire: what `Primitive` says of its type, for real. */
function tell<T>(value: T): Told<T> {
  return roundTrip(value) as Told<T>;
}

Deno.test("Primitive<T, structured> is T, when T is an atom, any or unknown", () => {
  assertType<
    IsExact<Told<string | 1 | true | null | undefined>, string | 1 | true | null | undefined>
  >(true);
  assertType<IsExact<Told<void>, void>>(true);
  assertType<IsExact<Told<bigint>, bigint>>(true);
  assertType<IsExact<Told<7n>, 7n>>(true);
  assertType<IsAny<Told<Any>>>(true);
  assertType<IsUnknown<Told<unknown>>>(true);
  assertType<IsNever<Told<never>>>(true);
  const id: bigint = tell(7n);
  assertEquals(id, 7n);
});

Deno.test("Primitive<T, structured> is T, when T is of a built-in class that travels", () => {
  assertType<IsExact<Told<Date>, Date>>(true);
  assertType<IsExact<Told<RegExp>, RegExp>>(true);
  assertType<IsExact<Told<URL>, URL>>(true);
  assertType<IsExact<Told<ArrayBuffer>, ArrayBuffer>>(true);
  assertType<IsExact<Told<Uint8Array>, Uint8Array>>(true);
  assertType<IsExact<Told<Uint8Array<ArrayBuffer>>, Uint8Array<ArrayBuffer>>>(true);
  assertType<IsExact<Told<Uint8ClampedArray>, Uint8ClampedArray>>(true);
  assertType<IsExact<Told<Int8Array>, Int8Array>>(true);
  assertType<IsExact<Told<Int16Array>, Int16Array>>(true);
  assertType<IsExact<Told<Uint16Array>, Uint16Array>>(true);
  assertType<IsExact<Told<Int32Array>, Int32Array>>(true);
  assertType<IsExact<Told<Uint32Array>, Uint32Array>>(true);
  assertType<IsExact<Told<Float32Array>, Float32Array>>(true);
  assertType<IsExact<Told<Float64Array>, Float64Array>>(true);
  assertType<IsExact<Told<BigInt64Array>, BigInt64Array>>(true);
  assertType<IsExact<Told<BigUint64Array>, BigUint64Array>>(true);
  assertType<IsExact<Told<DataView>, DataView>>(true);
  assertType<IsExact<Told<Error>, Error>>(true);
  assertType<IsExact<Told<TypeError>, TypeError>>(true);
  const at: Date = tell(new Date(0));
  assertEquals(at.getTime(), 0);
  const bytes: Uint8Array = tell(new Uint8Array([1, 2]));
  assertEquals(bytes.at(-1), 2);
});

Deno.test("Primitive<T, structured> turns what maps and sets hold, when they hold classes", () => {
  class Item {
    n = 1;
    double(): number {
      return this.n * 2;
    }
  }
  type Data = { n: number };
  assertType<IsExact<Told<Map<string, Date>>, Map<string, Date>>>(true);
  assertType<IsExact<Told<Map<Item, Set<Item>>>, Map<Data, Set<Data>>>>(true);
  assertType<IsExact<Told<Set<bigint>>, Set<bigint>>>(true);
  assertType<IsExact<Told<ReadonlyMap<string, Item>>, ReadonlyMap<string, Data>>>(true);
  assertType<IsExact<Told<ReadonlySet<Item>>, ReadonlySet<Data>>>(true);
  const map = tell(new Map([["a", new Set([new Item()])]]));
  const [item] = map.get("a")!;
  assertEquals(item!.n, 1);
  // @ts-expect-error its methods are gone
  assertEquals(item!.double, undefined);
});

Deno.test("Primitive<T, structured> is the built-in class, when T is of one that extends it", () => {
  class Later extends Date {
    by(ms: number): Later {
      return new Later(this.getTime() + ms);
    }
  }
  class Index extends Map<string, Date> {
    newest(): Date | undefined {
      return [...this.values()].at(-1);
    }
  }
  class Chunk extends Uint8Array {
    readonly offset = 0;
  }
  assertType<IsExact<Told<Later>, Date>>(true);
  assertType<IsExact<Told<Index>, Map<string, Date>>>(true);
  assertType<IsExact<Told<Chunk>, Uint8Array>>(true);
  const at = tell(new Later(0));
  assertEquals(Object.getPrototypeOf(at), Date.prototype);
  // @ts-expect-error what the class adds does not travel
  assertEquals(at.by, undefined);
  assertEquals(Object.getPrototypeOf(tell(new Index())), Map.prototype);
  assertEquals(Object.getPrototypeOf(tell(new Chunk(2))), Uint8Array.prototype);
});

Deno.test("Primitive<T, structured> is an error with own fields, when T is a class of errors", () => {
  class Refusal extends Error {
    readonly limit = new Map([["a", 1n]]);
    explain(): string {
      return `${this.message}: ${this.limit.size}`;
    }
  }
  const told = tell(new Refusal("too many", { cause: new Date(0) }));
  assertType<IsExact<(typeof told)["limit"], Map<string, bigint>>>(true);
  assertType<IsExact<(typeof told)["message"], string>>(true);
  const error: Error = told;
  assertEquals([error instanceof Error, error.message, error.cause], [
    true,
    "too many",
    new Date(0),
  ]);
  assertEquals(told.limit, new Map([["a", 1n]]));
  // @ts-expect-error its methods are gone
  assertEquals(told.explain, undefined);
});

Deno.test("Primitive<T, structured> leaves out what vanishes, when a member is a function or symbol", () => {
  class Note {
    readonly at = new Date(0);
    readonly tag?: bigint;
    readonly [Symbol.iterator]?: 1;
    shout(): string {
      return "!";
    }
  }
  type Data = { readonly at: Date; readonly tag?: bigint };
  assertType<IsExact<Told<Note>, Data>>(true);
  assertType<IsExact<Told<{ a: Date; f?(): void; s: symbol }>, { a: Date }>>(true);
  assertType<IsNever<Told<symbol>>>(true);
  assertEquals(Object.keys(tell(new Note())), ["at", "tag"]);
});

Deno.test("Primitive<T, structured> is never, when the value is refused or arrives empty", () => {
  assertType<IsNever<Told<String>>>(true);
  assertType<IsNever<Told<Number>>>(true);
  assertType<IsNever<Told<Boolean>>>(true);
  assertType<IsNever<Told<BigInt>>>(true);
  assertType<IsNever<Told<WeakMap<object, 1>>>>(true);
  assertType<IsNever<Told<WeakSet<object>>>>(true);
  assertType<IsNever<Told<SharedArrayBuffer>>>(true);
});

Deno.test("Primitive<T, structured> is what toJSON() returns, when nothing better is known", () => {
  class Point {
    toJSON(): { at: Date; seen: Set<Point> } {
      return { at: new Date(0), seen: new Set() };
    }
  }
  interface Data {
    at: Date;
    seen: Set<Data>;
  }
  const told: Data = tell(new Point());
  assertEquals(told, { at: new Date(0), seen: new Set() });
  assertType<IsExact<Told<{ toJSON(): 7n }>, 7n>>(true);
});

Deno.test("Primitive<T, structured> turns every element, when T is a list or a tuple", () => {
  type Tuple = readonly [at: Date, n?: bigint, ...rest: Map<string, () => void>[]];
  type After = readonly [at: Date, n?: bigint, ...rest: Map<string, Callback<() => void>>[]];
  assertType<IsExact<Told<Tuple>, After>>(true);
  assertType<IsExact<Told<(Date | (() => void))[]>, (Date | Callback<() => void>)[]>>(true);
  assertType<IsExact<Told<readonly Date[]>, readonly Date[]>>(true);
  interface Tree {
    at: Date;
    children: Map<string, Tree>;
    more: Tree[];
  }
  const tree: Tree = tell<Tree>({ at: new Date(0), children: new Map(), more: [] });
  assertEquals(tree.children.size, 0);
});

Deno.test("Primitive leaves functions out, when another member is unknown or any", () => {
  interface Mixed {
    cause: unknown;
    loose?: Any;
    f(): void;
  }
  assertType<IsExact<keyof Primitive<Mixed>, "cause" | "loose">>(true);
  assertType<IsExact<keyof Told<Mixed>, "cause" | "loose">>(true);
  const mixed: Mixed = { cause: 1, f: () => {} };
  assertEquals<Record<string, unknown>>({ ...tell(mixed) }, { cause: 1 });
});

interface Store {
  get(id: bigint): Map<string, Date>;
  find(pattern: RegExp): Promise<Set<string>>;
  same<T>(value: T): Promise<T>;
  deep: { bytes(): Uint8Array; log: { at(): Date } };
  version: Map<string, string>;
}

/** A driver whose functions are there as they are typed, and are never called over a wire. */
function driverOf<D>(functions: D): D {
  return functions;
}

Deno.test("Driver<R, U, structured> says what arrives, when functions return what JSON loses", async () => {
  type D = Driver<Store, false, "structured">;
  assertType<IsExact<D["get"], (id: bigint) => Promise<Map<string, Date>>>>(true);
  assertType<IsExact<D["find"], (pattern: RegExp) => Promise<Set<string>>>>(true);
  assertType<IsExact<D["same"], Store["same"]>>(true);
  assertType<IsExact<D["deep"]["bytes"], () => Promise<Uint8Array>>>(true);
  assertType<IsExact<D["deep"]["log"]["at"], () => Promise<Date>>>(true);
  assertType<IsExact<keyof D, "get" | "find" | "same" | "deep">>(true);
  const store = driverOf<Pick<D, "get">>({ get: () => Promise.resolve(new Map()) });
  const got: Map<string, Date> = await store.get(1n);
  assertEquals(got.size, 0);
  // @ts-expect-error the parameter is a bigint
  assertEquals((await store.get(1)).size, 0);
});

Deno.test("Driver<R> keeps JSON's meaning, when nothing was said of values", () => {
  type D = Driver<Store>;
  assertType<IsExact<D, Driver<Store, false>>>(true);
  assertType<IsExact<D, Driver<Store, false, "json">>>(true);
  // its parameter is a bigint, which JSON can't send
  assertType<IsExact<D["get"], (id: never) => Promise<never>>>(true);
  assertType<IsExact<D["deep"]["log"]["at"], () => Promise<string>>>(true);
  // @ts-expect-error there are two ways of telling values
  type None = Driver<Store, false, "xml">;
  const none: None | undefined = undefined;
  assertEquals(none, undefined);
});

Deno.test("Promisive and Functional say what arrives, when values are structured", () => {
  assertType<
    IsExact<Functional<() => Date, false, "structured">, () => Promise<Date>>
  >(true);
  assertType<
    IsExact<
      Promisive<{ a: { f(x: Date): URL } }, false, "structured">["a"]["f"],
      (x: Date) => Promise<URL>
    >
  >(true);
  type Overloaded = {
    (x: 1): Map<string, 1>;
    (x: 2): Set<2>;
  };
  type After = ((x: 1) => Promise<Map<string, 1>>) & ((x: 2) => Promise<Set<2>>);
  const take = (f: Functional<Overloaded, false, "structured">): After => f;
  assertEquals(typeof take, "function");
});

Deno.test("Parametric takes what becomes the right value, when values are structured", () => {
  class Note {
    readonly at = new Date(0);
    shout(): string {
      return "!";
    }
  }
  type Args = Parametric<[note: Note, ids: Map<string, bigint>], "structured">;
  const given: Args[] = [
    [new Note(), new Map()],
    [{ at: new Date(0) }, new Map([["a", 1n]])],
    [{ toJSON: () => ({ at: new Date(0) }) }, new Map()],
  ];
  assertEquals(given.length, 3);
  // @ts-expect-error text is no date here
  const wrong: Args = [{ at: "1970-01-01T00:00:00.000Z" }, new Map()];
  assertEquals(wrong.length, 2);
  type D = Driver<{ put(note: Note): void }, true, "structured">;
  assertType<IsExact<Parameters<D["put"]>, Parametric<[note: Note], "structured">>>(true);
});
