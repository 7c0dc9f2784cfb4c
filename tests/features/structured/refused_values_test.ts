import { assert, assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { EncodeError, structured } from "../../../mod.ts";
import type { EncodedValue } from "../../../src/session/feature.ts";
import { turn } from "../../helpers/waiting.ts";
import { messagesIn, paired } from "../../linked/pair.ts";
import { serving } from "../../linked/raw.ts";
import { decode, encode } from "./coding.ts";

for (
  const [what, value] of [
    ["a text", Object("x")],
    ["a number", Object(7)],
    ["a boolean", Object(false)],
    ["a bigint", Object(7n)],
    ["a symbol", Object(Symbol())],
  ] as const
) {
  Deno.test(`structured refuses a boxed primitive by its place when it is ${what}`, () => {
    const error = assertThrows(() => encode({ a: [value] }, "result"), EncodeError);
    assertEquals(
      error.message,
      'Cannot encode "result.a[0]": boxed primitives can\'t be serialized. Use the primitive.',
    );
  });
}

Deno.test("structured refuses an own class's instance that holds itself", () => {
  class Holder {
    self: unknown = [this];
  }
  const own = structured({
    types: {
      Holder: {
        class: Holder,
        encode: ({ self }: Holder) => self,
        decode: () => new Holder(),
      },
    },
  });
  assertThrows(
    () => encode([new Holder()], "v", own),
    EncodeError,
    'Cannot encode "v[0][0]": an instance of a custom class can\'t contain itself',
  );
});

for (const value of [new Float16Array([1]), new AggregateError([new Error("a")], "m")]) {
  const { name } = value.constructor;
  Deno.test(`structured gives back what ${name} holds, or refuses it: it is not lost in silence`, () => {
    let encoded: EncodedValue;
    try {
      encoded = encode(value, "v");
    } catch (error) {
      assertInstanceOf(error, EncodeError);
      return assert(error.message.startsWith('Cannot encode "v": '), error.message);
    }
    const marks = JSON.parse(JSON.stringify(encoded.marks ?? []));
    const told = decode(JSON.parse(encoded.text!), marks, encoded);
    if (!(value instanceof AggregateError)) return assertEquals(told, value);
    assertInstanceOf(told, AggregateError);
    assertEquals(told.errors.map((error) => error.message), ["a"]);
  });
}

Deno.test("structured refuses a value by its place when it is nested deeper than the wire takes", () => {
  let deep: unknown = 0n;
  for (let i = 0; i < 1_200; i++) deep = [deep];
  assertThrows(() => encode(deep, "v"), EncodeError, "it is nested too deeply");
});

Deno.test("structured hands on what an own class throws, with the place", () => {
  class Bad {}
  const own = structured({
    types: {
      Bad: {
        class: Bad,
        encode: () => {
          throw new RangeError("not this one");
        },
        decode: () => new Bad(),
      },
    },
  });
  const error = assertThrows(() => encode([new Bad()], "v", own), EncodeError);
  assertEquals(error.message, 'Cannot encode "v[0]": not this one');
  assertInstanceOf(error.cause, RangeError);
});

Deno.test("Connection tells the place when a value of a call or a result can't be told", async () => {
  const bad = { bad: () => ({ at: [Object(1)] }) };
  await using ends = await serving({
    provider: bad,
    options: { use: [structured] },
    values: "structured",
  });
  ends.socket.gets('[0,1,"bad",[]]');
  await turn();
  const [kind, , error] = messagesIn(ends.socket.sent)[0]!;
  assertEquals([kind, (error as Error).name], [2, "EncodeError"]);
  assert((error as Error).message.startsWith('Cannot encode "result.at[0]"'));
});

Deno.test("structured refuses at its own call what the other end would end the connection for", async () => {
  const deep = (levels: number) => {
    let value: unknown = 0n;
    for (let i = 0; i < levels; i++) value = [value];
    return value;
  };
  await using pair = await paired({
    there: { take: () => "taken", give: (levels: number) => deep(levels) },
    use: [structured],
  });
  const { take, give } = pair.client.getDriver();
  const outcomeOf = (call: Promise<unknown>) => call.then(() => "ok", ({ name }: Error) => name);
  for (let levels = 990; levels < 1_005; levels++) {
    const calls = [take!(deep(levels)), take!(1), give!(levels)]; // in one frame, and alone
    const outcomes = [...await Promise.all(calls.map(outcomeOf)), await outcomeOf(give!(levels))];
    for (const outcome of outcomes) {
      assert(outcome === "ok" || outcome === "EncodeError", `${levels} levels: ${outcome}`);
    }
  }
});

for (
  const value of [
    Promise.resolve(1),
    new Blob(["a"]),
    new File(["a"], "a.txt"),
    new Headers({ a: "b" }),
    new FormData(),
    new URLSearchParams("a=b"),
    new Request("http://host/"),
    new Response("a"),
    new ReadableStream(),
    new WritableStream(),
    (function* () {})(),
    (async function* () {})(),
    [1].values(),
    new Map().entries(),
    new WeakMap(),
    new WeakSet(),
    new WeakRef({}),
    new SharedArrayBuffer(1),
    new AbortController().signal,
    new Intl.NumberFormat(),
  ]
) {
  const kind = Object.prototype.toString.call(value).slice(8, -1);
  Deno.test(`structured refuses what has no fields by its place when it is a ${kind}`, () => {
    const error = assertThrows(() => encode([{ body: value }], "parameters"), EncodeError);
    assertEquals(
      error.message,
      `Cannot encode "parameters[0].body": ${kind} objects can't be serialized. Send their contents.`,
    );
  });
}

Deno.test("structured sends the fields of a class that has a tag, and of one that has none", () => {
  class Tagged {
    x = 1;
    get [Symbol.toStringTag](): string {
      return "Tagged";
    }
  }
  class Empty {}
  assertEquals(encode([new Tagged(), new Empty()]).text, '[{"x":1},{}]');
});
