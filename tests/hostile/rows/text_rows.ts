import { type Gets, type Row, says, sends, type Step, tells } from "../row.ts";
import { joined } from "../wire/frames.ts";

/** Before the acceptance it is no header, and no answer to one. */
const NO_HEADER: Gets = { end: 1002, says: "The first frame isn't a header" };
const NO_SERVER: Gets = { refused: [1008, "the server doesn't speak this protocol"] };

/** Linked mode knows its frames: what is none ends the connection. */
const UNREADABLE: Gets = { end: 1002, says: "The frame can't be read", events: ["error"] };
const UNREADABLE_THERE: Gets = { ...UNREADABLE, end: 3002 };

function before(does: readonly Step[], reason: string, after: Row["gets"]): Row {
  return {
    reason,
    does,
    gets: { upgraded: NO_HEADER, greeted: NO_SERVER, undecided: {}, ...after },
  };
}

/** Text that is not JSON: a plain peer's is nobody's, one of linked mode is a fault. */
function noJson(reason: string, ...texts: readonly string[]): Row {
  const plain: Gets = { events: texts.map(() => "error") };
  return before([says(...texts)], reason, {
    undecided: { end: 1002, says: "The frame can't be read" },
    accepted: plain,
    taken: plain,
    linked: UNREADABLE,
    "taken linked": UNREADABLE_THERE,
  });
}

/** JSON that is no object: of no use to anyone. */
function noMessage(reason: string, text: string): Row {
  return before([says(text)], reason, {
    accepted: {},
    taken: {},
    linked: UNREADABLE,
    "taken linked": UNREADABLE_THERE,
  });
}

/** Messages of the plain wire that mean nothing: a header of `undefined` before the acceptance. */
function empty(reason: string, ...texts: readonly string[]): Row {
  return {
    reason,
    does: [says(...texts)],
    gets: {
      upgraded: { texts: ["1"] },
      accepted: {},
      greeted: NO_SERVER,
      taken: {},
      linked: UNREADABLE,
      "taken linked": UNREADABLE_THERE,
    },
  };
}

/** Texts that no message is made of. */
export const textRows: readonly Row[] = [
  noJson("An empty text frame", ""),
  noJson("Nothing but whitespace", " \n\t\r "),
  noJson("A plain word", "hello"),
  noJson("An object with unquoted keys", "{uid:1}"),
  noJson("Single quotes", "{'uid':1}"),
  noJson("A trailing comma", '{"uid":1,}'),
  noJson("A comment", '{"uid":1} // a call'),
  noJson("An object that does not end", '{"uid":1,"listener":"echo"'),
  noJson("A text inside that does not end", '{"uid":1,"listener":"ec'),
  noJson("Two objects in one frame", '{"uid":1}{"uid":2}'),
  noJson("Two objects in one frame, a line each", '{"uid":1}\n{"uid":2}'),
  noJson("NaN, which JSON has not", '{"uid":NaN}'),
  noJson("Infinity, which JSON has not", '{"uid":Infinity}'),
  noJson("undefined, which JSON has not", '{"uid":undefined}'),
  noJson("A number with a plus", '{"uid":+1}'),
  noJson("A number that begins with a zero", '{"uid":01}'),
  noJson("A number in the base of sixteen", '{"uid":0x10}'),
  noJson("A number that ends in its dot", '{"uid":1.}'),
  noJson("A control character inside a text", '{"uid":"a\u0001"}'),
  noJson("A null character behind an object", '{"uid":1}\0'),
  noJson("An escape that JSON has not", '{"uid":"\\x41"}'),
  noJson("Half an escape of a character", '{"uid":"\\u12"}'),
  noJson("A mark of byte order before an object", '\ufeff{"uid":1}'),
  noJson("A tag of HTML", "<html><script>alert(1)</script>"),
  noJson("A frame of socket.io", '42["hello"]'),
  noJson("Nothing but opening brackets, a hundred of them", "[".repeat(100)),
  noJson("A password alone in its frame, which no log may hold", "hunter2"),
  {
    ...noJson("Two hundred texts that are none", ...Array(200).fill("no")),
    gets: {
      accepted: { events: Array(200).fill("error") },
      taken: { events: Array(200).fill("error") },
      linked: { end: 1002, events: ["error"] },
      // what is still under way may take the close with it
      "taken linked": { end: "broken", closed: 3002, events: ["error"] },
    },
  },
  noMessage("null, which is an object to some", "null"),
  noMessage("A number", "7"),
  noMessage("A number that means acceptance to a connector, and nothing to anyone else", "1.0"),
  noMessage("A text as JSON", '"hello"'),
  noMessage("The word true alone", "true"),
  {
    ...noMessage("The 1 that accepts, once more", "1"),
    gets: { accepted: {}, taken: {}, linked: UNREADABLE, "taken linked": UNREADABLE_THERE },
  },
  {
    ...noMessage("The 1 that accepts, sent by a client before its header", "1"),
    gets: { upgraded: NO_HEADER },
  },
  before([says("[]")], "An empty list", {
    accepted: {},
    taken: {},
    linked: {},
    "taken linked": {},
  }),
  before([says("[null]")], "A list of nothing", {
    accepted: {},
    taken: {},
    linked: UNREADABLE,
    "taken linked": UNREADABLE_THERE,
  }),
  before([tells([{ uid: 1, listener: "echo", parameters: [] }])], "A list of calls in one frame", {
    accepted: {},
    taken: {},
    linked: UNREADABLE,
    "taken linked": UNREADABLE_THERE,
  }),
  empty("An object of nothing", "{}"),
  empty("An object of fields that nobody knows", '{"a":1,"b":[2]}'),
  empty("A prototype in the place of a message", '{"__proto__":{"uid":1,"listener":"echo"}}'),
  empty("A constructor in the place of a message", '{"constructor":{"prototype":{"uid":1}}}'),
  empty(
    "An object that says how it becomes JSON",
    '{"toJSON":"x","toString":1,"valueOf":2,"then":3}',
  ),
  empty("The keep-alive of a plain peer", '{"uid":0,"success":true}'),
  {
    reason: "A text whose bytes end in the middle of nothing, behind a whole message",
    does: [sends({ payload: joined(new TextEncoder().encode("{}"), [0xc2]) })],
    gets: { upgraded: { end: "broken" }, accepted: { end: "broken" }, taken: { end: "broken" } },
  },
];
