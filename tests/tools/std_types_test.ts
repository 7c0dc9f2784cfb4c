import {
  type Assert,
  type AssertFalse,
  type AssertTrue,
  assertType,
  type Has,
  type IsAny,
  type IsExact,
  type IsNever,
  type IsNullable,
  type IsUnknown,
  type NotHas,
} from "@std/testing/types";

interface Node {
  readonly value: number;
  readonly next?: Node;
}

// deno-lint-ignore no-explicit-any
type Any = any;

Deno.test("IsExact() tells types apart when they differ anywhere", () => {
  assertType<IsExact<string, string>>(true);
  assertType<IsExact<string | number, number | string>>(true);
  assertType<IsExact<Any, Any>>(true);
  assertType<IsExact<never, never>>(true);
  assertType<IsExact<unknown, unknown>>(true);
  assertType<IsExact<{ a: 1 } & { b: 2 }, { a: 1; b: 2 }>>(true);
  assertType<IsExact<Node, Node>>(true);
  assertType<IsExact<(a: string) => Promise<1>, (a: string) => Promise<1>>>(true);
  assertType<IsExact<[1, 2?], [1, 2?]>>(true);
  assertType<IsExact<{ a: { b: Any } }, { a: { b: Any } }>>(true);

  assertType<IsExact<string, string | number>>(false);
  assertType<IsExact<"a", string>>(false);
  assertType<IsExact<Any, string>>(false);
  assertType<IsExact<string, Any>>(false);
  assertType<IsExact<Any, unknown>>(false);
  assertType<IsExact<never, undefined>>(false);
  assertType<IsExact<unknown, undefined>>(false);
  assertType<IsExact<{ a: Any }, { a: string }>>(false);
  assertType<IsExact<{ a: { b: Any } }, { a: { b: 1 } }>>(false);
  assertType<IsExact<{ a?: 1 }, { a: 1 }>>(false);
  assertType<IsExact<{ a?: 1 }, { a: 1 | undefined }>>(false);
  assertType<IsExact<{ readonly a: 1 }, { a: 1 }>>(false);
  assertType<IsExact<(a: string) => void, (a: string | number) => void>>(false);
  assertType<IsExact<() => Any, () => string>>(false);
  assertType<IsExact<() => string, () => Any>>(false);
  assertType<IsExact<readonly 1[], 1[]>>(false);
  assertType<IsExact<[1, 2], [1, 2?]>>(false);
  assertType<IsExact<Promise<1>, Promise<2>>>(false);
});

Deno.test("assertType() does not compile when the answer is the other one", () => {
  // @ts-expect-error: they are alike
  assertType<IsExact<string, string>>(false);
  // @ts-expect-error: they are not
  assertType<IsExact<string, number>>(true);
});

Deno.test("Has() and NotHas() are each other's opposite when given a union", () => {
  assertType<Has<string | number, string>>(true);
  assertType<Has<Any, number>>(true);
  assertType<Has<"a" | 1, string>>(true);
  assertType<Has<string | number, Date>>(false);
  assertType<Has<number, Any>>(false);
  assertType<NotHas<string | number, Date>>(true);
  assertType<NotHas<number, Any>>(true);
  assertType<NotHas<string | number, string>>(false);
  assertType<NotHas<Any, number>>(false);
});

Deno.test("IsAny(), IsNever(), IsUnknown() and IsNullable() each know their own when asked", () => {
  assertType<IsAny<Any>>(true);
  assertType<IsAny<unknown>>(false);
  assertType<IsAny<never>>(false);
  assertType<IsNever<never>>(true);
  assertType<IsNever<Any>>(false);
  assertType<IsNever<undefined>>(false);
  assertType<IsUnknown<unknown>>(true);
  assertType<IsUnknown<never>>(false);
  assertType<IsUnknown<object>>(false);
  assertType<IsUnknown<Any>>(false);
  assertType<IsNullable<string | null>>(true);
  assertType<IsNullable<string | undefined>>(true);
  assertType<IsNullable<string>>(false);
  assertType<IsNullable<never>>(false);
});

Deno.test("Assert(), AssertTrue() and AssertFalse() take what they say when it is so", () => {
  assertType<IsNever<AssertTrue<IsAny<Any>>>>(true);
  assertType<IsNever<AssertFalse<IsAny<1>>>>(true);
  assertType<IsNever<Assert<IsAny<Any>, true>>>(true);
  // @ts-expect-error: it is not true
  assertType<IsNever<AssertTrue<IsAny<1>>>>(true);
  // @ts-expect-error: it is not false
  assertType<IsNever<AssertFalse<IsAny<Any>>>>(true);
  // @ts-expect-error: it is the other one
  assertType<IsNever<Assert<IsAny<Any>, false>>>(true);
});
