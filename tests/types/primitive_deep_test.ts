import { assertEquals } from "@std/assert";
import { assertType, type IsExact } from "@std/testing/types";
import type { Primitive } from "../../src/types/primitive.ts";
import { json } from "./fake.ts";

interface Article {
  readonly id: number;
  title?: string;
  tags: readonly string[];
  parent: Article | null;
  replies: Article[];
}
interface Dated {
  at: Date;
  next?: Dated;
  all: Dated[];
  by: Record<string, Dated>;
}
type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

Deno.test("Primitive gives the very type back, when JSON changes nothing of it", () => {
  assertType<IsExact<Primitive<Article>, Article>>(true);
  assertType<IsExact<Primitive<Article[] | null>, Article[] | null>>(true);
  class Point {
    constructor(readonly x: number, readonly y: number) {}
  }
  assertType<IsExact<Primitive<Point>, Point>>(true);
  assertType<
    IsExact<Primitive<string & { readonly brand?: "id" }>, string & { readonly brand?: "id" }>
  >(
    true,
  );
  type Tagged = string[] & { readonly tag?: "few" };
  assertType<IsExact<Primitive<Tagged>, Tagged>>(true);
  assertType<IsExact<Primitive<object>, object>>(true);
  assertType<IsExact<Primitive<Article>, Omit<Article, "id">>>(false);
  assertEquals(json(new Point(1, 2)).y, 2);
});

Deno.test("Primitive keeps optional and readonly as they are, when it turns a member", () => {
  type Before = { a?: Date; b: Date | undefined; readonly c: Date; readonly d?: readonly Date[] };
  type After = {
    a?: string;
    b: string | undefined;
    readonly c: string;
    readonly d?: readonly string[];
  };
  assertType<IsExact<Primitive<Before>, After>>(true);
  const after: Primitive<Before> = { b: undefined, c: "c" };
  // @ts-expect-error `a` may be missing, but not undefined
  const wrong: Primitive<Before> = { a: undefined, b: undefined, c: "c" };
  assertEquals([after.c, wrong.c], ["c", "c"]);
});

Deno.test("Primitive turns each member of a union, when only some of them change", () => {
  type Shape = { kind: "day"; at: Date } | { kind: "word"; text: string } | Date | 3;
  type Sent = { kind: "day"; at: string } | { kind: "word"; text: string } | string | 3;
  assertType<IsExact<Primitive<Shape>, Sent>>(true);
  type Named = { kind: "a"; f(): void } | { kind: "b" };
  assertType<IsExact<Primitive<Named>, { kind: "a" } | { kind: "b" }>>(true);
  assertEquals(json<Shape>({ kind: "day", at: new Date(0) }), {
    kind: "day",
    at: "1970-01-01T00:00:00.000Z",
  });
});

Deno.test("Primitive turns what an index signature holds, when keys have a pattern or not", () => {
  assertType<IsExact<Primitive<Record<string, Date>>, { [name: string]: string }>>(true);
  type Patterned = { [name: `at_${string}`]: Date; [index: number]: () => void };
  assertType<IsExact<Primitive<Patterned>, { [name: `at_${string}`]: string }>>(true);
  assertEquals(json<Record<string, Date>>({ a: new Date(0) }).a?.length, 24);
});

Deno.test("Primitive ends, when a type holds itself", () => {
  assertType<IsExact<Primitive<Json>, Json>>(true);
  type Sent = Primitive<Dated>;
  assertType<IsExact<Sent["at"], string>>(true);
  assertType<IsExact<NonNullable<NonNullable<Sent["next"]>["next"]>["at"], string>>(true);
  assertType<IsExact<Sent["all"][number]["all"][number]["at"], string>>(true);
  type Dates = Date | Dates[];
  const dates: Primitive<Dates> = [["1970"], "1970"];
  // @ts-expect-error however deep, a date is text
  const wrong: Primitive<Dates> = [[[new Date(0)]]];
  type Tree = [name: string, at: Date, children: Tree[]];
  const tree: Primitive<Tree> = ["a", "1970", [["b", "1970", []]]];
  type Chain = [number, Chain] | null;
  assertType<IsExact<Primitive<Chain>, Chain>>(true);
  interface Growing<T> {
    value: T;
    next: Growing<Growing<T>>;
  }
  assertType<IsExact<Primitive<Growing<Date>>["next"]["value"]["value"], string>>(true);
  assertEquals([dates.length, wrong.length, tree[2][0]?.[0]], [2, 1, "b"]);
});

Deno.test("Primitive changes nothing more, when it is taken of a Primitive", () => {
  class Everything {
    at = new Date(0);
    list = [new Date(0)] as const;
    maybe?: bigint;
    map = new Map<string, Date>();
    f() {}
    deep = { either: null as Date | null, f() {} };
  }
  type Once = Primitive<Everything>;
  assertType<IsExact<Primitive<Once>, Once>>(true);
  assertType<IsExact<Once, Everything>>(false);
  type Deep = Primitive<Dated>;
  const there = (deep: Deep): Primitive<Deep> => deep;
  const back = (deep: Primitive<Deep>): Deep => deep;
  const once = json(new Everything());
  const twice: Once = json(once);
  assertEquals(twice, once);
  const deep: Deep = { at: "1970", all: [], by: {} };
  assertEquals(back(there(deep)), deep);
});

Deno.test("Primitive can be used in generic code, when its argument is not known yet", () => {
  async function first<T>(list: Promise<Primitive<T>[]>): Promise<Primitive<T> | undefined> {
    return (await list)[0];
  }
  assertType<IsExact<Awaited<ReturnType<typeof first<Date>>>, string | undefined>>(true);
  assertEquals(typeof first, "function");
});
