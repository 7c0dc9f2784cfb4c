import { assertEquals, assertInstanceOf, assertStrictEquals } from "@std/assert";
import { EncodeError } from "../../mod.ts";
import { createDriver } from "../../src/rpc/driver.ts";
import { encodeError, placeOf } from "../../src/session/encode_error.ts";

/** As an encoder does it: the error comes of a real failure. */
function failing(value: unknown): EncodeError {
  try {
    JSON.stringify(value);
  } catch (cause) {
    return encodeError("result", value, cause);
  }
  throw new Error("Cannot test: the value can be encoded");
}

function never(): never {
  throw new RangeError("no");
}

const shared = [1, { a: 2 }];
const circular: Record<string, unknown> = { name: "a" };
circular.self = circular;
const list: unknown[] = [1];
list.push({ list });

for (
  const [what, value, message] of [
    ["a big integer", 7n, 'Cannot encode "result": Do not know how to serialize a BigInt'],
    [
      "one in a list",
      [0, [7n]],
      'Cannot encode "result[1][0]": Do not know how to serialize a BigInt',
    ],
    [
      "one in an object",
      { a: { b: 7n } },
      'Cannot encode "result.a.b": Do not know how to serialize a BigInt',
    ],
    [
      "a circular object",
      circular,
      'Cannot encode "result.self": Converting circular structure to JSON',
    ],
    [
      "a circular list",
      list,
      'Cannot encode "result[1].list": Converting circular structure to JSON',
    ],
    ["a toJSON that throws", { a: { toJSON: never } }, 'Cannot encode "result.a": no'],
    [
      "a toJSON that gives a big integer",
      { a: { toJSON: () => 1n } },
      'Cannot encode "result.a": Do not know how to serialize a BigInt',
    ],
    [
      "a function's toJSON that throws",
      { f: Object.assign(() => {}, { toJSON: never }) },
      'Cannot encode "result.f": no',
    ],
    ["an invalid thing behind good ones", {
      f() {},
      d: new Date(0),
      s: Symbol("s"),
      u: undefined,
      n: null,
      z: 1n,
    }, 'Cannot encode "result.z": Do not know how to serialize a BigInt'],
    [
      "the same object twice, then a fault",
      { a: shared, b: shared, c: 1n },
      'Cannot encode "result.c": Do not know how to serialize a BigInt',
    ],
  ] as [string, unknown, string][]
) {
  Deno.test(`encodeError() names the place when there is ${what}`, () => {
    const error = failing(value);
    assertInstanceOf(error, EncodeError);
    assertInstanceOf(error, TypeError);
    assertEquals(error.message, message);
  });
}

Deno.test("encodeError() keeps what the encoder threw as its cause", () => {
  const cause = new TypeError("why");
  assertStrictEquals(encodeError("header", 7n, cause).cause, cause);
});

Deno.test("encodeError() names the object when a getter in it throws", () => {
  const value = {
    a: {
      get b(): unknown {
        return never();
      },
    },
  };
  assertEquals(failing(value).message, 'Cannot encode "result.a": no');
});

Deno.test("encodeError() names the place when a proxy refuses to be read", () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  assertEquals(failing({ a: [proxy] }).message.startsWith('Cannot encode "result.a[0]":'), true);
});

for (const thrown of [undefined, null, "text", Object.create(null), { message: 7 }]) {
  Deno.test(`encodeError() has a text of its own when the encoder threw ${typeof thrown} ${JSON.stringify(thrown)}`, () => {
    const error = encodeError("result", 7n, thrown);
    assertEquals(error.message, 'Cannot encode "result": it can\'t be serialized');
  });
}

Deno.test("encodeError() has a text of its own when what was thrown can't be read", () => {
  const thrown = Object.defineProperty(new Error("x"), "message", { get: never });
  const error = encodeError("result", 7n, thrown);
  assertEquals(error.message, 'Cannot encode "result": it can\'t be serialized');
});

Deno.test("encodeError() ends and stays short of the stack when a value is very deep", () => {
  let deep: unknown = 7n;
  for (let depth = 0; depth < 100_000; depth++) deep = [deep];
  const error = encodeError("result", deep, new RangeError("Maximum call stack size exceeded"));
  assertEquals(error.message.startsWith('Cannot encode "result[0][0]'), true);
  assertEquals(error.message.endsWith('": Maximum call stack size exceeded'), true);
});

Deno.test("encodeError() names the driver when one is among the values, and calls nothing", () => {
  const calls: string[] = [];
  const call = (path: string) => {
    calls.push(path);
    return Promise.resolve();
  };
  const driver = createDriver({ call }) as { rooms: unknown };
  assertEquals(
    failing({ a: driver.rooms }).message,
    'Cannot encode "result.a": Cannot turn the driver of "rooms" into JSON: ' +
      "call its functions instead",
  );
  assertEquals(
    failing([driver]).message,
    'Cannot encode "result[0]": Cannot turn a driver into JSON: call its functions instead',
  );
  assertEquals(calls, []);
});

Deno.test("encodeError() runs a user's toJSON once more at most when it looks for the place", () => {
  let runs = 0;
  const good = { toJSON: () => ++runs };
  failing([good, 7n]);
  assertEquals(runs, 2);
});

Deno.test("placeOf() cuts a path that is longer than anyone reads", () => {
  assertEquals(placeOf("result", ["a", 0]), "result.a[0]");
  const place = placeOf("result", Array(1_000).fill(0));
  assertEquals([place.length, place.slice(-2)], [501, "0…"]);
});
