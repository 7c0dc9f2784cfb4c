import fc from "npm:fast-check@3.23.2";
import { assert, assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { EncodeError } from "../../../mod.ts";
import { microtasks } from "../../helpers/waiting.ts";
import { MONEY, WITH_MONEY } from "./arbitrary.ts";
import { decode, encode } from "./coding.ts";
import { messagesIn } from "../../linked/pair.ts";
import { dialling, serving } from "../../linked/raw.ts";

/** A provider that notes what it was called with. */
function noting() {
  const seen: unknown[][] = [];
  const note = (...args: unknown[]) => {
    seen.push(args);
    return "noted";
  };
  return { seen, provider: { note } };
}

/** The marks, what stands for the parameters, and the bytes that follow. */
type Row = readonly [what: string, parameters: string, beside: string, bytes?: readonly number[]];

const REFUSED: readonly Row[] = [
  ["of a type that is not known", "[1]", '[0,[[0],"zz"]]'],
  ["of a type that is a name of every object", "[1]", '[0,[[0],"toString"]]'],
  ["of no type", "[1]", "[0,[[0]]]"],
  ["of a type that is no text", "[1]", "[0,[[0],7]]"],
  ["no list", "[1]", "[0,7]"],
  ["an object", "[1]", '[0,{"0":[0],"1":"u"}]'],
  ["null", "[1]", "[0,null]"],
  ["without a path", "[1]", '[0,["u"]]'],
  ["with a path of objects", "[1]", '[0,[[{"a":1}],"u"]]'],
  ["with a path of null", "[1]", '[0,[[null],"u"]]'],
  ["with a path beyond the list", "[1]", '[0,[[1],"u"]]'],
  ["with a path of -1", "[1]", '[0,[[-1],"u"]]'],
  ["with a path into a text", '["abc"]', '[0,[[0,1],"u"]]'],
  ["with a path into a number", "[1]", '[0,[[0,"toFixed"],"u"]]'],
  ["with a path into null", "[null]", '[0,[[0,"a"],"u"]]'],
  ["with a path into __proto__", "[{}]", '[0,[[0,"__proto__"],"u"]]'],
  ["with a path through __proto__", "[{}]", '[0,[[0,"__proto__","polluted"],"u"]]'],
  ["with a path to constructor", "[{}]", '[0,[[0,"constructor","prototype","polluted"],"u"]]'],
  ["with a path to a list's function", "[[]]", '[0,[[0,"push"],"u"]]'],
  ["with a path into a date", "[0]", '[0,[[0],"d"],[[0,"getTime"],"u"]]'],
  ["with a path into what a map is, not what it holds", "[[]]", '[0,[[0],"m"],[[0,"size"],"u"]]'],
  ["a map of no list", "[7]", '[0,[[0],"m"]]'],
  ["a map of an object", "[{}]", '[0,[[0],"m"]]'],
  ["a map of numbers", "[[1]]", '[0,[[0],"m"]]'],
  ["a map whose entry is itself", "[[null]]", '[0,[[0],"m"],[[0,0],"=",[0]]]'],
  ["a set of a text", '["abc"]', '[0,[[0],"s"]]'],
  ["an error of a text", '["abc"]', '[0,[[0],"e"]]'],
  ["an error of null", "[null]", '[0,[[0],"e"]]'],
  ["an error whose name is a list", '[{"name":[["a"]],"message":""}]', '[0,[[0],"e"]]'],
  ["an error whose message is an object", '[{"name":"E","message":{}}]', '[0,[[0],"e"]]'],
  ["a reference to nowhere", "[null]", '[0,[[0],"=",[5]]]'],
  ["a reference to a prototype", "[null,{}]", '[0,[[0],"=",[1,"__proto__"]]]'],
  ["a reference of no path", "[null]", '[0,[[0],"=",7]]'],
  ["a reference without a path", "[null]", '[0,[[0],"="]]'],
  ["holes of no list", "[1]", '[0,[[0],"h",[0]]]'],
  ["holes that are none", "[[1]]", '[0,[[0],"h",7]]'],
  ["holes beyond the list", "[[1]]", '[0,[[0],"h",[9]]]'],
  ["a hole of the length", "[[1]]", '[0,[[0],"h",["length"]]]'],
  ["a number that is none", '["7"]', '[0,[[0],"n"]]'],
  ["a number that is text of code", '["alert(1)"]', '[0,[[0],"n"]]'],
  ["a bigint of letters", '["0x10"]', '[0,[[0],"i"]]'],
  ["a bigint of nothing", '[""]', '[0,[[0],"i"]]'],
  ["a bigint that is a number", "[7]", '[0,[[0],"i"]]'],
  ["a bigint of a million digits", `["${"9".repeat(1_000_000)}"]`, '[0,[[0],"i"]]'],
  ["a pattern that is none", '[["(",""]]', '[0,[[0],"r"]]'],
  ["a pattern of bad flags", '[["a","gg"]]', '[0,[[0],"r"]]'],
  ["a pattern of no text", "[[7,1]]", '[0,[[0],"r"]]'],
  ["a pattern of a text", '["ab"]', '[0,[[0],"r"]]'],
  ["an address that is none", '["nowhere"]', '[0,[[0],"l"]]'],
  ["an address of a number", "[7]", '[0,[[0],"l"]]'],
  ["behind a count that is a text", "[1]", '["0"]'],
  ["behind a count below 0", "[1]", '[-1,[[0],"u"]]'],
  ["behind a count of more bytes than are marked", "[1]", '[1,[[0],"u"]]'],
  ["behind a count of a billion", "[1]", '[1000000000,[[0],"u"]]'],
  ["behind a count without end", "[null]", '[1e400,[[0],"b","Uint8Array",0]]'],
  ["behind a count that is no whole number", "[null]", '[1.5,[[0],"b","Uint8Array",0]]'],
  [
    "behind a count of fewer bytes than are marked",
    "[null,null]",
    '[1,[[0],"b","Uint8Array",0],[[1],"b","Uint8Array",0]]',
  ],
  ["bytes that are not there", "[null]", '[0,[[0],"b","Uint8Array",0]]'],
  ["bytes by a number that is none", "[null]", '[1,[[0],"b","Uint8Array","0"]]', [1]],
  ["bytes by a number too high", "[null]", '[1,[[0],"b","Uint8Array",1]]', [1]],
  ["bytes by -1", "[null]", '[1,[[0],"b","Uint8Array",-1]]', [1]],
  ["bytes of a class that is none", "[null]", '[1,[[0],"b","Function",0]]', [1]],
  ["bytes of a name of every object", "[null]", '[1,[[0],"b","constructor",0]]', [1]],
  ["bytes that don't fit their class", "[null]", '[1,[[0],"b","Float64Array",0]]', [3]],
  ["an own class that is not known", "[1]", '[0,[[0],"o","Car"]]'],
  ["an own class of a name of every object", "[1]", '[0,[[0],"o","__proto__"]]'],
  ["an own class without a name", "[1]", '[0,[[0],"o"]]'],
  ["an own class that takes no such value", "[1]", '[0,[[0],"o","Money"]]'],
  ["of the whole list, which is none then", "[1]", '[0,[[],"u"]]'],
  ["a map of all parameters", "[[1,2]]", '[0,[[],"m"]]'],
];

for (const [what, parameters, beside, bytes] of REFUSED) {
  Deno.test(`Connection refuses the call, and nothing else, when a mark is ${what}`, async () => {
    const { seen, provider } = noting();
    const options = { use: [WITH_MONEY] };
    await using ends = await serving({ provider, options, values: "structured" });
    ends.socket.gets('[0,1,"note",["before"]]');
    ends.socket.gets(`[0,2,"note",${parameters},${beside}]`);
    for (const length of bytes ?? []) ends.socket.gets(new Uint8Array(length));
    ends.socket.gets('[0,3,"note",[0],[0,[[0],"d"]]]');
    await microtasks();
    assertEquals(seen, [["before"], [new Date(0)]]);
    const returns = messagesIn(ends.socket.sent);
    assertEquals(returns.map(([kind, uid]) => [kind, uid]), [[1, 1], [2, 2], [1, 3]]);
    assertEquals((returns[1]![2] as Error).name, "RefusedError");
    assertEquals(ends.socket.closes, []);
    assertEquals(Reflect.get({}, "polluted"), undefined);
  });
}

for (const kind of [1, 2]) {
  Deno.test(`Connection rejects the call alone when a ${kind === 1 ? "result" : "thrown value"} has a bad mark`, async () => {
    const options = { use: [WITH_MONEY] };
    await using ends = await dialling({ options, values: "structured" });
    const { f } = ends.end.getDriver();
    const calls = Promise.allSettled([f!(), f!()]);
    ends.socket.gets([kind, 1, 7, [0, [["__proto__"], "u"]]]);
    ends.socket.gets([1, 2, 0, [0, [[], "d"]]]);
    const [bad, good] = await calls;
    assertEquals(bad!.status === "rejected" && bad.reason.name, "MalformedReturn");
    assertEquals(good, { status: "fulfilled", value: new Date(0) });
    assertEquals(ends.socket.closes, []);
  });
}

for (
  const [what, text, expected] of [
    ["there is none", '[0,1,"note",[1]]', [1]],
    ["the list of them is empty", '[0,1,"note",[1],[]]', [1]],
    ["they are null", '[0,1,"note",[1],null]', [1]],
    ["they are a number", '[0,1,"note",[1],7]', [1]],
    ["they are an object", '[0,1,"note",[1],{"0":1}]', [1]],
    ["there is nothing but a claim of no bytes", '[0,1,"note",[1],[0]]', [1]],
    [
      "one makes the key __proto__ of a member",
      '[0,1,"note",[{"__proto__":0}],[0,[[0,"__proto__"],"d"]]]',
      undefined,
    ],
  ] as [string, string, unknown[] | undefined][]
) {
  Deno.test(`Connection begins the call when, of marks, ${what}`, async () => {
    const { seen, provider } = noting();
    const options = { use: [WITH_MONEY] };
    await using ends = await serving({ provider, options, values: "structured" });
    ends.socket.gets(text);
    await microtasks();
    assertEquals(ends.socket.sent, ['[1,1,"noted"]']);
    if (expected !== undefined) return assertEquals(seen, [expected]);
    const object = seen[0]![0] as object;
    assertEquals(Object.getPrototypeOf(object), Object.prototype);
    assertEquals(Object.getOwnPropertyDescriptor(object, "__proto__")!.value, new Date(0));
  });
}

Deno.test("structured makes nothing of a text that stands many times in a short one", () => {
  // a name that doubles with each step: what became text of it would not end
  let name: unknown = "a";
  const marks: unknown[] = [[[], "e"]];
  const path: (string | number)[] = ["name"];
  for (let i = 0; i < 60; i++) {
    name = [name, null];
    marks.push([[...path, 1], "=", [...path, 0]]);
    path.push(0);
  }
  assertThrows(() => decode({ name, message: "" }, marks), TypeError, "expected a string");
});

Deno.test("structured looks at each mark of holes once when there are very many", () => {
  const marks = Array.from({ length: 500_000 }, () => [[], "h", []]); // squared, it would not end
  assertEquals(decode([1], marks), [1]);
});

Deno.test("structured fills no more places than arrived when many marks share one list", () => {
  const many = Array.from({ length: 300 }, (_, i) => i);
  const list = Array.from({ length: 3_000 }, (_, i) => [i, i]);
  const value = { list, maps: many.map(() => null) };
  const marks = [
    ...many.map((i) => [["maps", i], "=", ["list"]]),
    ...many.map((i) => [["maps", i], "m"]),
  ];
  assertThrows(() => decode(value, marks), TypeError);
});

const step = fc.oneof(
  fc.nat({ max: 3 }),
  fc.constantFrom<unknown>(
    "a",
    "b",
    "name",
    "message",
    "cause",
    "cents",
    "note",
    "length",
    -1,
    null,
  ),
  fc.constantFrom("__proto__", "constructor", "prototype", "toString", "then", "size", "stack"),
);
const path = fc.array(step, { maxLength: 3 });
const rest = fc.oneof(
  path,
  fc.constantFrom<unknown>("Money", "Uint8Array", "constructor", 0, 1, [0]),
);
const mark = fc.tuple(path, fc.constantFrom(..."unidrlmseh=bo"), rest, fc.nat({ max: 1 }));
const told = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<unknown>(null, 0, "7", "NaN", "http://a/", "a", "Error"),
    fc.array(tie("any"), { maxLength: 3 }),
    fc.dictionary(
      fc.constantFrom("a", "b", "name", "message", "cause", "cents", "note"),
      tie("any"),
    ),
  ),
})).any;

Deno.test("structured gives a value that can be told again, or refuses it, whatever the marks are", () => {
  const before = Object.getOwnPropertyNames(Object.prototype).join();
  let [given, refused] = [0, 0];
  fc.assert(
    fc.property(told, fc.array(mark, { maxLength: 5 }), (value, marks) => {
      let got: unknown;
      try {
        got = decode(value, marks, { bytes: [new Uint8Array(8)], types: MONEY });
      } catch (error) {
        assertInstanceOf(error, Error);
        refused++;
        return;
      }
      given++;
      try {
        encode(got, "v", WITH_MONEY);
      } catch (error) {
        assertInstanceOf(error, EncodeError); // an own class that holds itself
      }
    }),
    { numRuns: 5_000 },
  );
  assertEquals(Object.getOwnPropertyNames(Object.prototype).join(), before);
  assert(given > 100 && refused > 100, `${given} were given, ${refused} refused`);
});
