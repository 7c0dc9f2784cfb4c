import { assertEquals, assertThrows } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { EncodeError, type Invoke } from "../../mod.ts";
import type { MadeCall } from "../../src/rpc/pending_calls.ts";
import { linked } from "../../src/session/linked.ts";
import { FrameError } from "../../src/session/parse_json.ts";
import { callOf, type Heard, heardIn, playedSession } from "../helpers/session.ts";
import { microtasks } from "../helpers/waiting.ts";

type Message = MadeCall | Invoke.IReturn;

function encode(message: Message): string {
  const bytes: Uint8Array[] = [];
  const text = "path" in message
    ? linked.call(message, undefined, bytes)
    : linked.reply(message, undefined, bytes);
  assertEquals(bytes, []); // JSON has no bytes
  return text;
}

function heardCall(args: unknown, more: { due?: unknown; quiet?: unknown } = {}): Heard {
  return { kind: "call", uid: 7, path: "a.b", args, due: undefined, quiet: undefined, ...more };
}

function heardReturn(success: boolean, value: unknown): Heard {
  return { kind: "return", uid: 7, success, value };
}

const ERROR = { name: "E", message: "m" };
const LONG = '"'.repeat(5_000);

/** Golden vectors: the message, its only text, and what is read of that. */
const VECTORS: readonly [what: string, message: Message, text: string, heard: Heard][] = [
  [
    "a call",
    callOf([1, "x", null, { a: [true] }]),
    '[0,7,"a.b",[1,"x",null,{"a":[true]}]]',
    heardCall([1, "x", null, { a: [true] }]),
  ],
  [
    "numbers alone",
    callOf([1.5, -2, 1e21, 0]),
    '[0,7,"a.b",[1.5,-2,1e+21,0]]',
    heardCall([1.5, -2, 1e21, 0]),
  ],
  ["no parameter", callOf([]), '[0,7,"a.b",[]]', heardCall([])],
  [
    "undefined ones",
    callOf([undefined, 1, undefined]),
    '[0,7,"a.b",[null,1,null],[0,2]]',
    heardCall([undefined, 1, undefined]),
  ],
  ["a long parameter", callOf([LONG]), `[0,7,"a.b",[${JSON.stringify(LONG)}]]`, heardCall([LONG])],
  [
    "a result",
    { uid: 7, success: true, value: { a: 1 } },
    '[1,7,{"a":1}]',
    heardReturn(true, { a: 1 }),
  ],
  [
    "null as the result",
    { uid: 7, success: true, value: null },
    "[1,7,null]",
    heardReturn(true, null),
  ],
  ["no result", { uid: 7, success: true, value: undefined }, "[1,7]", heardReturn(true, undefined)],
  [
    "an error",
    { uid: 7, success: false, value: ERROR },
    '[2,7,{"name":"E","message":"m"}]',
    heardReturn(false, ERROR),
  ],
  [
    "nothing thrown",
    { uid: 7, success: false, value: undefined },
    "[2,7]",
    heardReturn(false, undefined),
  ],
  [
    "a long text",
    { uid: 7, success: true, value: LONG },
    `[1,7,${JSON.stringify(LONG)}]`,
    heardReturn(true, LONG),
  ],
];

for (const [what, message, text, heard] of VECTORS) {
  Deno.test(`linked writes and reads ${text.slice(0, 40)} when there is ${what}`, () => {
    assertEquals(encode(message), text);
    assertEquals(heardIn(text), [heard]);
  });
}

Deno.test("linked writes numbers that JSON has not as JSON does", () => {
  assertEquals(encode(callOf([NaN, -0, -Infinity])), '[0,7,"a.b",[null,0,null]]');
  for (const [value, text] of [[NaN, "[1,7,null]"], [-0, "[1,7,0]"]] as const) {
    assertEquals(encode({ uid: 7, success: true, value }), text);
  }
});

Deno.test("linked tells functions and symbols as undefined, and dates as JSON does", () => {
  assertEquals(
    encode(callOf([() => 1, Symbol("s"), new Date(0)])),
    '[0,7,"a.b",[null,null,"1970-01-01T00:00:00.000Z"],[0,1]]',
  );
  assertEquals(encode({ uid: 7, success: true, value: () => 1 }), "[1,7]");
  assertEquals(encode({ uid: 7, success: true, value: { toJSON: () => undefined } }), "[1,7]");
});

Deno.test("linked quotes the path when it holds anything", () => {
  assertEquals(encode(callOf([], { path: 'a"\n.b' })), '[0,7,"a\\"\\n.b",[]]');
});

Deno.test("linked keeps no more names than it may when thousands pass through", () => {
  for (let id = 0; id < 5_000; id++) {
    assertEquals(encode(callOf([], { path: `rooms.${id}` })), `[0,7,"rooms.${id}",[]]`);
  }
});

Deno.test("linked names the place when a value can't be told", () => {
  for (
    const [message, place] of [
      [callOf(["a", { b: 7n }]), "parameters[1].b"],
      [{ uid: 1, success: true, value: [7n] }, "result[0]"],
      [{ uid: 1, success: false, value: 7n }, "error"],
    ] as const
  ) {
    const error = assertThrows(() => encode(message), EncodeError);
    assertEquals(error.message, `Cannot encode "${place}": Do not know how to serialize a BigInt`);
  }
});

