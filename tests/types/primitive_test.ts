import { assertEquals } from "@std/assert";
import {
  assertType,
  type IsAny,
  type IsExact,
  type IsNever,
  type IsUnknown,
} from "@std/testing/types";
import type { Primitive } from "../../src/types/primitive.ts";
import { json } from "./fake.ts";

enum Color {
  Red,
  Green,
}
enum Word {
  Yes = "yes",
}

Deno.test("Primitive keeps an atom as it is, when it is a literal or an enum too", () => {
  assertType<IsExact<Primitive<string>, string>>(true);
  assertType<IsExact<Primitive<boolean>, boolean>>(true);
  assertType<IsExact<Primitive<"a" | 1 | true>, "a" | 1 | true>>(true);
  assertType<IsExact<Primitive<"a">, string>>(false);
  assertType<IsExact<Primitive<`id-${number}`>, `id-${number}`>>(true);
  assertType<IsExact<Primitive<Color>, Color>>(true);
  assertType<IsExact<Primitive<Color.Red>, Color.Red>>(true);
  assertType<IsExact<Primitive<Word[]>, Word[]>>(true);
  assertType<IsExact<Primitive<null>, null>>(true);
  assertType<IsExact<Primitive<undefined>, undefined>>(true);
  assertType<IsExact<Primitive<void>, void>>(true);
  assertType<IsNever<Primitive<never>>>(true);

  const kind: Primitive<"a" | "b"> = json<"a" | "b">("a");
  assertEquals(kind, "a");
  // @ts-expect-error a literal is not widened
  const other: Primitive<"a" | "b"> = "c";
  assertEquals(other, "c");
});

Deno.test("Primitive keeps any and unknown, when they are members and elements too", () => {
  // deno-lint-ignore no-explicit-any -- is what is tested
  type Any = any;
  assertType<IsAny<Primitive<Any>>>(true);
  assertType<IsUnknown<Primitive<unknown>>>(true);
  type Holder = Primitive<{ at: Date; any: Any; unknown: unknown; list: Any[] }>;
  assertType<IsAny<Holder["any"]>>(true);
  assertType<IsUnknown<Holder["unknown"]>>(true);
  assertType<IsAny<Holder["list"][number]>>(true);
  assertType<IsExact<Holder["at"], string>>(true);
  assertType<IsUnknown<Primitive<unknown[]>[number]>>(true);
  assertType<IsAny<Primitive<{ toJSON(): Any }>>>(true);

  const value = json<unknown>([1]);
  // @ts-expect-error unknown has to be looked at first
  assertEquals(value.length, 1);
});

Deno.test("Primitive opens a box, when the value is a String, Number or Boolean object", () => {
  assertType<IsExact<Primitive<string | number | boolean>, string | number | boolean>>(true);
  // deno-lint-ignore ban-types -- is what is tested
  type Boxes = [String, Number, Boolean];
  assertType<IsExact<Primitive<Boxes>, [string, number, boolean]>>(true);
  assertType<IsExact<Primitive<{ on: boolean; valueOf(): boolean }>, { on: boolean }>>(true);
  assertEquals(json([Object("a"), Object(1), Object(true)]), ["a", 1, true]);
});

Deno.test("Primitive is never, when JSON has no text for the value or keeps nothing of it", () => {
  assertType<IsNever<Primitive<bigint>>>(true);
  assertType<IsNever<Primitive<1n>>>(true);
  assertType<IsNever<Primitive<symbol>>>(true);
  assertType<IsNever<Primitive<() => void>>>(true);
  assertType<IsNever<Primitive<typeof Date>>>(true);
  assertType<IsNever<Primitive<Map<string, number>>>>(true);
  assertType<IsNever<Primitive<ReadonlySet<Date>>>>(true);
  assertType<IsNever<Primitive<WeakMap<Date, 1> | WeakSet<Date>>>>(true);
  assertType<IsNever<Primitive<Uint8Array | Float64Array | BigInt64Array | DataView>>>(true);
  assertType<IsNever<Primitive<ArrayBuffer | SharedArrayBuffer>>>(true);
  assertType<IsNever<Primitive<RegExp>>>(true);
  assertType<IsExact<Primitive<Map<string, number> | null>, null>>(true);
  assertType<IsExact<Primitive<bigint | string>, string>>(true);
  type Mixed = Primitive<{ n: bigint; m?: Map<string, 1>; s: string }>;
  assertType<IsExact<Mixed, { n: never; m?: never; s: string }>>(true);
  assertEquals<unknown>([json(() => {}), json({ m: new Map() })], [undefined, { m: {} }]);
});

