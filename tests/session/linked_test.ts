import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { IncomingCall } from "../../src/incoming_call.ts";
import { FakeTime } from "@std/testing/time";
import { EncodeError } from "../../mod.ts";
import { Cancellation, type LinkedCall, MORE } from "../../src/rpc/invoke.ts";
import type { FrameKind } from "../../src/session/wire.ts";
import { linkedCodec } from "../../src/session/linked.ts";

const linked = linkedCodec();

function call(...values: unknown[]): LinkedCall {
  const parameters = values.map((value) => ({ type: typeof value, value }));
  return { uid: 7, listener: "a.b", parameters };
}

function encode(message: Parameters<typeof linked.encode>[0]): string {
  const attached: Uint8Array[] = [];
  const text = linked.encode(message, attached);
  assertEquals(attached, []); // JSON has no bytes
  return text;
}

function decoded(frame: string): { readonly kind: FrameKind; readonly messages: unknown[] } {
  const messages: unknown[] = [];
  const kind = linked.decode(frame, (message) => {
    messages.push(message instanceof IncomingCall ? message.toJSON() : message);
  });
  return { kind, messages };
}

/** Golden vectors: the message, and its only text. */
const VECTORS: [what: string, message: Parameters<typeof linked.encode>[0], text: string][] = [
  ["a call", call(1, "x", null, { a: [true] }), '[0,7,"a.b",[1,"x",null,{"a":[true]}]]'],
  ["no parameter", call(), '[0,7,"a.b",[]]'],
  ["undefined ones", call(undefined, 1, undefined), '[0,7,"a.b",[null,1,null],[0,2]]'],
  ["a result", { uid: 7, success: true, value: { a: 1 } }, '[1,7,{"a":1}]'],
  ["null as the result", { uid: 7, success: true, value: null }, "[1,7,null]"],
  ["no result", { uid: 7, success: true, value: undefined }, "[1,7]"],
  [
    "an error",
    { uid: 7, success: false, value: { name: "E", message: "m" } },
    '[2,7,{"name":"E","message":"m"}]',
  ],
  ["nothing thrown", { uid: 7, success: false, value: undefined }, "[2,7]"],
  [
    "a long text",
    { uid: 7, success: true, value: '"'.repeat(5_000) },
    `[1,7,"${'\\"'.repeat(5_000)}"]`,
  ],
];

for (const [what, message, text] of VECTORS) {
  Deno.test(`linkedCodec() writes and reads ${text.slice(0, 40)} when there is ${what}`, () => {
    assertEquals(encode(message), text);
    assertEquals(decoded(text), { kind: { kind: "messages" }, messages: [message] });
  });
}

Deno.test("encode() tells functions and symbols as undefined, and dates as JSON does", () => {
  assertEquals(
    encode(call(() => 1, Symbol("s"), new Date(0))),
    '[0,7,"a.b",[null,null,"1970-01-01T00:00:00.000Z"],[0,1]]',
  );
  assertEquals(encode({ uid: 7, success: true, value: () => 1 }), "[1,7]");
  assertEquals(encode({ uid: 7, success: true, value: { toJSON: () => undefined } }), "[1,7]");
});

Deno.test("encode() quotes the path when it holds anything", () => {
  assertEquals(encode({ uid: 1, listener: 'a"\n.b', parameters: [] }), '[0,1,"a\\"\\n.b",[]]');
});

Deno.test("encode() keeps no more names than it may when a million pass through", () => {
  for (let id = 0; id < 5_000; id++) {
    const text = encode({ uid: 1, listener: `rooms.${id}`, parameters: [] });
    assertEquals(text, `[0,1,"rooms.${id}",[]]`);
  }
});

Deno.test("encode() names the place when a value can't be told", () => {
  for (
    const [message, place] of [
      [call("a", { b: 7n }), "parameters[1].b"],
      [{ uid: 1, success: true, value: [7n] }, "result[0]"],
      [{ uid: 1, success: false, value: 7n }, "error"],
    ] as const
  ) {
    const error = assertThrows(() => encode(message), EncodeError);
    assertEquals(error.message, `Cannot encode "${place}": Do not know how to serialize a BigInt`);
  }
});

