import { assert, assertEquals, assertThrows } from "@std/assert";
import { structured } from "../../mod.ts";
import type { PluggedFeature, SessionHooks } from "../../src/session/feature.ts";
import { callOf, playedSession } from "../helpers/session.ts";
import { microtasks } from "../helpers/waiting.ts";
import { ALL } from "../linked/raw.ts";
import { sendValue } from "../../src/session/linked.ts";

const STRUCTURED = structured as unknown as PluggedFeature;

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
  const features = [...ALL, ...use.map(({ name }) => name)];
  return { ...lender, ...playedSession({ use, features, values: "structured" }) };
}

Deno.test("MarkTypes tells functions and instances wherever they stand, beside other marks", async () => {
  const { session, socket, log, lent } = lendingSession();
  session.call(callOf([() => 1, { at: new Map([[1, new Handle(5)]]) }, new Date(0)]));
  session.reply({ uid: 1, success: true, value: new Handle(6) }, () => {});
  sendValue(session, { head: "40,1", value: [new Handle(7)], what: "item" });
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
        'Cannot encode "parameters[1]": boxed primitives can\'t be serialized. Use the primitive.',
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
  assertThrows(() => json.session.call(callOf([new Map()])), Error, "takes only JSON");
  await microtasks();
  assertEquals([rich.log, log, lent.size], [[], [], 0]);
  assertEquals(json.socket.sent, ['[0,7,"a.b",[null],[0]]']);
});

Deno.test("MarkTypes decodes with the message, its bytes and its kind, and hears that it was taken", () => {
  const taken: unknown[][] = [];
  const kind = { value: 2, take: (message: unknown[]) => void taken.push(message) };
  const own: PluggedFeature = { name: "own", kinds: { 40: kind }, begin: () => undefined };
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
