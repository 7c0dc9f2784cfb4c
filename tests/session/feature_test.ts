import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { structured } from "../../mod.ts";
import { agreementOf } from "../../src/session/agreement.ts";
import type { MessageKind, PluggedFeature, SessionHooks } from "../../src/session/feature.ts";
import { KINDS, kindsOf } from "../../src/session/linked.ts";
import { FrameError } from "../../src/session/parse_json.ts";
import { callOf, playedSession, type SessionOptions } from "../helpers/session.ts";
import { microtasks, until } from "../helpers/waiting.ts";
import { ALL } from "../linked/raw.ts";

/** A feature with what a test gives it. */
function feature(name: string, more: Partial<PluggedFeature> = {}): PluggedFeature {
  return { name, begin: () => undefined, ...more };
}

/** A feature whose kinds of messages note what they take. */
function noting(name: string, kinds: Record<number, Partial<MessageKind>>) {
  const taken: unknown[][] = [];
  const made = Object.entries(kinds).map(([number, kind]) => {
    const take = (message: unknown[]) => void taken.push(message);
    return [number, { take, ...kind }] as const;
  });
  return { taken, feature: feature(name, { kinds: Object.fromEntries(made) }) };
}

function using(use: readonly PluggedFeature[], more: Partial<SessionOptions> = {}): SessionOptions {
  return { use, features: [...ALL, ...use.map(({ name }) => name)], ...more };
}

const RICH = { values: "structured" } as const;
const STRUCTURED = structured as unknown as PluggedFeature;

Deno.test("begin() is told whether the feature was agreed on, plain peers included", () => {
  const told: unknown[] = [];
  const begin: PluggedFeature["begin"] = (_, isAgreed, fields) => {
    told.push([isAgreed, fields]);
    return undefined;
  };
  const use = [feature("a", { begin })];
  const fields = { ticket: 7 };
  playedSession({ use, features: ["frames", "a"], fields });
  playedSession({ use, features: ["frames"] });
  playedSession({ use, wire: "plain" });
  playedSession({ use: [feature("a", { begin, isEncoding: true })], values: "a" });
  playedSession({ use: [feature("a", { begin, isEncoding: true })], features: ["frames", "a"] });
  assertEquals(told, [[true, fields], [false, {}], [false, {}], [true, {}], [false, {}]]);
});

Deno.test("kindsOf() gives all sessions one table when features have no kinds, or none is agreed on", () => {
  const own = noting("own", { 40: {} }).feature;
  const agreement = agreementOf(["frames"], "json");
  assertStrictEquals(kindsOf([], agreement), KINDS);
  assertStrictEquals(kindsOf([STRUCTURED, feature("a")], agreement), KINDS);
  assertStrictEquals(kindsOf([own], agreement), KINDS);
});

Deno.test("kindsOf() gives sessions of one agreement one table, and those of other features another", () => {
  const own = noting("own", { 40: {} }).feature;
  const other = noting("own", { 40: {}, 80: {} }).feature;
  const agreement = agreementOf(["frames", "own"], "json");
  const table = kindsOf([own], agreement);
  assertStrictEquals(kindsOf([feature("a"), own], agreement), table);
  assertEquals([table[40], table[0], table[66]], [own.kinds![40], KINDS[0], KINDS[66]]);
  assertEquals([KINDS[40], table[80]], [undefined, undefined]);
  const another = kindsOf([other], agreement);
  assertEquals([another[40], another[80]], [other.kinds![40], other.kinds![80]]);
  assertEquals(kindsOf([own], agreement)[40], own.kinds![40]);
});

Deno.test("Session hands a message to its kind, in a frame and in a batch, and counts those below 64", () => {
  const { taken, feature } = noting("own", { 40: {}, 80: {} });
  const { session, heard } = playedSession(using([feature]));
  session.text("[40,1]");
  session.text('[[0,1,"f",[]],[80,2],[40,3,{}],[80,4]]');
  assertEquals(taken, [[40, 1], [80, 2], [40, 3, {}], [80, 4]]);
  assertEquals([heard.length, session.received], [1, 3]);
});

