import {
  floods,
  type Gets,
  hears,
  type Outcome,
  pauses,
  type Row,
  says,
  sends,
  type Step,
} from "../row.ts";
import { OPCODE } from "../wire/frames.ts";

const UNREADABLE: Gets = { end: 1002, says: "The frame can't be read", events: ["error"] };
const MALFORMED = "the message is malformed";
const DEADLINE =
  /^\[2,5,\{.*"name":"DeadlineError","message":"Cannot call \\"echo\\": .* passed"\},\[\],1\]$/;
const NONE = "the function doesn't exist, or peers can't call it";

function both(reason: string, does: Step | readonly Step[], gets: Gets): Row {
  return { reason, does: [does].flat(), gets: { linked: gets, "taken linked": gets } };
}

/** No frame of linked mode: the end that understands it says so, and goes. */
function unreadable(reason: string, ...texts: readonly string[]): Row {
  const there: Gets = { ...UNREADABLE, end: 3002 };
  return { reason, does: [says(...texts)], gets: { linked: UNREADABLE, "taken linked": there } };
}

function answered(reason: string, text: string, ...texts: readonly (string | RegExp)[]): Row {
  return both(reason, says(text), { texts });
}

function refused(reason: string, text: string, path: string, why: string): Row {
  const value = { name: "RefusedError", message: `Cannot call "${path}": ${why}` };
  return both(reason, says(text), {
    texts: [JSON.stringify([2, 5, value, [], 1])],
    events: ["refused"],
  });
}

function ignored(reason: string, ...texts: readonly string[]): Row {
  return both(reason, says(...texts), {});
}

/** The attacked end has called `first` as 1 and `second` as 2, and both wait. */
function settled(reason: string, text: string, first: Outcome, second: Outcome = "waits"): Row {
  return {
    reason,
    handler: "calls",
    does: [says(text)],
    gets: { linked: { calls: [first, second] }, "taken linked": { calls: [first, second] } },
  };
}

