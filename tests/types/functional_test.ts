import { assertEquals, assertRejects } from "@std/assert";
import {
  assertType,
  type IsAny,
  type IsExact,
  type IsNever,
  type IsUnknown,
} from "@std/testing/types";
import type { Driver } from "../../src/types/driver.ts";
import type { Functional } from "../../src/types/promisive.ts";
import { fake } from "./fake.ts";

// deno-lint-ignore no-explicit-any -- is what is tested
type Any = any;
type Result<F extends (...args: never) => unknown> = Awaited<ReturnType<Functional<F>>>;

Deno.test("Functional returns a promise of the primitive, whatever the result is", async () => {
  assertType<IsExact<Functional<(x: number) => Date>, (x: number) => Promise<string>>>(true);
  assertType<IsExact<Functional<() => Promise<Date>>, () => Promise<string>>>(true);
  assertType<IsExact<Functional<() => PromiseLike<Date>>, () => Promise<string>>>(true);
  assertType<IsExact<Functional<() => Date | Promise<1>>, () => Promise<string | 1>>>(true);
  assertType<IsExact<Functional<() => Promise<Promise<Date>>>, () => Promise<string>>>(true);
  assertType<IsExact<Functional<() => void>, () => Promise<void>>>(true);
  assertType<IsExact<Functional<() => undefined>, () => Promise<undefined>>>(true);
  assertType<IsExact<Functional<() => never>, () => Promise<never>>>(true);
  assertType<IsExact<Functional<() => "a" | 1>, () => Promise<"a" | 1>>>(true);
  assertType<IsUnknown<Result<() => unknown>>>(true);
  assertType<IsAny<Result<() => Any>>>(true);
  assertType<IsAny<Result<() => Promise<Any>>>>(true);
  assertType<IsNever<Result<() => bigint>>>(true);
  assertType<IsNever<Result<() => () => void>>>(true);
  assertType<IsExact<Functional<(x: unknown) => x is 1>, (x: unknown) => Promise<boolean>>>(true);

  const { f } = fake<{ f(x: number): Date }>({ f: (x: number) => new Date(x) });
  assertEquals((await f(0)).slice(0, 4), "1970");
  // @ts-expect-error a promise has to be awaited
  assertEquals(f(0).slice, undefined);
  // @ts-expect-error the parameter is a number
  assertEquals<unknown>(await f("x"), null);
});

Deno.test("Functional keeps the parameters, when they are optional, rest or labelled", async () => {
  type Before = (from: string, to?: number, ...rest: Date[]) => 1;
  type After = (from: string, to?: number, ...rest: Date[]) => Promise<1>;
  assertType<IsExact<Functional<Before>, After>>(true);
  type Either = (...args: [number] | [string, number]) => void;
  assertType<
    IsExact<Functional<Either>, (...args: [number] | [string, number]) => Promise<void>>
  >(true);
  const { after } = fake<{ after: Before }>({
    after: (from: string, to = 1, ...rest: string[]) => from.length + to + rest.length,
  });
  assertEquals<number>(await after("a", 2, new Date(0)), 4);
  // @ts-expect-error the first must be there
  await assertRejects(() => after(), TypeError);
});

Deno.test("Functional gives a function back, when JSON keeps what it promises", async () => {
  interface Remote {
    same<T>(value: T): Promise<T>;
    pick<T, K extends keyof T>(from: T, key: K): Promise<T[K]>;
    kind<T>(value: T): Promise<T extends string ? "text" : "other">;
    five(a: 1): Promise<1>;
    five(a: 2): Promise<2>;
    five(a: 3): Promise<3>;
    five(a: 4): Promise<4>;
    five(a: 5): Promise<5>;
    named(): Promise<{ id: string; parent?: string }>;
  }
  assertType<IsExact<Driver<Remote>["same"], Remote["same"]>>(true);
  assertType<IsExact<Driver<Remote>["pick"], Remote["pick"]>>(true);
  assertType<IsExact<Driver<Remote>["kind"], Remote["kind"]>>(true);
  assertType<IsExact<Driver<Remote>["five"], Remote["five"]>>(true);
  assertType<IsExact<Driver<Remote>["named"], Remote["named"]>>(true);

  const driver = fake<Remote>({
    same: (value: unknown) => value,
    pick: (from: Record<string, unknown>, key: string) => from[key],
    five: (a: number) => a,
  });
  const list: number[] = await driver.same([1]);
  const name: string = await driver.pick({ name: "n", age: 1 }, "name");
  const one: 1 = await driver.five(1);
  // @ts-expect-error there is no such key
  const none = await driver.pick({ name: "n" }, "age");
  // @ts-expect-error nor such an overload
  const six = await driver.five(6);
  assertEquals<unknown>([list, name, one, none, six], [[1], "n", 1, undefined, 6]);
});

Deno.test("Functional turns a function, when one of its promises is of what JSON changes", () => {
  interface Mixed {
    dated(): Promise<{ at: Date }>;
    either(a: string): Promise<Date>;
    either(a: number): Promise<number>;
    half(a: string): Promise<string>;
    half(a: number): number;
    union(): Promise<{ a: 1 } | { a: 2; f(): void }>;
    own(): Promise<1> & { cancel(): void };
  }
  type M = Driver<Mixed>;
  assertType<IsExact<M["dated"], () => Promise<{ at: string }>>>(true);
  type Either = ((a: string) => Promise<string>) & ((a: number) => Promise<number>);
  assertType<IsExact<M["either"], Either>>(true);
  assertType<IsExact<M["half"], Either>>(true);
  assertType<IsExact<M["union"], () => Promise<{ a: 1 } | { a: 2 }>>>(true);
  assertType<IsExact<M["own"], () => Promise<1>>>(true);
  const own: M["own"] = () => Promise.resolve(1);
  // @ts-expect-error what comes is a plain promise
  assertEquals(own().cancel, undefined);
});

