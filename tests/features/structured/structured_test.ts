import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { EncodeError, structured } from "../../../mod.ts";
import { createDriver } from "../../../src/rpc/driver.ts";
import { sendValue } from "../../../src/session/linked.ts";
import { callOf, playedSession } from "../../helpers/session.ts";
import { decode, encode, roundTrip } from "./coding.ts";

for (
  const [what, value] of [
    ["plain values", { a: [1, "x", null, true, { b: [] }], "": 0, __proto__: null }],
    ["a date", { at: new Date(1_000) }],
    ["an invalid date", [new Date(NaN)]],
    ["a map", new Map<unknown, unknown>([["a", 1], [{ k: 1 }, new Date(0)], [NaN, undefined]])],
    ["a map in a map", new Map([["inner", new Map([[1, 2]])]])],
    ["a set", new Set<unknown>([1, "1", new Date(0), new Set([2])])],
    ["big integers", [0n, -1n, 2n ** 200n]],
    ["numbers that JSON has not", [NaN, Infinity, -Infinity, -0, 0]],
    ["undefined", { a: undefined, b: [undefined, null] }],
    ["undefined alone", undefined],
    ["a pattern", /a[/\]"]b/giu],
    ["an address", new URL("http://host/a b?c=d#e")],
    ["bytes", new Uint8Array([0, 1, 255])],
    ["other views", [new Float64Array([1.5, NaN]), new Int16Array([-1]), new BigUint64Array([7n])]],
    ["a part of a buffer", new Uint8Array([0, 1, 2, 3]).subarray(1, 3)],
    ["no bytes", [new Uint8Array(0), new ArrayBuffer(0)]],
    ["keys of every kind", { "a.b": new Date(0), "0": 1n, "": NaN, "toString": undefined }],
    ["a key like a prototype", JSON.parse('{"__proto__":{"a":1},"constructor":2}')],
  ] as [string, unknown][]
) {
  Deno.test(`structured brings ${what} there and back`, () => {
    assertEquals(roundTrip(value), value);
  });
}

Deno.test("structured copies nothing and marks nothing when values are plain", () => {
  const { marks, bytes, text } = encode({ a: [1, { b: "x" }], c: null });
  assertEquals([marks, bytes, text], [undefined, [], '{"a":[1,{"b":"x"}],"c":null}']);
});

Deno.test("structured leaves what it is given unchanged", () => {
  const inner = Object.freeze({ at: new Date(0), n: NaN });
  const value = Object.freeze({ before: 1, list: Object.freeze([0, inner]), after: 2 });
  assertEquals(roundTrip(value), value);
  assertStrictEquals(value.list[1], inner);
});

Deno.test("structured keeps a view's buffer its own: bytes beside it do not travel", () => {
  const whole = new Uint8Array(1_000).fill(7);
  const got = roundTrip(whole.subarray(10, 12)) as Uint8Array;
  assertEquals([got.buffer.byteLength, [...got]], [2, [7, 7]]);
  const buffer = roundTrip(new Uint8Array([1, 2]).buffer);
  assertInstanceOf(buffer, ArrayBuffer);
  assertEquals(buffer.byteLength, 2);
});

Deno.test("structured keeps which places hold the same object, and circles", () => {
  const shared = { at: new Date(0) };
  const value: Record<string, unknown> = { a: shared, list: [shared, shared] };
  value.self = value;
  const got = roundTrip(value) as typeof value & { list: unknown[] };
  assertStrictEquals(got.self, got);
  assertStrictEquals(got.list[0], got.a);
  assertStrictEquals(got.list[1], got.a);
  const map = new Map<string, unknown>();
  map.set("self", map);
  const back = roundTrip(map) as typeof map;
  assertStrictEquals(back.get("self"), back);
});

Deno.test("structured keeps the holes of a list", () => {
  // deno-lint-ignore no-sparse-arrays -- what is tested
  const list = [1, , undefined, , 2];
  const got = roundTrip(list) as unknown[];
  assertEquals([got.length, 1 in got, 2 in got, 3 in got], [5, false, true, false]);
});

Deno.test("structured brings an error with name, message, cause and own fields, without its stack", () => {
  const cause = Object.assign(new TypeError("inner"), { at: new Date(0) });
  const error = Object.assign(new RangeError("outer", { cause }), { code: "E", toString: 7 });
  const got = roundTrip([error]) as [RangeError & { code: string; cause: typeof cause }];
  assertInstanceOf(got[0], RangeError);
  assertEquals([got[0].message, got[0].code, `${got[0]}`], ["outer", "E", "RangeError: outer"]);
  assertInstanceOf(got[0].cause, TypeError);
  assertEquals(got[0].cause.at, new Date(0));
  const own = Object.assign(new Error("m"), { name: "OwnError" });
  const back = roundTrip(own) as Error;
  assertEquals([back.name, Object.getPrototypeOf(back)], ["OwnError", Error.prototype]);
});

Deno.test("structured tells an instance by its own fields, or by its toJSON", () => {
  class Point {
    x = 1;
    #hidden = 2;
    get sum(): number {
      return this.x + this.#hidden;
    }
  }
  class Money {
    toJSON(): unknown {
      return { amount: 7n };
    }
  }
  assertEquals(roundTrip([new Point(), new Money()]), [{ x: 1 }, { amount: 7n }]);
});

class Temperature {
  readonly celsius: number;
  constructor(celsius: number) {
    this.celsius = celsius;
  }
}

const withOwn = structured({
  types: {
    Temperature: {
      class: Temperature,
      encode: ({ celsius }: Temperature) => ({ celsius, at: new Date(0) }),
      decode: (told) => new Temperature((told as Temperature).celsius),
    },
  },
});

Deno.test("structured brings classes of the user's by the names that both ends gave them", () => {
  const value = {
    list: [new Temperature(20), new Temperature(-0)],
    map: new Map([[1, new Temperature(NaN)]]),
  };
  const got = roundTrip(value, withOwn) as typeof value;
  assertInstanceOf(got.list[0], Temperature);
  assertEquals(got.list.map(({ celsius }) => celsius), [20, -0]);
  assertInstanceOf(got.map.get(1), Temperature);
});

Deno.test("structured does not ask what toJSON() returned for its toJSON()", () => {
  class Endless {
    depth = 1;
    toJSON(): Endless {
      return new Endless();
    }
  }
  const hidden = (value: object): object =>
    Object.defineProperty({ a: 1 }, "toJSON", { value: () => value });
  const more = { x: 2, toJSON: () => "again" };
  for (
    const [value, wanted] of [
      [new Endless(), { depth: 1 }],
      [{ toJSON: () => more }, { x: 2 }],
      [{ toJSON: () => hidden(more) }, { a: 1 }],
      [{ toJSON: () => ({ inner: { toJSON: () => 3 } }) }, { inner: 3 }],
      [{ toJSON: () => new Date(5) }, new Date(5)],
      [{ toJSON: () => [7n] }, [7n]],
    ]
  ) assertEquals(roundTrip([value]), [wanted]);
});

class Animal {
  constructor(readonly name: string) {}
}
class Dog extends Animal {}
class Puppy extends Dog {}
class Cat extends Animal {}

for (
  const order of [["Animal", "Cat", "Dog"], ["Dog", "Animal", "Cat"], ["Cat", "Dog", "Animal"]]
) {
  Deno.test(`structured sends an instance as the nearest described class when they are ${order}`, () => {
    const classes = { Animal, Cat, Dog } as Record<string, typeof Animal>;
    const types = Object.fromEntries(order.map((name) => [name, {
      class: classes[name]!,
      encode: (one: Animal) => one.name,
      decode: (told: unknown) => new classes[name]!(String(told)),
    }]));
    const feature = structured({ types });
    const got = roundTrip([new Animal("a"), new Dog("d"), new Puppy("p"), new Cat("c")], feature);
    assertEquals(got, [new Animal("a"), new Dog("d"), new Dog("p"), new Cat("c")]);
  });
}

Deno.test("structured refuses an own class's instance when it holds itself", () => {
  class Loop {
    self = this;
  }
  const types = {
    Loop: { class: Loop, encode: (one: Loop) => one.self, decode: () => new Loop() },
  };
  const error = assertThrows(
    () => encode(new Loop(), "value", structured({ types })),
    EncodeError,
  );
  assertEquals(
    error.message,
    'Cannot encode "value": an instance of a custom class can\'t contain itself',
  );
});

for (
  const [what, value, message] of [
    [
      "a boxed primitive",
      { a: Object(7) },
      'Cannot encode "value.a": boxed primitives can\'t be serialized. Use the primitive.',
    ],
    [
      "a driver",
      [createDriver({ call: () => Promise.resolve() }).valueOf],
      'Cannot encode "value[0]": functions can\'t be serialized',
    ],
  ] as [string, unknown, string][]
) {
  Deno.test(`structured names the place when there is ${what}`, () => {
    assertEquals(assertThrows(() => encode(value), EncodeError).message, message);
  });
}

Deno.test("structured names the place of the fault, not of what it could tell", () => {
  const { session } = playedSession({ use: [structured], values: "structured" });
  const raise = () => {
    throw new RangeError("no");
  };
  class Bad {
    toJSON = raise;
  }
  const value = { id: 7n, bad: new Bad() };
  for (
    const [what, send] of [
      ["result", () => session.reply({ uid: 1, success: true, value }, () => {})],
      ["error", () => session.reply({ uid: 1, success: false, value }, () => {})],
      ["parameters[1]", () => session.call(callOf([1, value]))],
      ["thing", () => sendValue(session, { head: "70,1", value, what: "thing" })],
    ] as const
  ) {
    const error = assertThrows(send, EncodeError);
    assertEquals(error.message, `Cannot encode "${what}.bad": no`);
  }
});

Deno.test("structured refuses what is nested too deeply, and ends", () => {
  let deep: unknown = 1;
  for (let depth = 0; depth < 50_000; depth++) deep = [deep];
  const error = assertThrows(() => encode(deep), EncodeError);
  assert(error.message.endsWith("it is nested too deeply"));
});

const proto = '{"a":{"b":[1,2]}}';
for (
  const [what, marks] of [
    ["no list", {}],
    ["a list of no lists", [7]],
    ["without a path", [["d"]]],
    ["of an unknown type", [[["a"], "zz"]]],
    ["of no type", [[["a"]]]],
    ["with a path of objects", [[[{}], "u"]]],
    ["with a path that leads nowhere", [[["a", "c"], "u"]]],
    ["with a path through a number", [[["a", "b", 0, "x"], "u"]]],
    ["that reaches for a prototype", [[["__proto__", "polluted"], "u"]]],
    ["that reaches for a constructor", [[["constructor", "name"], "u"]]],
    ["that would change a list's length", [[["a", "b", "length"], "u"]]],
    ["with a number that is none", [[["a"], "n"]]],
    ["with a big integer that is none", [[["a"], "i"]]],
    ["with a pattern that is none", [[["a", "b"], "r"]]],
    ["with an address that is none", [[["a"], "l"]]],
    ["with bytes that are not there", [[["a"], "b", "Uint8Array", 5]]],
    ["with bytes of an unknown class", [[["a"], "b", "constructor", 0]]],
    ["with bytes of half a number", [[["a"], "b", "Float64Array", 0]]],
    ["with a reference that is none", [[["a"], "=", "b"]]],
    ["with a reference to nowhere", [[["a"], "=", ["x"]]]],
    ["with holes where no list is", [[["a"], "h", [0]]]],
    ["with holes beyond the list", [[["a", "b"], "h", [9]]]],
    ["with holes that are no list", [[["a", "b"], "h", 9]]],
    ["with a map of no entries", [[["a", "b"], "m"]]],
    ["with a map where no list is", [[["a"], "m"]]],
    ["with a set where no list is", [[["a"], "s"]]],
    ["with an error where no object is", [[["a", "b", 0], "e"]]],
    ["of an unknown own class", [[["a"], "o", "Secret"]]],
    ["of an own class without name", [[["a"], "o"]]],
  ] as [string, unknown][]
) {
  const wrong = / length$| half /.test(what) ? RangeError : TypeError;
  Deno.test(`structured throws and pollutes nothing when marks are ${what}`, () => {
    assertThrows(() => decode(JSON.parse(proto), marks, { bytes: [new Uint8Array(3)] }), wrong);
    assertEquals(({} as { polluted?: unknown }).polluted, undefined);
  });
}

Deno.test("structured makes no bigint of a text that is too long, or that JSON's numbers are not", () => {
  assertThrows(() => decode({ a: "9".repeat(100_001) }, [[["a"], "i"]]), TypeError);
  assertThrows(() => decode({ a: "0x10" }, [[["a"], "i"]]), TypeError);
  assertEquals(decode({ a: "9".repeat(20) }, [[["a"], "i"]]), { a: BigInt("9".repeat(20)) });
});

function marksOf(value: unknown): unknown {
  return encode(value).marks;
}

Deno.test("marks are those of the wire when nobody changes them", () => {
  assertEquals(marksOf({ a: [new Date(5), undefined], b: 7n }), [
    [["a", 0], "d"],
    [["a", 1], "u"],
    [["b"], "i"],
  ]);
  assertEquals(marksOf(new Map([[1, NaN]])), [[[], "m"], [[0, 1], "n"]]);
  assertEquals(marksOf(new Uint8Array(1)), [[[], "b", "Uint8Array", 0]]);
});