/** The messages of linked mode, each place of them with what it must not be. */
export const linkedRows: readonly Row[] = [
  unreadable("A kind that is a text", '["0",5,"echo",[1]]'),
  unreadable("A kind that is not known, below those that may be", "[4,5]"),
  unreadable("The last kind below those that may be unknown", "[63,5]"),
  unreadable("A negative kind", "[-1,5]"),
  unreadable("A kind that is a fraction", "[0.5,5]"),
  unreadable("A kind that is null", "[null,5]"),
  unreadable("A kind that is a list of the right one", '[[[0],5,"echo",[1]]]'),
  unreadable(
    "A message of the plain wire, by a peer that has forgotten what was agreed on",
    '{"uid":5,"listener":"echo","parameters":[]}',
  ),
  unreadable("An object in a list of messages", "[{}]"),
  unreadable("A list of messages, one of which is a number", "[[64],7]"),
  unreadable("A list of messages inside a list of messages", "[[[64]]]"),
  unreadable("The 1 that accepts, which linked mode has not", "1"),
  unreadable("A second answer of the handshake", '{"accept":1,"link":{"version":1}}'),
  unreadable("Two frames' texts in one", "[64][64]"),
  answered("A call as it should be", '[0,5,"echo",[1]]', "[1,5,1]"),
  answered("A call in a list of one", '[[0,5,"echo",[1]]]', "[1,5,1]"),
  answered("Two calls in a list", '[[0,5,"echo",[1]],[0,6,"echo",[2]]]', "[[1,5,1],[1,6,2]]"),
  answered(
    "A call with places behind it that nobody knows",
    '[0,5,"echo",[1],[],null,0,"more",{}]',
    "[1,5,1]",
  ),
  answered(
    "A call whose undefined parameters are told",
    '[0,5,"typeOf",[null],[0]]',
    '[1,5,"undefined"]',
  ),
  answered(
    "A place of an undefined parameter that is behind all",
    '[0,5,"typeOf",[1],[7]]',
    '[1,5,"number"]',
  ),
  answered(
    "A place of an undefined parameter that is before all",
    '[0,5,"typeOf",[1],[-1]]',
    '[1,5,"number"]',
  ),
  answered(
    "A place of an undefined parameter that is the name of a method",
    '[0,5,"typeOf",[1],["push","length"]]',
    '[1,5,"number"]',
  ),
  answered(
    "Places of undefined parameters a hundred thousand times",
    `[0,5,"count",[1,2],[${Array(100_000).fill(1)}]]`,
    "[1,5,2]",
  ),
  answered(
    "Places of undefined parameters that are no list",
    '[0,5,"typeOf",[1],"0"]',
    '[1,5,"number"]',
  ),
  answered("A deadline that is no number", '[0,5,"echo",[1],[],"soon"]', "[1,5,1]"),
  answered("A deadline in a hundred thousand years", '[0,5,"echo",[1],[],1e15]', "[1,5,1]"),
  answered("A deadline beyond all numbers", '[0,5,"echo",[1],[],1e999]', "[1,5,1]"),
  answered("A deadline that has passed: the call is not begun", '[0,5,"echo",[1],[],-1]', DEADLINE),
  answered("A deadline further back than all numbers", '[0,5,"echo",[1],[],-1e999]', DEADLINE),
  answered(
    "A wish for no reply that is not the one there is",
    '[0,5,"echo",[1],[],null,true]',
    "[1,5,1]",
  ),
  ignored("A call for which no reply is wanted", '[0,5,"echo",[1],[],null,1]'),
  refused("A call without parameters", '[0,5,"echo"]', "echo", MALFORMED),
  refused("A call whose parameters are an object", '[0,5,"echo",{}]', "echo", MALFORMED),
  refused(
    "A call whose parameters are a text, which has a length too",
    '[0,5,"echo","ab"]',
    "echo",
    MALFORMED,
  ),
  refused("A call whose path is a number", "[0,5,7,[]]", "", MALFORMED),
  refused("A call whose path is null", "[0,5,null,[]]", "", MALFORMED),
  refused("A call to what is private", '[0,5,"_hidden",[]]', "_hidden", NONE),
  refused(
    "A call to a constructor, in the other wire",
    '[0,5,"echo.constructor",["return 1"]]',
    "echo.constructor",
    NONE,
  ),
  ignored("A call of nothing but its kind", "[0]"),
  ignored("A call whose uid is a text", '[0,"5","echo",[1]]'),
  ignored("A call whose uid is a list", '[0,[5],"echo",[1]]'),
  ignored("A call whose uid is null, in linked mode", '[0,null,"echo",[1]]'),
  ignored("An answer to a nudge that was never sent", "[65]"),
  both("A refused call for which no reply is wanted", says('[0,5,"missing",[],[],null,1]'), {
    events: ["refused"],
  }),
  ignored("A cancellation of a call that there is not", "[3,77]"),
  ignored("A cancellation without a uid", "[3]"),
  ignored("A cancellation of a text", '[3,"5"]'),
  ignored("A cancellation of an object", "[3,{}]"),
  both("A cancellation of a call that does not listen: it is answered all the same", [
    says('[0,5,"later",[20,"done"]]', "[3,5]"),
    hears(1),
  ], { texts: ['[1,5,"done"]'] }),
  both("A cancellation of a call that has been answered", [
    says('[0,5,"echo",[1]]'),
    hears(1),
    says("[3,5]", "[3,5]"),
  ], { texts: ["[1,5,1]"] }),
  ignored(
    "A cancellation ten thousand times, of what is not there",
    ...Array(10_000).fill("[3,1]"),
  ),
  both("A nudge, which is answered", says("[64]"), { texts: ["[65]"] }),
  both("A nudge with a hundred thousand places behind it", says(`[64,${Array(100_000).fill(0)}]`), {
    texts: ["[65]"],
  }),
  both("A thousand nudges, each of which is answered", [
    floods(1_000, { payload: "[64]" }),
    hears(1_000),
  ], { texts: Array(1_000).fill("[65]") }),
  ignored("Nudges in a list of messages, which answer nothing", "[[64],[64],[64]]"),
  ignored("A receipt for nothing", "[66,0]"),
  ignored("A receipt for fewer than nothing", "[66,-1000000]"),
  ignored("A receipt for all that there ever was", "[66,1e308]"),
  ignored("A receipt for a text", '[66,"all"]'),
  ignored("A receipt without a number", "[66]"),
  ignored("A kind that may be unknown", '[67,"a",{}]'),
  ignored("A kind that may be unknown, far beyond", "[1e300]"),
  ignored("A kind beyond all numbers", "[1e999]"),
  settled("A return in linked mode", '[1,1,"v"]', { value: "v" }),
  settled("A return without a value in linked mode", "[1,1]", {} as Outcome),
  settled("A throw in linked mode", '[2,1,{"name":"E","message":"no"}]', { error: "E: no" }),
  settled("A throw of nothing in linked mode", "[2,1]", { error: "thrown undefined" }),
  settled("Two returns of one call in a list", '[[1,1,"v"],[1,1,"w"]]', { value: "v" }),
  settled("Returns of both calls in a list, the other way round", '[[1,2,"b"],[1,1,"a"]]', {
    value: "a",
  }, { value: "b" }),
  settled("A return whose uid is a text in linked mode", '[1,"1","v"]', "waits"),
  settled("A return without a uid in linked mode", "[1]", "waits"),
  settled("A return of a call that was never made in linked mode", '[1,3,"v"]', "waits"),
  settled("A cancellation of a call of the other direction", "[3,1]", "waits"),
  both("A message for whose bytes one would have to wait, where bytes were not agreed on", [
    says('[0,5,"echo",[1],[1,[[0],"b","Uint8Array",0]]]'),
    sends({ opcode: OPCODE.binary, payload: "bytes" }),
  ], { texts: ["[1,5,1]"] }),
  both("Calls before and behind one that can't be read, in a list: the first may run", [
    says('[[0,5,"echo",[1]],7,[0,6,"echo",[2]]]'),
    pauses(10),
  ], { ...UNREADABLE, end: [1002, 3002], texts: [/^\[1,5,1\]$/] }),
];
