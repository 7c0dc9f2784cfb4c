/** Fails to compile unless `T` is the boolean that is passed. */
// deno-lint-ignore no-unused-vars
export function assertType<T extends boolean>(expected: T): void {}

/** Fails to compile unless `T` is `true`. */
export type AssertTrue<T extends true> = never;

/** Fails to compile unless `T` is `false`. */
export type AssertFalse<T extends false> = never;

/** Fails to compile unless `T` is `Expected`. */
export type Assert<T extends boolean, Expected extends T> = never;

/** Whether `U` is one of the members of `T`. */
export type Has<T, U> = IsAny<T> extends true ? true
  : IsAny<U> extends true ? false
  : [Extract<T, U>] extends [never] ? false
  : true;

/** Whether `U` is none of the members of `T`. */
export type NotHas<T, U> = Has<T, U> extends true ? false : true;

/** Whether `T` may be `null` or `undefined`. */
export type IsNullable<T> = [Extract<T, null | undefined>] extends [never] ? false : true;

/** Whether `T` is `any`. */
export type IsAny<T> = 0 extends 1 & T ? true : false;

/** Whether `T` is `never`. */
export type IsNever<T> = [T] extends [never] ? true : false;

/** Whether `T` is `unknown`. */
export type IsUnknown<T> = unknown extends T ? IsAny<T> extends true ? false : true : false;

/** Whether `T` and `U` are one type; intersections of records count as the record they make. */
export type IsExact<T, U> = IsSame<Flat<T>, Flat<U>>;

/**
 * Two such functions are assignable to each other only if what they test for is identical. They
 * are written out twice: behind a name of their own they would be compared by variance alone.
 */
type IsSame<T, U> = IsMutual<
  <X>(value: T) => X extends T ? 1 : 2,
  <X>(value: U) => X extends U ? 1 : 2
>;

type IsMutual<T, U> = [T, U] extends [U, T] ? true : false;

/** `any` would be identical with nothing but itself, yet makes all else look alike: it is named. */
type Flat<T> = IsAny<T> extends true ? { readonly __any__: unique symbol }
  : T extends Record<PropertyKey, unknown> ? { [K in keyof T]: Flat<T[K]> }
  : T;
