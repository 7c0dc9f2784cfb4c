import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { EncodeError, type Invoke } from "../../mod.ts";
import type { MadeCall } from "../../src/rpc/pending_calls.ts";
import { FrameError } from "../../src/session/parse_json.ts";
import { plain } from "../../src/session/plain.ts";
import { callOf, type Heard, heardIn, playedSession } from "../helpers/session.ts";

type Message = MadeCall | Invoke.IReturn;

function encode(message: Message): string {
  const bytes: Uint8Array[] = [];
  const text = "path" in message
    ? plain.call(message, undefined, bytes)
    : plain.reply(message, undefined, bytes);
  assertEquals(bytes, []); // plain messages have no bytes
  return text;
}

function heard(frame: string): Heard[] {
  return heardIn(frame, { wire: "plain" });
}

function callText(parameters: string): string {
  return `{"uid":7,"listener":"a.b","parameters":[${parameters}]}`;
}

/** What is read of a call: the values that JSON has left. */
function heardCall(...args: unknown[]): Heard {
  return { kind: "call", uid: 7, path: "a.b", args, due: undefined, quiet: undefined };
}

for (
  const [what, args, parameters, arrived] of [
    ["a call", [1, "x"], '{"type":"number","value":1},{"type":"string","value":"x"}', [1, "x"]],
    ["no parameter", [], "", []],
    [
      "undefined among them",
      [1, undefined],
      '{"type":"number","value":1},{"type":"undefined"}',
      [1, undefined],
    ],
    ["a function", [() => 1], '{"type":"function"}', [undefined]],
    ["a symbol", [Symbol("s")], '{"type":"symbol"}', [undefined]],
    ["NaN", [NaN], '{"type":"number","value":null}', [null]],
    ["null", [null], '{"type":"object","value":null}', [null]],
    [
      "a date",
      [new Date(0)],
      '{"type":"object","value":"1970-01-01T00:00:00.000Z"}',
      ["1970-01-01T00:00:00.000Z"],
    ],
    ["a map", [new Map([[1, 2]])], '{"type":"object","value":{}}', [{}]],
    [
      "undefined in an object and in a list",
      [{ a: undefined, b: [undefined] }],
      '{"type":"object","value":{"b":[null]}}',
      [{ b: [null] }],
    ],
  ] as [string, unknown[], string, unknown[]][]
) {
  Deno.test(`plain.call() writes what TGrid reads, and reads it, when it is given ${what}`, () => {
    assertEquals(encode(callOf(args)), callText(parameters));
    assertEquals(heard(callText(parameters)), [heardCall(...arrived)]);
  });
}

for (
  const [what, success, value, text] of [
    ["a result", true, { a: 1 }, '{"uid":7,"success":true,"value":{"a":1}}'],
    ["no result", true, undefined, '{"uid":7,"success":true}'],
    [
      "an error",
      false,
      { name: "E", message: "m" },
      '{"uid":7,"success":false,"value":{"name":"E","message":"m"}}',
    ],
  ] as const
) {
  Deno.test(`plain.reply() writes what TGrid reads, and reads it, when it is given ${what}`, () => {
    assertEquals(encode({ uid: 7, success, value }), text);
    assertEquals(heard(text), [{ kind: "return", uid: 7, success, value }]);
  });
}

Deno.test("plain.call() writes the parameters that listeners have left, whatever else they wrote", () => {
  const call = callOf([1]);
  call.invoke = { uid: 8, listener: "c", parameters: [{ type: "odd", value: "changed" }] };
  call.args = ["changed"];
  assertEquals(encode(call), callText('{"type":"string","value":"changed"}'));
});

Deno.test("plain.call() copies when it is called: later changes do not travel", () => {
  const value = { a: 1 };
  const text = encode(callOf([value]));
  value.a = 2;
  assertEquals(text, callText('{"type":"object","value":{"a":1}}'));
});

Deno.test("plain.call() carries neither a deadline nor that nobody waits", () => {
  assertEquals(encode(callOf([], { left: 50, isQuiet: true })), callText(""));
});

Deno.test("plain.call() names the place when a parameter can't be encoded", () => {
  const error = assertThrows(() => encode(callOf(["a", { b: [1, 2n] }])), EncodeError);
  assertEquals(
    error.message,
    'Cannot encode "parameters[1].b[1]": Do not know how to serialize a BigInt',
  );
});

Deno.test("plain.reply() names the place when a result or an error can't be encoded", () => {
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
  Deno.test(`plain.read() hands nothing over when the frame is "${frame.slice(0, 9)}"`, () => {
    const played = playedSession({ wire: "plain" });
    assertThrows(() => plain.read(frame, played.session), FrameError);
    assertEquals(played.heard, []);
  });
}

for (
  const [frame, what] of [
    ...["null", "7", '"text"', "true"].map((frame) => [frame, []] as const),
    ...["[]", "{}", "[1]"].map((frame) =>
      [frame, [{ kind: "return", uid: undefined, success: undefined, value: undefined }]] as const
    ),
    ['{"listener":7}', [{ kind: "call", uid: undefined, path: 7, args: undefined }]],
    ['{"uid":"x","listener":"f","parameters":[7]}', [
      { kind: "call", uid: "x", path: "f", args: undefined },
    ]],
    ['{"uid":{},"success":"yes","value":1}', [
      { kind: "return", uid: {}, success: "yes", value: 1 },
    ]],
  ] as const
) {
  Deno.test(`plain.read() leaves the check to calls when the frame is ${frame}`, () => {
    const calls = what.map((one) =>
      one.kind === "call" ? { ...one, due: undefined, quiet: undefined } : one
    );
    assertEquals(heard(frame), calls as unknown as Heard[]);
  });
}

Deno.test("plain.read() makes an own member of __proto__ when a peer sends one", () => {
  const [message] = heard('{"uid":1,"success":true,"value":{"__proto__":{"evil":1}}}');
  const { value } = message as { value: object };
  assertEquals(Object.keys(value), ["__proto__"]);
  assertStrictEquals(Object.getPrototypeOf(value), Object.prototype);
});

Deno.test("plain.nudge and plain.keepAlive are those of the wire when nobody changes them", () => {
  assertEquals(plain.nudge, '{"uid":0,"listener":"$","parameters":[]}');
  assertEquals(plain.keepAlive, '{"uid":0,"success":true}');
  assertEquals(plain.name, "plain");
});