for (const features of [["frames"], ["frames", "own"]]) {
  const isAgreed = features.includes("own");
  Deno.test(`Session ${isAgreed ? "takes" : "does not know"} kinds of a feature that was ${isAgreed ? "" : "not "}agreed on`, () => {
    const { taken, feature } = noting("own", { 40: {}, 80: {} });
    const { session, socket } = playedSession({ use: [feature], features });
    session.text("[80,1]"); // above 64 whatever is not known is ignored
    assertEquals([taken.length, socket.closes], [isAgreed ? 1 : 0, []]);
    session.text("[40,1]");
    assertEquals([taken.length, socket.closes], isAgreed ? [2, []] : [0, [1002]]);
  });
}

Deno.test("Session has messages of an ordered kind wait behind calls, and others not", async () => {
  const { taken, feature } = noting("own", { 40: { isOrdered: true }, 41: {} });
  const { session, socket, heard } = playedSession(using([feature], { limits: { sendBytes: 10 } }));
  socket.bufferedAmount = 100; // the peer does not read, and calls wait
  session.text('[[0,1,"f",[]],[40,1],[41,2],[0,2,"f",[]]]');
  assertEquals([heard, taken], [[], [[41, 2]]]);
  socket.bufferedAmount = 0;
  await until(() => heard.length === 2, "the calls are begun");
  assertEquals([heard.length, taken], [2, [[41, 2], [40, 1]]]);
  socket.ends();
});

Deno.test("Session closes with 1002 when a kind throws, and takes nothing more of the frame", () => {
  const taken: unknown[] = [];
  const take = ([, value]: unknown[]) => {
    taken.push(value);
    if (value === 2) throw new TypeError("this is no value for it");
  };
  const { session, socket } = playedSession(using([feature("own", { kinds: { 40: { take } } })]));
  session.text("[[40,1],[40,2],[40,3]]");
  assertEquals([taken, socket.closes], [[1, 2], [1002]]);
});

Deno.test("Session undoes marks and bytes of the value of a kind, and tells its length when all is there", () => {
  const { taken, feature: own } = noting("own", { 40: { value: 1 }, 41: {} });
  const sizes: number[] = [];
  const read = feature("read", { begin: () => ({ read: (size) => void sizes.push(size) }) });
  const { session } = playedSession(using([own, read, STRUCTURED], RICH));
  const dated = '[40,{"at":0},[0,[["at"],"d"]]]';
  const withBytes = '[40,null,[1,[[],"b","Uint8Array",0]],7]';
  session.text(dated);
  session.text(withBytes);
  assertEquals([taken.length, session.received, sizes], [1, 1, [dated.length]]);
  session.binary(new Uint8Array([1, 2]).buffer);
  session.text('[41,0,[0,[[],"d"]]]'); // has no value: what stands there is its own
  assertEquals(taken.map(([, value]) => value), [{ at: new Date(0) }, new Uint8Array([1, 2]), 0]);
  assertEquals(taken[1]![3], 7);
  assertEquals([session.received, sizes.length, sizes[1]], [3, 3, withBytes.length + 2]);
});

Deno.test("stateOf() finds what a feature's hooks have brought, and is a fault of the frame otherwise", () => {
  class State {}
  const state = new State();
  const use = [
    feature("a", { begin: () => ({ state: {} }) }),
    feature("b", { begin: () => ({ state }) }),
  ];
  assertStrictEquals(playedSession(using(use)).session.stateOf(State), state);
  assertThrows(() => playedSession().session.stateOf(State), FrameError);
});

Deno.test("sendValue() sends behind what was sent before it, with marks and bytes where they are agreed on", async () => {
  const value = [new Date(0), new Uint8Array([7])];
  const json = playedSession();
  const rich = playedSession({ use: [structured], values: "structured" });
  for (const { session } of [json, rich]) {
    session.call(callOf(["first"]));
    session.sendValue("40,1", value, "item");
    session.sendValue("40,2", undefined, "item");
  }
  await microtasks();
  const first = '[0,7,"a.b",["first"]]';
  assertEquals(json.socket.sent, [
    `[${first},[40,1,["1970-01-01T00:00:00.000Z",{"0":7}]],[40,2,null]]`,
  ]);
  assertEquals(rich.socket.sent, [
    first,
    '[40,1,[0,null],[1,[[0],"d"],[[1],"b","Uint8Array",0]]]',
    new Uint8Array([7]),
    '[40,2,null,[0,[[],"u"]]]',
  ]);
});

