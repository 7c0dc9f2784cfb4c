import { offerOf } from "../../helpers/handshake.ts";
import { type Gets, type Row, says, sends, type Step } from "../row.ts";
import { OPCODE } from "../wire/frames.ts";

const HEADER = offerOf({ values: ["structured", "json"] });

function row(reason: string, does: readonly Step[], linked: Gets): Row {
  return { reason, server: "told", header: HEADER, does, gets: { linked } };
}

/** A call of one parameter with such marks. */
const call = (value: string, marks: string, path = "typeOf"): string =>
  `[0,5,"${path}",[${value}],[${marks}]]`;

/** Marks that are none: this call is refused, and nothing else happens. */
function refused(reason: string, value: string, marks: string): Row {
  const message = 'Cannot call "typeOf": the message is malformed';
  return row(reason, [says(call(value, marks))], {
    texts: [JSON.stringify([2, 5, { name: "RefusedError", message }, [], 1])],
    events: ["refused"],
  });
}

function taken(reason: string, value: string, marks: string, back = '"object"'): Row {
  return row(reason, [says(call(value, marks))], { texts: [`[1,5,${back}]`] });
}

const bytes = (payload: string): Step => sends({ opcode: OPCODE.binary, payload });
const MISSING: Gets = { end: 1002, says: "The frame can't be read", events: ["error"] };

/** Values beyond JSON: what stands beside them, and what must not. */
export const structuredRows: readonly Row[] = [
  taken("A date as it should be", "0", '0,[[0],"d"]'),
  taken("A date that is none: it is an invalid one", '"x"', '0,[[0],"d"]'),
  taken("A list that holds itself", "[null]", '0,[[0,0],"=",[0]]'),
  taken(
    "A field that would be a prototype, with a date in it",
    '{"__proto__":0}',
    '0,[[0,"__proto__"],"d"]',
  ),
  taken("A map, one of whose keys is the map", "[[0,1]]", '0,[[0],"m"],[[0,0,0],"=",[0]]'),
  taken(
    "An error whose fields would hide what errors can do",
    '{"name":"E","message":"m","toString":1}',
    '0,[[0],"e"]',
  ),
  taken(
    "An error that is its own cause",
    '{"name":"E","message":"m","cause":null}',
    '0,[[0],"e"],[[0,"cause"],"=",[0]]',
  ),
  taken("A list with holes, one of them twice", "[1,2]", '0,[[0],"h",[0,0]]'),
  refused("A type that nobody knows", "0", '0,[[0],"z"]'),
  refused("A type that is no text", "0", "0,[[0],7]"),
  refused("A type of the program's own that nobody named", "0", '0,[[0],"o","Account"]'),
  refused("A type of the name of what every object has", "0", '0,[[0],"o","constructor"]'),
  refused("A mark that is no list", "0", "0,7"),
  refused("A mark without a path", "0", '0,["d"]'),
  refused("A path to what is not there", "0", '0,[[1],"d"]'),
  refused("A path through a number", "0", '0,[[0,0],"d"]'),
  refused("A path through a text", '"abc"', '0,[[0,0],"d"]'),
  refused("A path to a method of a list", "[]", '0,[[0,"push"],"d"]'),
  refused("A path to the prototype of an object", "{}", '0,[[0,"__proto__"],"d"]'),
  refused(
    "A path to the prototype of a constructor",
    "{}",
    '0,[[0,"constructor","prototype"],"d"]',
  ),
  refused("A step of a path that is a list", "{}", '0,[[0,["a"]],"d"]'),
  refused("A reference to what is not there", "0", '0,[[0],"=",[7]]'),
  refused("A reference that is no path", "0", '0,[[0],"=",0]'),
  refused("A map of what is no list", "{}", '0,[[0],"m"]'),
  refused("A map with an entry that is none", "[1]", '0,[[0],"m"]'),
  refused("A set of what is no list", '"abc"', '0,[[0],"s"]'),
  refused("A bigint that is none", '"1e3"', '0,[[0],"i"]'),
  refused("A bigint of a million digits", `"${"9".repeat(1_000_000)}"`, '0,[[0],"i"]'),
  refused("A number that JSON can tell, told as one that it can't", '"7"', '0,[[0],"n"]'),
  refused("A pattern that is none", '["(","g"]', '0,[[0],"r"]'),
  refused("A pattern with flags that are none", '["a","zz"]', '0,[[0],"r"]'),
  refused("An address that is none", '"nowhere"', '0,[[0],"l"]'),
  refused("Bytes that were not sent", "null", '0,[[0],"b","Uint8Array",0]'),
  refused("Holes in what is no list", "{}", '0,[[0],"h",[0]]'),
  refused("A hole that would make a list of two milliards", "[]", '0,[[0],"h",[2147483648]]'),
  row("Bytes of a class that has none", [
    says(call("null", '1,[[0],"b","Function",0]')),
    bytes("x"),
  ], {
    texts: [/^\[2,5,\{"name":"RefusedError"/],
    events: ["refused"],
  }),
  row("Bytes that do not fit the class that they are of", [
    says(call("null", '1,[[0],"b","Float64Array",0]')),
    bytes("123"),
  ], { texts: [/^\[2,5,\{"name":"RefusedError"/], events: ["refused"] }),
  row("Bytes that nobody has announced", [bytes("x")], {}),
  row("A call where bytes were announced", [
    says(call("null", '1,[[0],"b","Uint8Array",0]'), '[0,6,"echo",[1]]'),
  ], MISSING),
  row("What keeps a connection going, between a message and its bytes", [
    says(call("null", '1,[[0],"b","Uint8Array",0]'), "[64]", "[65]", "[67]"),
    bytes("x"),
  ], { texts: ["[65]", '[1,5,"object"]'] }),
  row("A call where the second of two bytes was announced", [
    says(call("null", '2,[[0],"b","Uint8Array",0],[[],"b","Uint8Array",1]')),
    bytes("x"),
    says('[0,6,"echo",[1]]'),
  ], MISSING),
  row("A message with bytes in a list of messages", [
    says(`[${call("null", '1,[[0],"b","Uint8Array",0]')}]`),
  ], { end: 1002, says: "The frame can't be read", events: ["error"] }),
  refused("Bytes that are announced a milliard times", "null", "1000000000"),
  refused("A number of bytes that is a fraction", "null", '0.5,[[0],"b","Uint8Array",0]'),
  refused("A number of bytes that is negative", "7", "-1"),
];
