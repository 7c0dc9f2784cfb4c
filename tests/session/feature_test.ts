import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { structured } from "../../mod.ts";
import { agreementOf } from "../../src/session/agreement.ts";
import {
  type MessageKind,
  type PluggedFeature,
  type SessionHooks,
  stateOf,
} from "../../src/session/feature.ts";
import { KINDS, kindsOf, sendValue } from "../../src/session/linked.ts";
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
  assertStrictEquals(stateOf(playedSession(using(use)).session, State), state);
  assertThrows(() => stateOf(playedSession().session, State), FrameError);
});

Deno.test("sendValue() sends behind what was sent before it, with marks and bytes where they are agreed on", async () => {
  const value = [new Date(0), new Uint8Array([7])];
  const json = playedSession();
  const rich = playedSession({ use: [structured], values: "structured" });
  for (const { session } of [json, rich]) {
    session.call(callOf(["first"]));
    sendValue(session, { head: "40,1", value, what: "item" });
    sendValue(session, { head: "40,2", value: undefined, what: "item" });
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