Deno.test("Session encodes by the last encoding that was agreed on, and by none that was not", () => {
  const encoding = (name: string, isAlways = false): PluggedFeature => {
    const values: SessionHooks["values"] = {
      encode: () => ({ text: `"${name}"`, marks: undefined, bytes: [] }),
      read: () => false,
      binary() {},
      reset() {},
    };
    return feature(name, {
      isEncoding: true,
      begin: (_, isAgreed) => isAgreed || isAlways ? { values } : undefined,
    });
  };
  const nameOf = (...use: PluggedFeature[]) =>
    playedSession({ use, values: "b" }).session.values?.encode(1, "value").text;
  assertEquals(nameOf(encoding("a"), encoding("b")), '"b"');
  assertEquals(nameOf(encoding("b"), encoding("a")), '"b"');
  assertEquals(nameOf(encoding("a")), undefined);
  assertEquals(nameOf(encoding("b"), encoding("a", true)), '"a"');
});

/** A class that a feature tells by a number, and what is lent. */
class Handle {
  constructor(readonly id: number, readonly isBad = false) {}
}

/** A feature that lends handles, and functions as handle 0: `log` is what it was asked. */
function lending(decoded: { isGood: boolean } = { isGood: true }) {
  const log: unknown[] = [];
  const lent = new Set<number>();
  let half: number[] = [];
  const marks: NonNullable<SessionHooks["marks"]> = {
    types: ["hand", "f"],
    encode(value, refuse) {
      if (typeof value === "function") return ["f"];
      if (!(value instanceof Handle)) return undefined;
      if (value.isBad) refuse("this handle can't be lent");
      lent.add(value.id);
      half.push(value.id);
      return ["hand", value.id, { more: 1 }];
    },
    encoded(isSent) {
      log.push(["encoded", isSent]);
      if (!isSent) { for (const id of half) lent.delete(id); }
      half = [];
    },
    decode([type, ...rest], message) {
      log.push(["decode", type, ...rest, message[1]]);
      if (!decoded.isGood) throw new RangeError("no such handle");
      return new Handle(type === "f" ? 0 : rest[0] as number);
    },
    decoded: (isTaken) => void log.push(["decoded", isTaken]),
  };
  const feature: PluggedFeature = {
    name: "lending",
    needs: ["structured"],
    begin: (_, isAgreed) => isAgreed ? { marks } : undefined,
  };
  return { log, lent, feature };
}

function lendingSession(decoded?: { isGood: boolean }, more: PluggedFeature[] = []) {
  const { feature, ...lender } = lending(decoded);
  const use = [STRUCTURED, feature, ...more];
  return { ...lender, ...playedSession(using(use, { values: "structured" })) };
}

Deno.test("MarkTypes tells functions and instances wherever they stand, beside other marks", async () => {
  const { session, socket, log, lent } = lendingSession();
  session.call(callOf([() => 1, { at: new Map([[1, new Handle(5)]]) }, new Date(0)]));
  session.reply({ uid: 1, success: true, value: new Handle(6) }, () => {});
  session.sendValue("40,1", [new Handle(7)], "item");
  await microtasks();
  const frames = [
    '[0,7,"a.b",[null,{"at":[[1,null]]},0],[0,[[0],"f"],[[1,"at"],"m"],' +
    '[[1,"at",0,1],"hand",5,{"more":1}],[[2],"d"]]]',
    '[1,1,null,[0,[[],"hand",6,{"more":1}]]]',
    '[40,1,[null],[0,[[0],"hand",7,{"more":1}]]]',
  ];
  assertEquals(socket.sent, [`[${frames}]`]);
  assertEquals(log, Array(3).fill(["encoded", true]));
  assertEquals([...lent], [5, 6, 7]);
});

