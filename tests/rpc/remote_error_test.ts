import {
  assert,
  assertEquals,
  assertFalse,
  assertInstanceOf,
  assertStrictEquals,
} from "@std/assert";
import { RemoteError } from "../../mod.ts";
import { fromWire, nameAndMessage, toWire } from "../../src/rpc/remote_error.ts";

function never(): never {
  throw new Error("no");
}

function withGetter(key: string): Error {
  return Object.defineProperty(new RangeError("text"), key, { get: never, enumerable: true });
}

for (const thrown of [undefined, null, 0, "", "text", true, { a: 1 }, [1]]) {
  Deno.test(`toWire() leaves it as it is when ${JSON.stringify(thrown)} was thrown`, () => {
    assertStrictEquals(toWire(thrown), thrown);
  });
}

for (const thrown of [7n, Symbol("s"), never]) {
  Deno.test(`toWire() has a text for it when a ${typeof thrown} was thrown`, () => {
    const message = `Cannot send the thrown value: it is a ${typeof thrown}`;
    assertEquals(toWire(thrown), { name: "Error", message });
  });
}

Deno.test("toWire() gives name, message and own fields, no stack and no cause, when it is an error", () => {
  const error = Object.assign(new RangeError("large", { cause: "secret" }), {
    code: "E_LARGE",
    limit: { max: 7 },
    stack: "at secret",
    cause: "secret",
  });
  const expected = { name: "RangeError", message: "large", code: "E_LARGE", limit: { max: 7 } };
  assertEquals(toWire(error), expected);
});

Deno.test("toWire() takes the class's name when it sets one, also from its prototype", () => {
  class OwnError extends Error {
    override name = "OwnError";
    detail = 1;
  }
  assertEquals(toWire(new OwnError("m")), { name: "OwnError", message: "m", detail: 1 });
  class Inherited extends Error {}
  Inherited.prototype.name = "Inherited";
  assertEquals(toWire(new Inherited("m")), { name: "Inherited", message: "m" });
});

Deno.test("toWire() gives what toJSON gives when the error has one", () => {
  const error = Object.assign(new Error("m"), { toJSON: () => ({ only: "this" }) });
  assertEquals(toWire(error), { only: "this" });
  const passedOn = new RemoteError("E", "m", { a: 1, stack: "s" });
  assertEquals(toWire(passedOn), { name: "E", message: "m", a: 1 });
});

for (
  const [what, thrown, expected] of [
    ["toJSON throws", Object.assign(new Error("m"), { toJSON: never }), {
      name: "Error",
      message: "m",
    }],
    ["toJSON is a getter that throws", withGetter("toJSON"), {
      name: "RangeError",
      message: "text",
    }],
    ["a field is a getter that throws", withGetter("field"), {
      name: "RangeError",
      message: "text",
    }],
    ["its name can't be read", withGetter("name"), { name: "Error", message: "text" }],
    ["its message can't be read", withGetter("message"), {
      name: "RangeError",
      message: "Cannot send the thrown value: it can't be read",
    }],
    ["its name is no text", Object.assign(new Error("m"), { name: 7 }), {
      name: "Error",
      message: "m",
    }],
    ["its message is an object", Object.assign(new Error(""), { message: {} }), {
      name: "Error",
      message: "Cannot send the thrown value: it can't be read",
    }],
  ] as [string, Error, unknown][]
) {
  Deno.test(`toWire() gives name and message as text when ${what}`, () => {
    assertEquals(toWire(thrown), expected);
  });
}

Deno.test("toWire() has a fixed text when what was thrown is a revoked proxy", () => {
  const { proxy, revoke } = Proxy.revocable(new Error("m"), {});
  revoke();
  const message = "Cannot send the thrown value: it can't be read";
  assertEquals(toWire(proxy), { name: "Error", message });
});

