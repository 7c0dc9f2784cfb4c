import { assertEquals } from "@std/assert";
import { assertType, type IsExact } from "@std/testing/types";
import type { Driver } from "../../src/types/driver.ts";
import type { Primitive } from "../../src/types/primitive.ts";
import { fake, json } from "./fake.ts";

// deno-lint-ignore no-explicit-any -- is what is tested
type Any = any;

Deno.test("Driver takes no parameter that JSON loses", () => {
  interface Remote {
    callback(then: () => void): void;
    big(value: bigint): void;
    symbol(value: symbol): void;
    map(value: Map<string, number>): void;
    set(value: ReadonlySet<string>): void;
    bytes(value: Uint8Array): void;
    pattern(value: RegExp): void;
    list(value: Map<string, number>[]): void;
    pair(value: readonly [number, bigint]): void;
    either(value: number | bigint): void;
    optional(a: number, then?: () => void): void;
    rest(...values: bigint[]): void;
    kept(value: Map<string, number>): Promise<number>;
    several(value: string): Promise<string>;
    several(value: bigint): Promise<number>;
  }
  type D = Driver<Remote>;
  type None = (value: never) => Promise<void>;

  assertType<IsExact<D["callback"], None>>(true);
  assertType<IsExact<D["big"], None>>(true);
  assertType<IsExact<D["symbol"], None>>(true);
  assertType<IsExact<D["map"], None>>(true);
  assertType<IsExact<D["set"], None>>(true);
  assertType<IsExact<D["bytes"], None>>(true);
  assertType<IsExact<D["pattern"], None>>(true);
  assertType<IsExact<D["list"], (value: never[]) => Promise<void>>>(true);
  assertType<IsExact<D["pair"], (value: readonly [number, never]) => Promise<void>>>(true);
  assertType<IsExact<D["either"], (value: number) => Promise<void>>>(true);
  assertType<IsExact<D["optional"], (a: number, then?: undefined) => Promise<void>>>(true);
  assertType<IsExact<D["rest"], (...values: never[]) => Promise<void>>>(true);
  assertType<IsExact<D["kept"], (value: never) => Promise<number>>>(true);
  const driver = fake<Remote>({
    callback() {},
    big() {},
    either() {},
    kept: () => 1,
    several() {},
  });
  const calls = (): unknown[] => [
    // @ts-expect-error a function does not arrive
    driver.callback(() => {}),
    // @ts-expect-error a bigint fails
    driver.big(1n),
    driver.either(1),
    // @ts-expect-error a bigint fails
    driver.either(1n),
    // @ts-expect-error a map arrives empty
    driver.kept(new Map()),
    driver.several("a"),
    // @ts-expect-error a bigint fails
    driver.several(1n),
  ];
  assertEquals(typeof calls, "function");
});

Deno.test("Driver keeps parameters that JSON sends, and those that nobody can tell", () => {
  class Note {
    at = new Date(0);
    words = new Map<string, number>();
    shout(): string {
      return "A";
    }
  }
  class Told extends Map<string, number> {
    toJSON(): string {
      return "told";
    }
  }
  type Json = null | string | Json[] | { [name: string]: Json };
  type Endless = bigint | Endless[];
  interface Remote {
    date(value: Date): void;
    any(value: Any): void;
    unknown(value: unknown, ...more: unknown[]): void;
    note(value: Note, notes: readonly Note[]): void;
    told(value: Told): void;
    json(value: Json): void;
    object(value: { a: number; then?: () => void }): void;
    tuple(...args: [name: string, at?: Date]): void;
    same<T>(value: T): Promise<T>;
    first<T extends readonly Date[]>(values: T): void;
    endless(value: Endless): void;
  }
  type D = Driver<Remote>;
  assertType<IsExact<Parameters<D["date"]>, [value: Date]>>(true);
  assertType<IsExact<Parameters<D["any"]>, [value: Any]>>(true);
  assertType<IsExact<Parameters<D["unknown"]>, [value: unknown, ...more: unknown[]]>>(true);
  assertType<IsExact<Parameters<D["note"]>, [value: Note, notes: readonly Note[]]>>(true);
  assertType<IsExact<Parameters<D["told"]>, [value: Told]>>(true);
  assertType<IsExact<Parameters<D["json"]>, [value: Json]>>(true);
  assertType<IsExact<Parameters<D["object"]>, Parameters<Remote["object"]>>>(true);
  assertType<IsExact<Parameters<D["tuple"]>, [name: string, at?: Date]>>(true);
  assertType<IsExact<D["same"], Remote["same"]>>(true);
  assertType<IsExact<Parameters<D["first"]>, [values: readonly Date[]]>>(true);
  const check = (driver: D): unknown => driver.endless([[]]);
  assertEquals([typeof check, new Note().shout(), new Told().toJSON()], ["function", "A", "told"]);
});