Deno.test("MarkTypes takes back what a value has lent when another part of it can't be sent", async () => {
  const { session, socket, log, lent } = lendingSession();
  for (
    const [value, message] of [
      [
        [new Handle(1), { a: [new Handle(2, true)] }],
        'Cannot encode "parameters[1].a[0]": this handle can\'t be lent',
      ],
      [
        [new Handle(1), Object(7)],
        'Cannot encode "parameters[1]": a boxed primitive can\'t be told: use the primitive',
      ],
      [
        [new Handle(1), {
          toJSON() {
            throw new RangeError("no");
          },
        }],
        'Cannot encode "parameters[1]": no',
      ],
    ] as const
  ) {
    const error = assertThrows(() => session.call(callOf([...value])), Error);
    assertEquals([error.name, error.message], ["EncodeError", message]);
    assertEquals([...lent], []);
  }
  const bad = { uid: 1, success: true, value: [new Handle(1), Object(7)] };
  assertThrows(() => session.reply(bad, () => {}), Error, '"result[1]"');
  session.call(callOf([new Handle(3)]));
  await microtasks();
  assertEquals(log, [...Array(4).fill(["encoded", false]), ["encoded", true]]);
  assertEquals([[...lent], socket.sent.length], [[3], 1]);
});

Deno.test("MarkTypes is not asked where numbers are all that is sent, or values are JSON", async () => {
  const rich = lendingSession();
  rich.session.call(callOf([1, 2]));
  rich.session.reply({ uid: 1, success: true, value: 3 }, () => {});
  const { feature, log, lent } = lending();
  const json = playedSession({ use: [STRUCTURED, feature], features: ALL });
  json.session.call(callOf([() => 1]));
  assertThrows(() => json.session.call(callOf([new Map()])), Error, "takes JSON alone");
  await microtasks();
  assertEquals([rich.log, log, lent.size], [[], [], 0]);
  assertEquals(json.socket.sent, ['[0,7,"a.b",[null],[0]]']);
});

Deno.test("MarkTypes decodes with the message, its bytes and its kind, and hears that it was taken", () => {
  const { taken, feature: own } = noting("own", { 40: { value: 2 } });
  const { session, heard, log } = lendingSession(undefined, [own]);
  session.text('[0,8,"f",[{"a":null},0],[0,[[0,"a"],"hand",5],[[1],"d"]]]');
  session.text('[1,9,null,[0,[[],"f"]]]');
  session.text('[40,10,[null,null],[1,[[0],"hand",6],[[1],"b","Uint8Array",0]]]');
  assertEquals(taken.length, 0);
  session.binary(new Uint8Array([1]).buffer);
  assertEquals(log, [
    ...[["decode", "hand", 5, 8], ["decoded", true]],
    ...[["decode", "f", 9], ["decoded", true]],
    ...[["decode", "hand", 6, 10], ["decoded", true]],
  ]);
  const [call, result] = heard as unknown as [{ args: unknown[] }, { value: unknown }];
  assertEquals(call.args, [{ a: new Handle(5) }, new Date(0)]);
  assertEquals(result.value, new Handle(0));
  assertEquals(taken[0]![2], [new Handle(6), new Uint8Array([1])]);
});

for (
  const [what, isGood, marks] of [
    ["it throws", false, '[[0],"hand",5]'],
    ["another mark is not valid", true, '[[0],"hand",5],[[1],"i"]'],
    ["a type is nobody's", true, '[[0],"hand",5],[[1],"arm"]'],
    ["a class takes no such value", true, '[[0],"hand",5],[[1],"o","Money"]'],
  ] as const
) {
  Deno.test(`MarkTypes hears that a message was refused, which goes on alone, when ${what}`, () => {
    const { session, socket, heard, log } = lendingSession({ isGood });
    session.text(`[0,8,"f",[null,1],[0,${marks}]]`);
    session.text('[0,9,"f",[1]]');
    assertEquals(log.at(-1), ["decoded", false]);
    assertEquals(log.filter((one) => (one as string[])[0] === "decoded").length, 1);
    const [refused, good] = heard as { args: unknown }[];
    assertEquals([Array.isArray(refused!.args), good!.args], [false, [1]]); // `serve` refuses it
    session.text(`[1,3,[null,1],[0,${marks}]]`);
    const { success, value } = heard.at(-1) as { success: unknown; value: unknown };
    assertEquals(success, undefined); // `settle` rejects the call
    assert(value instanceof Error);
    assertEquals(socket.closes, []);
  });
}

Deno.test("MarkTypes can't be named by a peer whose session has none of its types", () => {
  const { session, heard } = playedSession({ use: [structured], values: "structured" });
  session.text('[1,3,null,[0,[[],"hand",5]]]');
  assertEquals((heard[0] as { success: unknown }).success, undefined);
});