for (
  const [more, tail] of [
    [{ left: 50 }, ",[],50]"],
    [{ left: 0 }, ",[],0]"],
    [{ quiet: true }, ",[],null,1]"],
    [{ left: 50, quiet: true }, ",[],50,1]"],
    [{}, "]"],
  ] as const
) {
  Deno.test(`encode() tells what a call carries when that is ${JSON.stringify(more)}`, () => {
    using _time = new FakeTime(1_000);
    const text = encode({ ...call(1), [MORE]: more } as LinkedCall);
    assertEquals(text, `[0,7,"a.b",[1]${tail}`);
    const [message] = decoded(text).messages as LinkedCall[];
    const due = "left" in more ? { due: 1_000 + more.left } : {};
    const quiet = "quiet" in more ? { quiet: true } : {};
    assertEquals(message?.[MORE] ?? {}, { ...due, ...quiet } as never);
    assertEquals(message?.parameters, [{ type: "number", value: 1 }]);
  });
}

Deno.test("decode() hands over the messages of a batch, in order", () => {
  const { batch } = linked;
  const texts = VECTORS.map(([, , text]) => text);
  const frame = batch!.open + texts.join(batch!.separator) + batch!.close;
  assertEquals(decoded(frame).messages, VECTORS.map(([, message]) => message));
});

Deno.test("decode() skips what it does not know when later versions add it", () => {
  assertEquals(decoded('[1,7,1,[],"later",2]').messages, [{ uid: 7, success: true, value: 1 }]);
  assertEquals(decoded("[64,1,2]").kind, { kind: "nudge" });
  for (const frame of ["[67]", "[99,1]", "[1000000]", "[[67],[99]]"]) {
    const { messages, kind } = decoded(frame);
    assertEquals([messages, kind.kind === "nudge"], [[], false]);
  }
});

Deno.test("decode() tells what keeps the connection going from messages", () => {
  assertEquals(decoded(linked.nudge), { kind: { kind: "nudge" }, messages: [] });
  assertEquals(decoded(linked.keepAlive), { kind: { kind: "nothing" }, messages: [] });
  const receipt = linked.receipt!(3);
  assertEquals(decoded(receipt), { kind: { kind: "receipt", frames: 3 }, messages: [] });
  assertEquals(decoded('[66,"x"]').kind, { kind: "receipt", frames: 0 });
  const { messages } = decoded(linked.cancel!(7));
  assertInstanceOf(messages[0], Cancellation);
  assertEquals(messages[0].uid, 7);
});

for (
  const frame of [
    ...["", "{", "null", "7", '"text"', "{}", "true", "[4]", "[63,1]", "[-1]", "[0.5]", '["0",1]'],
    ...["[null]", "[[1,7,1],7]", "[[1,7,1],[4]]", "[[[1,7,1]]]"],
  ]
) {
  Deno.test(`decode() throws a SyntaxError when the frame is '${frame}'`, () => {
    assertThrows(() => decoded(frame), SyntaxError);
  });
}

for (
  const [frame, message] of [
    ["[0]", { uid: undefined, listener: undefined, parameters: undefined }],
    ['[0,7,"f"]', { uid: 7, listener: "f", parameters: undefined }],
    ['[0,7,"f",{"length":1}]', { uid: 7, listener: "f", parameters: undefined }],
    ["[1]", { uid: undefined, success: true, value: undefined }],
    ['[0,7,"f",[1],[0,0,-1,1,0.5,"0",null,1e9]]', {
      uid: 7,
      listener: "f",
      parameters: [{ type: "undefined", value: undefined }],
    }],
    ['[0,7,"f",[1],{"0":0}]', {
      uid: 7,
      listener: "f",
      parameters: [{ type: "number", value: 1 }],
    }],
  ] as [string, unknown][]
) {
  Deno.test(`decode() leaves the check to others when the frame is ${frame}`, () => {
    assertEquals(decoded(frame).messages, [message]);
  });
}

for (const left of ['"50"', "null", "[]", "{}"]) {
  Deno.test(`decode() sets no deadline when the time left is ${left}`, () => {
    const [message] = decoded(`[0,7,"f",[],[],${left}]`).messages as LinkedCall[];
    assertEquals(message?.[MORE], {});
  });
}