Deno.test("Driver takes every parameter, when values are structured", () => {
  interface Remote {
    big(value: bigint, map: Map<string, Date>): void;
  }
  type D = Driver<Remote, false, "structured">;
  assertType<IsExact<Parameters<D["big"]>, [value: bigint, map: Map<string, Date>]>>(true);
});

Deno.test("Driver takes no parameter that JSON loses, when parameters are parametric", () => {
  const check = (driver: Driver<{ f(big: bigint, at: Date): void }, true>): unknown[] => [
    // @ts-expect-error a bigint fails
    driver.f(1n, new Date(0)),
  ];
  assertEquals(typeof check, "function");
});

Deno.test("Driver tells results by their arguments, when a generic function has fields to pick", async () => {
  interface User {
    id: number;
    born: Date;
    name: string;
  }
  interface Remote {
    pick<K extends keyof User>(key: K): Promise<User[K]>;
    now<K extends keyof User>(key: K, strict?: boolean): User[K];
    either(key: string): string | Date | number;
  }
  const user: User = { id: 7, born: new Date(0), name: "a" };
  const pick = (key: keyof User): unknown => user[key];
  const driver = fake<Remote>({ pick, now: pick, either: pick });
  const id: number = await driver.pick("id");
  const born: string = await driver.pick("born");
  const name: string = await driver.now("name", true);
  assertEquals([id, born, name], [7, "1970-01-01T00:00:00.000Z", "a"]);
  const key = "id" as keyof User;
  const any: string | number = await driver.pick(key);
  assertEquals(any, 7);
  // @ts-expect-error it is the text of a date
  const date: Date = await driver.pick("born");
  assertEquals(typeof date, "string");
  // @ts-expect-error it is a number
  const text: string = await driver.pick("id");
  assertEquals(typeof text, "number");
  // @ts-expect-error there is no such field
  assertEquals(await driver.pick("nope"), undefined);
  // @ts-expect-error strict is a boolean
  assertEquals(await driver.now("id", 1), 7);
  assertType<IsExact<Driver<Remote>["either"], (key: string) => Promise<string | number>>>(true);
});

Deno.test("Primitive drops functions of an index, optional ones, and an error's own members", () => {
  type Handlers = Record<string, () => number>;
  assertType<IsExact<Primitive<Handlers>, Record<never, never>>>(true);
  assertType<IsExact<Primitive<{ a: Handlers }>, { a: Record<never, never> }>>(true);
  assertType<IsExact<Primitive<{ a: 1; f?: () => void }>, { a: 1 }>>(true);
  assertType<IsExact<Primitive<{ in: { a: 1; f?(): void } }>, { in: { a: 1 } }>>(true);
  assertType<IsExact<Primitive<{ f?(): void }[]>, Record<never, never>[]>>(true);
  class Failure extends Error {
    status = 404;
  }
  assertType<IsExact<Primitive<Error>, Record<never, never>>>(true);
  assertType<IsExact<Primitive<Failure>, { status: number }>>(true);
  interface Told {
    name: string;
    message: string;
  }
  assertType<IsExact<Primitive<Told>, Told>>(true);
  assertType<IsExact<Primitive<{ cause: Error }>, { cause: Record<never, never> }>>(true);
  assertEquals([json(new Error("a")), json(new Failure())], [{}, { status: 404 }]);
  // @ts-expect-error it is omitted
  assertEquals(json({ f: () => 1 } as Handlers)["f"], undefined);
  // @ts-expect-error it is omitted
  assertEquals(json(new Error("a")).message, undefined);
});
