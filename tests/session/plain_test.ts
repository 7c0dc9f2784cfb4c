import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { EncodeError, type Invoke } from "../../mod.ts";
import { plain } from "../../src/session/plain.ts";

function call(...values: unknown[]): Invoke.IFunction {
  const parameters = values.map((value) => ({ type: typeof value, value }));
  return { uid: 7, listener: "a.b", parameters };
}

function encode(message: Invoke): string {
  const attached: Uint8Array[] = [];
  const text = plain.encode(message, attached);
  assertEquals(attached, []); // plain messages have no bytes
  return text;
}

function decoded(frame: string): unknown[] {
  const messages: unknown[] = [];
  plain.decode(frame, (message) => messages.push(message));
  return messages;
}

for (
  const [what, message, text] of [
    ["a call", call(1, "x"), callText('{"type":"number","value":1},{"type":"string","value":"x"}')],
    ["no parameter", call(), callText("")],
    [
      "undefined among them",
      call(1, undefined),
      callText('{"type":"number","value":1},{"type":"undefined"}'),
    ],
    ["a function", call(() => 1), callText('{"type":"function"}')],
    ["a symbol", call(Symbol("s")), callText('{"type":"symbol"}')],
    ["NaN", call(NaN), callText('{"type":"number","value":null}')],
    ["null", call(null), callText('{"type":"object","value":null}')],
    ["a date", call(new Date(0)), callText('{"type":"object","value":"1970-01-01T00:00:00.000Z"}')],
    ["a map", call(new Map([[1, 2]])), callText('{"type":"object","value":{}}')],
    [
      "undefined in an object and in a list",
      call({ a: undefined, b: [undefined] }),
      callText('{"type":"object","value":{"b":[null]}}'),
    ],
    [
      "a result",
      { uid: 7, success: true, value: { a: 1 } },
      '{"uid":7,"success":true,"value":{"a":1}}',
    ],
    ["no result", { uid: 7, success: true, value: undefined }, '{"uid":7,"success":true}'],
    [
      "an error",
      { uid: 7, success: false, value: { name: "E", message: "m" } },
      '{"uid":7,"success":false,"value":{"name":"E","message":"m"}}',
    ],
  ] as [string, Invoke, string][]
) {
  Deno.test(`plain.encode() writes what TGrid reads when it is given ${what}`, () => {
    assertEquals(encode(message), text);
    assertEquals(decoded(text), [JSON.parse(text)]);
  });
}

function callText(parameters: string): string {
  return `{"uid":7,"listener":"a.b","parameters":[${parameters}]}`;
}

Deno.test("plain.encode() copies when it is called: later changes do not travel", () => {
  const value = { a: 1 };
  const text = encode(call(value));
  value.a = 2;
  assertEquals(text, callText('{"type":"object","value":{"a":1}}'));
});

Deno.test("plain.encode() names the place when a parameter can't be encoded", () => {
  const error = assertThrows(() => encode(call("a", { b: [1, 2n] })), EncodeError);
  assertEquals(
    error.message,
    'Cannot encode "parameters[1].b[1]": Do not know how to serialize a BigInt',
  );
});

Deno.test("plain.encode() names the place when a result or an error can't be encoded", () => {
  for (const [success, place] of [[true, "result"], [false, "error"]] as const) {
    const message = { uid: 7, success, value: { a: 1n } };
    const error = assertThrows(() => encode(message), EncodeError);
    assertEquals(
      error.message,
      `Cannot encode "${place}.a": Do not know how to serialize a BigInt`,
    );
  }
});

for (const frame of ["", "{", "undefined", "[".repeat(2 ** 20), "\u0000", "{'a':1}", "1 2"]) {
  Deno.test(`plain.decode() hands nothing over when the frame is "${frame.slice(0, 9)}"`, () => {
    const messages: unknown[] = [];
    assertThrows(() => plain.decode(frame, (message) => messages.push(message)), SyntaxError);
    assertEquals(messages, []);
  });
}

for (const frame of ["null", "[]", "7", '"text"', "true"]) {
  Deno.test(`plain.decode() leaves the check to others when the frame is ${frame}`, () => {
    assertEquals(decoded(frame), [JSON.parse(frame)]);
  });
}

Deno.test("plain.decode() makes an own member of __proto__ when a peer sends one", () => {
  const [message] = decoded('{"uid":1,"success":true,"value":{"__proto__":{"evil":1}}}');
  const { value } = message as Invoke.IReturn;
  assertEquals(Object.keys(value), ["__proto__"]);
  assertStrictEquals(Object.getPrototypeOf(value), Object.prototype);
});

Deno.test("plain.nudge and plain.keepAlive are those of the wire when nobody changes them", () => {
  assertEquals(plain.nudge, '{"uid":0,"listener":"$","parameters":[]}');
  assertEquals(plain.keepAlive, '{"uid":0,"success":true}');
  assertEquals(plain.name, "plain");
});