Deno.test("toWire() changes no prototype when an error has an own field of that name", () => {
  const error = new Error("m");
  Object.defineProperty(error, "__proto__", { value: { evil: 1 }, enumerable: true });
  const wire = toWire(error) as object;
  assertFalse("evil" in wire);
  assertEquals(JSON.stringify(wire), '{"__proto__":{"evil":1},"name":"Error","message":"m"}');
});

for (const thrown of [undefined, null, 7, {}, { name: 1, message: 2 }]) {
  Deno.test(`nameAndMessage() has texts of its own when it reads ${JSON.stringify(thrown)}`, () => {
    const message = "Cannot send the thrown value: it can't be read";
    assertEquals(nameAndMessage(thrown), { name: "Error", message });
  });
}

Deno.test("fromWire() makes an Error when an object has name and message as texts", () => {
  const error = fromWire({ name: "RangeError", message: "large", limit: 7, stack: "there" });
  assertInstanceOf(error, RemoteError);
  assertEquals([error.name, error.message, error.limit], ["RangeError", "large", 7]);
  assertEquals(error.stack, "there");
});

for (
  const value of [undefined, null, 7, "text", [], {}, { name: "E" }, { message: "m" }, {
    name: 1,
    message: "m",
  }]
) {
  Deno.test(`fromWire() leaves it as it was when ${JSON.stringify(value)} came`, () => {
    assertStrictEquals(fromWire(value), value);
  });
}

Deno.test("fromWire() leaves an Error as it is when the transport carries errors whole", () => {
  const error = new RangeError("large");
  assertStrictEquals(fromWire(error), error);
});

Deno.test("fromWire() and toWire() are each other's way back when an error goes through JSON", () => {
  const wire = toWire(Object.assign(new RangeError("large"), { code: "E", n: [1] }));
  const error = fromWire(JSON.parse(JSON.stringify(wire)));
  assertEquals(toWire(error), wire);
});

Deno.test("toWire() gives stack and cause, cause by cause, when they are asked for", () => {
  const inner = Object.assign(new TypeError("inner"), { code: "E" });
  const error = new RangeError("outer", { cause: inner });
  assertEquals(toWire(error, true), {
    name: "RangeError",
    message: "outer",
    stack: error.stack,
    cause: { name: "TypeError", message: "inner", code: "E", stack: inner.stack },
  });
  const wire = toWire(new Error("m", { cause: ["plain"] }), true) as Record<string, unknown>;
  assertEquals(wire.cause, ["plain"]);
});

Deno.test("toWire() ends when the causes of an error go round in a ring, as after many causes", () => {
  const ring = new Error("m");
  ring.cause = ring;
  let chain = new Error("m");
  for (let depth = 0; depth < 100; depth++) chain = new Error("m", { cause: chain });
  const short = new Error("m", { cause: new Error("m", { cause: new Error("m") }) });
  const [ofRing, ofChain, ofShort] = [ring, chain, short]
    .map((error) => JSON.stringify(toWire(error, true)).split('"message":"m"').length - 1);
  assertEquals(ofShort, 3);
  assertEquals(ofRing, ofChain);
  assert(ofRing! > 3 && ofRing! < 100, `${ofRing} causes`);
});

Deno.test("fromWire() makes an Error of each cause when they were sent, but not for ever", () => {
  assertEquals(errorsIn(3), 3);
  const most = errorsIn(100);
  assert(most > 3 && most < 100, `${most} causes`);
  assertEquals(errorsIn(200), most);
});

/** How many causes of so many become errors; the next is left as it came. */
function errorsIn(count: number): number {
  let wire: unknown = "the first";
  for (let depth = 0; depth < count; depth++) {
    wire = { name: "E", message: `${depth}`, cause: wire };
  }
  let error = fromWire(wire);
  let made = 0;
  while (error instanceof RemoteError) {
    assertEquals(error.message, `${count - 1 - made++}`);
    error = error.cause;
  }
  assertEquals(typeof error, made < count ? "object" : "string");
  return made;
}