for (
  const [carried, tail, due, quiet] of [
    [{ left: 50 }, ",[],50]", 1_050, undefined],
    [{ left: 0 }, ",[],0]", 1_000, undefined],
    [{ left: -5 }, ",[],0]", 1_000, undefined],
    [{ isQuiet: true }, ",[],null,1]", null, 1],
    [{ left: 50, isQuiet: true }, ",[],50,1]", 1_050, 1],
    [{}, "]", undefined, undefined],
  ] as const
) {
  Deno.test(`linked tells what a call carries when that is ${JSON.stringify(carried)}`, () => {
    using _time = new FakeTime(1_000);
    const text = encode(callOf([1], carried));
    assertEquals(text, `[0,7,"a.b",[1]${tail}`);
    assertEquals(heardIn(text), [heardCall([1], { due, quiet })]);
  });
}

Deno.test("linked hands over the messages of a batch, in order", () => {
  const frame = `[${VECTORS.map(([, , text]) => text).join(",")}]`;
  assertEquals(heardIn(frame), VECTORS.map(([, , , heard]) => heard));
});

Deno.test("linked skips what it does not know when later versions add it", () => {
  assertEquals(heardIn('[1,7,1,[],"later",2]'), [heardReturn(true, 1)]);
  for (const frame of ["[67]", "[99,1]", "[1000000]", "[1e300]", "[64.5]", "[[67],[99]]"]) {
    assertEquals(heardIn(frame), []);
  }
});

Deno.test("linked tells what keeps the connection going from messages", () => {
  const { session, socket, heard } = playedSession();
  const receipts: number[] = [];
  session.link!.pacer = {
    heardMessages: () => false,
    heardReceipt: (frames) => void receipts.push(frames),
    leaving() {},
  };
  const areMessages = [linked.nudge, linked.keepAlive, "[66,3]", '[66,"x"]', "[3,7]"]
    .map((frame) => linked.read(frame, session));
  assertEquals(areMessages, [false, false, false, false, true]);
  assertEquals(socket.sent, [linked.keepAlive]); // of the nudge
  assertEquals(receipts, [3, 0]);
  assertEquals(heard, [{ kind: "cancel", uid: 7 }]);
});

Deno.test("linked has the texts of the wire when nobody changes them", async () => {
  assertEquals([linked.name, linked.nudge, linked.keepAlive], ["linked", "[64]", "[65]"]);
  const { session, socket } = playedSession();
  session.cancel(7);
  await microtasks();
  assertEquals(socket.sent, ["[3,7]"]);
});

for (
  const frame of [
    ...["", "{", "null", "7", '"text"', "{}", "true", "[4]", "[63,1]", "[-1]", "[0.5]", '["0",1]'],
    ...["[null]", "[[1,7,1],7]", "[[1,7,1],[4]]", "[[[1,7,1]]]"],
    // what a list answers to by other keys
    ...['[["0",1,"f",[]]]', '[["3",1]]', '[[["3"],1]]', '[["length"]]', '[["map",1]]', "[[null]]"],
    ...['[["__proto__"]]', "[[]]", "[[{}]]", "[[true]]"],
  ]
) {
  Deno.test(`linked throws a FrameError when the frame is '${frame}'`, () => {
    assertThrows(() => heardIn(frame), FrameError);
  });
}

for (
  const [frame, heard] of [
    ["[0]", { uid: undefined, path: undefined, args: undefined }],
    ['[0,7,"f"]', { uid: 7, path: "f", args: undefined }],
    ['[0,7,"f",{"length":1}]', { uid: 7, path: "f", args: { length: 1 } }],
    ['[0,"7",7,7]', { uid: "7", path: 7, args: 7 }],
    ['[0,7,"f",[1],[0,0,-1,1,0.5,"0",null,1e9]]', { uid: 7, path: "f", args: [undefined] }],
    ['[0,7,"f",[1],{"0":0}]', { uid: 7, path: "f", args: [1] }],
  ] as const
) {
  Deno.test(`linked leaves the check to calls when the frame is ${frame}`, () => {
    assertEquals(heardIn(frame), [{ kind: "call", due: undefined, quiet: undefined, ...heard }]);
  });
}

Deno.test("linked leaves the check to calls when a return or a cancel has no uid", () => {
  assertEquals(heardIn("[[1],[2,null,1],[3,{}]]"), [
    { kind: "return", uid: undefined, success: true, value: undefined },
    { kind: "return", uid: null, success: false, value: 1 },
    { kind: "cancel", uid: {} },
  ]);
});

for (const left of ['"50"', "null", "[]", "{}", "true"]) {
  Deno.test(`linked sets no deadline when the time left is ${left}`, () => {
    const [call] = heardIn(`[0,7,"a.b",[],[],${left}]`);
    assertEquals(call, heardCall([], { due: JSON.parse(left) })); // `serve` takes numbers alone
  });
}
