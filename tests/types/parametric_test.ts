import { assertEquals } from "@std/assert";
import { assertType, type IsAny, type IsExact, type IsUnknown } from "@std/testing/types";
import type { Driver } from "../../src/types/driver.ts";
import type { Functional } from "../../src/types/promisive.ts";
import type { Parametric } from "../../src/types/primitive.ts";
import { fake } from "./fake.ts";

interface OfJson<T> {
  toJSON(): T;
}
class Point {
  #cached = 0;
  constructor(readonly x: number, readonly at: Date) {}
  distance(): number {
    return this.#cached;
  }
}
type Sent = { readonly x: number; readonly at: string };

Deno.test("Parametric takes a value or what gives the same JSON, when there is any", () => {
  assertType<IsExact<Parametric<[Date]>, [Date | string | OfJson<string>]>>(true);
  assertType<IsExact<Parametric<[Point]>, [Point | Sent | OfJson<Sent>]>>(true);
  assertType<IsExact<Parametric<["a" | "b"]>, ["a" | "b" | OfJson<"a" | "b">]>>(true);
  assertType<IsExact<Parametric<[boolean]>, [boolean | OfJson<boolean>]>>(true);
  assertType<IsExact<Parametric<[string | null]>, [string | null | OfJson<string | null>]>>(true);

  const points: Parametric<[Point]>[] = [
    [new Point(1, new Date(0))],
    [{ x: 1, at: "1970-01-01T00:00:00.000Z" }],
    [{ toJSON: () => ({ x: 1, at: "1970-01-01T00:00:00.000Z" }) }],
  ];
  assertEquals(new Set(points.map((point) => JSON.stringify(point))).size, 1);
});

Deno.test("Parametric refuses a parameter, when other JSON would come out", () => {
  // @ts-expect-error a number is no date
  const number: Parametric<[Date]> = [1];
  // @ts-expect-error `at` is missing
  const half: Parametric<[Point]> = [{ x: 1 }];
  // @ts-expect-error it turns into a number
  const turned: Parametric<[Date]> = [{ toJSON: () => 1 }];
  // @ts-expect-error as many as there are
  const many: Parametric<[Date]> = ["1970", "1970"];
  assertEquals([number, half, turned, many].map((args) => args.length), [1, 1, 1, 2]);
});

Deno.test("Parametric keeps the list's shape, when elements are optional, rest or labelled", () => {
  type Args = [from: Date, to?: number, ...rest: string[]];
  type Wide = [
    from: Date | string | OfJson<string>,
    to?: number | OfJson<number>,
    ...rest: (string | OfJson<string>)[],
  ];
  assertType<IsExact<Parametric<Args>, Wide>>(true);
  assertType<IsExact<Parametric<[]>, []>>(true);
  type One = readonly [x: string | undefined];
  assertType<IsExact<Parametric<One>, readonly [x: string | undefined | OfJson<string>]>>(true);
  const short: Parametric<Args> = ["1970"];
  // @ts-expect-error the first must be there
  const none: Parametric<Args> = [];
  assertEquals([short.length, none.length], [1, 0]);
});

Deno.test("Parametric leaves a type alone, when JSON has nothing to offer for it", () => {
  // deno-lint-ignore no-explicit-any -- is what is tested
  type Odd = Parametric<[any, unknown, undefined, bigint, () => void, Map<string, 1>]>;
  assertType<IsAny<Odd[0]>>(true);
  assertType<IsUnknown<Odd[1]>>(true);
  assertType<IsExact<Odd[2], undefined>>(true);
  assertType<IsExact<Odd[3], bigint>>(true);
  assertType<IsExact<Odd[4], () => void>>(true);
  assertType<IsExact<Odd[5], Map<string, 1>>>(true);
  const odd: Odd = [1, 2, undefined, 3n, () => {}, new Map()];
  assertEquals(odd.length, 6);
});

interface Plane {
  measure(point: Point, since?: Date): number;
  keep(name: string): Promise<string>;
  reset(): Promise<void>;
  nested: { add(...points: Point[]): number };
}
const plane = {
  measure: (point: Sent, since = "") => point.x + since.length,
  keep: (name: string) => Promise.resolve(name),
  reset: () => Promise.resolve(),
  nested: { add: (...points: Sent[]) => points.length },
};

Deno.test("Driver widens parameters, when UseParametric is true", async () => {
  const driver = fake<Plane, true>(plane);
  assertEquals(await driver.measure({ x: 1, at: "1970" }, "1970"), 5);
  assertEquals(await driver.measure(new Point(1, new Date(0)), new Date(0)), 25);
  assertEquals(await driver.measure({ toJSON: () => ({ x: 2, at: "1970" }) }), 2);
  assertEquals(await driver.nested.add({ x: 1, at: "" }, new Point(1, new Date(0))), 2);
  assertEquals(await driver.keep({ toJSON: () => "kept" }), "kept");
  // @ts-expect-error `x` is a number
  assertEquals<unknown>(await driver.measure({ x: "1", at: "1970" }), "10");
  type Keep = (name: string | OfJson<string>) => Promise<string>;
  assertType<IsExact<Driver<Plane, true>["keep"], Keep>>(true);
  assertType<IsExact<Driver<Plane, true>["reset"], () => Promise<void>>>(true);
});

Deno.test("Driver leaves parameters as they are, when UseParametric is false", async () => {
  const driver = fake<Plane>(plane);
  assertEquals(await driver.measure(new Point(1, new Date(0))), 1);
  // @ts-expect-error a plain object is no `Point`, which has methods
  assertEquals(await driver.measure({ x: 1, at: new Date(0) }), 1);
  assertType<IsExact<Functional<Plane["keep"]>, Functional<Plane["keep"], true>>>(false);
});