Deno.test("Primitive is what toJSON() returns, when there is one", () => {
  assertType<IsExact<Primitive<Date>, string>>(true);
  assertType<IsExact<Primitive<{ at: Date | null }>, { at: string | null }>>(true);
  class Money {
    #cents = 150;
    toJSON(_key: string) {
      return { cents: this.#cents, at: new Date(0) };
    }
  }
  assertType<IsExact<Primitive<Money>, { cents: number; at: string }>>(true);
  interface Bytes extends Uint8Array {
    toJSON(): { type: "Bytes"; data: number[] };
  }
  assertType<IsExact<Primitive<Bytes>, { type: "Bytes"; data: number[] }>>(true);
  assertType<IsExact<Primitive<{ toJSON(): string | Money }>, string | { toJSON: never }>>(false);
  assertType<IsNever<Primitive<{ toJSON(): bigint }>>>(true);

  const sent = json(new Money());
  assertEquals(sent.at.slice(0, 4), "1970");
  // @ts-expect-error a date has become text
  void sent.at.getTime;
});

Deno.test("Primitive asks no second toJSON(), when the first one returns what has one", () => {
  assertType<IsExact<Primitive<{ toJSON(): Date }>, Record<never, never>>>(true);
  assertEquals(json({ toJSON: () => new Date(0) }), {});
});

Deno.test("Primitive has the public data of a class, when it has methods and private parts", () => {
  abstract class Base {
    static made = 0;
    readonly id: number = 1;
    protected secret = 2;
    abstract shout(): string;
  }
  class Note extends Base {
    #hidden = 3;
    at = new Date(0);
    text?: string;
    get length(): number {
      return this.#hidden;
    }
    shout = () => "!";
    optional?(): void;
  }
  type Sent = { readonly id: number; at: string; text?: string; readonly length: number };
  assertType<IsExact<Primitive<Note>, Sent>>(true);
  assertType<IsExact<Primitive<Base>, { readonly id: number }>>(true);

  const note = json(new Note());
  assertEquals([note.id, note.at.length], [1, 24]);
  // @ts-expect-error a method does not travel
  assertEquals(note.shout, undefined);
});

Deno.test("Primitive leaves a member out, when it is a function or a symbol", () => {
  const key = Symbol();
  interface Odd {
    f(): void;
    g?: () => void;
    symbol: symbol;
    class: typeof Date;
    either: string | (() => void);
    maybe: string | undefined;
    [key]: string;
  }
  assertType<IsExact<Primitive<Odd>, { either: string; maybe: string | undefined }>>(true);
  assertType<IsExact<Primitive<{ at: Date; [key]: 1 }>, { at: string }>>(true);
  const odd: Odd = { f() {}, symbol: key, class: Date, either: "e", maybe: "m", [key]: "k" };
  assertEquals(json(odd), { either: "e", maybe: "m" });
});

Deno.test("Primitive turns every element, when the list is readonly or a tuple of any kind", () => {
  assertType<IsExact<Primitive<Date[]>, string[]>>(true);
  assertType<IsExact<Primitive<readonly Date[]>, readonly string[]>>(true);
  assertType<IsExact<Primitive<readonly Date[]>, string[]>>(false);
  assertType<IsExact<Primitive<[]>, []>>(true);
  type Labelled = [from: Date, to?: Date, ...rest: Date[]];
  assertType<IsExact<Primitive<Labelled>, [from: string, to?: string, ...rest: string[]]>>(true);
  type Last = readonly [...Date[], end: 1];
  assertType<IsExact<Primitive<Last>, readonly [...string[], end: 1]>>(true);
  assertType<IsExact<Primitive<Date[][]>, string[][]>>(true);
  class Stack extends Array<Date> {
    top = (): Date | undefined => this.at(-1);
  }
  assertType<IsExact<Primitive<Stack>, string[]>>(true);
  class Tags extends Array<string> {
    top = (): string | undefined => this.at(-1);
  }
  assertType<IsExact<Primitive<Tags>, string[]>>(true);

  assertEquals(json(new Tags("a", "b")), ["a", "b"]);
  assertEquals(json(new Stack(new Date(0))), json([new Date(0)]));
  const range = json<Labelled>([new Date(0)]);
  assertEquals(range, ["1970-01-01T00:00:00.000Z"]);
  // @ts-expect-error the second may be missing
  void (() => range[1].length);
});