Deno.test("Functional keeps the last four overloads, when they return no promises", async () => {
  interface Many {
    two(a: string): Date;
    two(a: number, b?: boolean): number;
    four(a: 1): "1";
    four(a: 2): "2";
    four(a: 3): "3";
    four(a: 4): "4";
    five(a: 1): "1";
    five(a: 2): "2";
    five(a: 3): "3";
    five(a: 4): "4";
    five(a: 5): "5";
  }
  type Two = ((a: string) => Promise<string>) & ((a: number, b?: boolean) => Promise<number>);
  assertType<IsExact<Driver<Many>["two"], Two>>(true);
  const echo = { two: (a: unknown) => a, four: String, five: String };
  const driver = fake<Many>(echo);
  const [text, number]: [string, number] = [await driver.two("a"), await driver.two(2, true)];
  const all: ["1", "2", "3", "4"] = [
    await driver.four(1),
    await driver.four(2),
    await driver.four(3),
    await driver.four(4),
  ];
  const last: "5" = await driver.five(5);
  // @ts-expect-error the first of five is lost
  const first = await driver.five(1);
  assertEquals<unknown>([text, number, all, last, first], ["a", 2, ["1", "2", "3", "4"], "5", "1"]);
});

Deno.test("Functional has no type parameters, when no promise is returned", async () => {
  interface Generic {
    same<T>(value: T): T;
    text<T extends string>(value: T): T;
    pick<T, K extends keyof T>(from: T, key: K): T[K];
    date<T extends Date>(value: T): Promise<T>;
  }
  type G = Driver<Generic>;
  assertType<IsExact<G["same"], (value: unknown) => Promise<unknown>>>(true);
  assertType<IsExact<G["text"], (value: string) => Promise<string>>>(true);
  assertType<IsExact<G["pick"], (from: unknown, key: unknown) => Promise<unknown>>>(true);
  assertType<IsExact<G["date"], (value: Date) => Promise<string>>>(true);
  const driver = fake<Generic>({ pick: (from: Record<string, unknown>, key: string) => from[key] });
  assertEquals(await driver.pick({ a: 1 }, "a"), 1);
});

Deno.test("Functional has no `this`, when the function names one", async () => {
  class Counter {
    count = 1;
    up(this: Counter, by: number): number {
      return this.count += by;
    }
    later(this: Counter): Promise<number> {
      return Promise.resolve(this.count);
    }
  }
  assertType<IsExact<Driver<Counter>["up"], (by: number) => Promise<number>>>(true);
  assertType<IsExact<Driver<Counter>["later"], () => Promise<number>>>(true);
  const { up, later } = fake<Counter>(new Counter());
  assertEquals([await up(2), await later()], [3, 3]);
});

Deno.test("Functional drives what a function carries, when that can be driven", async () => {
  const add = Object.assign((a: number, b: number) => a + b, {
    all: (...list: number[]) => list.reduce((a, b) => a + b, 0),
    of: { dates: () => new Date(0) },
    version: 1,
  });
  type Add = Functional<typeof add>;
  assertType<IsExact<keyof Add, "all" | "of">>(true);
  const driver = fake<{ add: typeof add }>({ add });
  assertEquals(await driver.add(1, 2), 3);
  assertEquals(await driver.add.all(1, 2, 3), 6);
  assertEquals((await driver.add.of.dates()).length, 24);
  // @ts-expect-error an atom is not driven
  void driver.add.version;
});

Deno.test("Functional drives static functions, when it is given a class", async () => {
  class Shape {
    static count = 1;
    static #secret = 2;
    private static hidden() {}
    static make(): Date {
      Shape.hidden();
      return new Date(Shape.#secret);
    }
    area() {}
  }
  abstract class Round extends Shape {}
  assertType<IsExact<Functional<typeof Shape>, { readonly make: () => Promise<string> }>>(true);
  assertType<IsExact<Functional<typeof Round>, { readonly make: () => Promise<string> }>>(true);
  const driver = fake<{ Shape: typeof Shape }>({ Shape });
  assertEquals((await driver.Shape.make()).length, 24);
  // @ts-expect-error a class can't be called
  await assertRejects(() => driver.Shape(), TypeError);
});

Deno.test("Functional is a function of anything, when it knows of no parameters", async () => {
  // deno-lint-ignore ban-types -- is what is tested
  type F = Functional<Function>;
  assertType<IsExact<F, (...args: unknown[]) => Promise<unknown>>>(true);
  assertType<IsAny<Functional<Any>>>(true);
  assertType<IsNever<Functional<never>>>(true);
  type Loose = Functional<(...args: Any[]) => Any>;
  assertType<IsExact<Loose, (...args: Any[]) => Promise<Any>>>(true);
  type Two = Functional<((a: string) => Date) | ((a: number) => 1)>;
  assertType<IsExact<Two, ((a: string) => Promise<string>) | ((a: number) => Promise<1>)>>(true);
  const { f } = fake<{ f: F }>({ f: (...args: unknown[]) => args });
  assertEquals(await f(1, "a"), [1, "a"]);
});

Deno.test("call(), apply() and bind() are there, when a member is a function", async () => {
  const driver = fake<{ plus(x: number, y: number): number }>({
    plus: (x: number, y: number) => x + y,
  });
  assertEquals(await driver.plus.call(null, 1, 2), 3);
  assertEquals(await driver.plus.apply(null, [1, 2]), 3);
  const more: (y: number) => Promise<number> = driver.plus.bind(null, 1);
  assertEquals(await more(2), 3);
  // @ts-expect-error the parameters are checked there too
  assertEquals<unknown>(await driver.plus.call(null, "1", 2), "12");
});
