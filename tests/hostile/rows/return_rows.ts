import { type Gets, hears, type Outcome, type Row, says, tells } from "../row.ts";

/** The attacked end has called `first` as 1 and `second` as 2, and both wait. */
function settled(reason: string, texts: readonly string[], first: Outcome, second: Outcome): Row {
  const gets: Gets = { calls: [first, second] };
  return {
    reason,
    handler: "calls",
    does: [says(...texts)],
    gets: { accepted: gets, taken: gets },
  };
}

/** Of no effect: both still wait, until the connection ends. */
function ignored(reason: string, ...texts: readonly string[]): Row {
  return settled(reason, texts, "waits", "waits");
}

const returned = (uid: string, rest = '"success":true,"value":"v"'): string =>
  `{"uid":${uid},${rest}}`;
const malformed: Outcome = {
  error: 'MalformedReturn: Cannot read the return of "first": "success" isn\'t a boolean',
};
const thrown = (value: string): string => returned("1", `"success":false,"value":${value}`);

/** What is thrown at the caller's, as the attacked end sees it. */
function failed(reason: string, value: string, error: string): Row {
  return settled(reason, [thrown(value)], { error }, "waits");
}

/** Returns: right ones, wrong ones, and those of others. */
export const returnRows: readonly Row[] = [
  settled(
    "Two returns in the order of their calls",
    [returned("1"), returned("2")],
    { value: "v" },
    { value: "v" },
  ),
  settled("Two returns in the other order", [returned("2"), returned("1")], { value: "v" }, {
    value: "v",
  }),
  settled(
    "A return twice: the second is nobody's",
    [returned("1"), returned("1", '"success":true,"value":"w"')],
    { value: "v" },
    "waits",
  ),
  settled(
    "An error behind a return of the same call",
    [returned("1"), returned("1", '"success":false,"value":0')],
    { value: "v" },
    "waits",
  ),
  settled("A return a thousand times", Array(1_000).fill(returned("1")), { value: "v" }, "waits"),
  settled(
    "A return without a value: it is undefined",
    [returned("1", '"success":true')],
    {} as Outcome,
    "waits",
  ),
  settled(
    "A return of null",
    [returned("1", '"success":true,"value":null')],
    { value: null },
    "waits",
  ),
  settled(
    "A return whose value would be a promise",
    [returned("1", '"success":true,"value":{"then":1}')],
    { value: { then: 1 } },
    "waits",
  ),
  settled(
    "A return with fields that nobody knows",
    [returned("1", '"success":true,"value":"v","a":1')],
    { value: "v" },
    "waits",
  ),
  settled(
    "A uid twice in one return: the last counts",
    ['{"uid":2,"uid":1,"success":true,"value":"v"}'],
    { value: "v" },
    "waits",
  ),
  ignored("A return of a call that was never made", returned("3")),
  ignored("A return of call 0", returned("0")),
  ignored("A return of a negative call", returned("-1")),
  ignored("A return of half a call", returned("1.5")),
  ignored("A return whose uid is a text: it is no number", returned('"1"')),
  ignored("A return whose uid is a list of the right number", returned("[1]")),
  ignored("A return whose uid is true, which is 1 to some", returned("true")),
  ignored("A return whose uid is null", returned("null")),
  ignored(
    "A return whose uid is an object that would be 1",
    returned('{"valueOf":1,"toString":"1"}'),
  ),
  ignored("A return without a uid", '{"success":true,"value":"v"}'),
  ignored("A return whose uid is larger than all that are exact", returned("9007199254740993")),
  ignored("A return whose uid meets the right one in a ring of 4,096", returned("4097")),
  ignored("A return whose uid meets the right one in 32 bits", returned("4294967297")),
  ignored("A return as the prototype of a message", `{"__proto__":${returned("1")}}`),
  ignored("A list of returns in one frame", `[${returned("1")},${returned("2")}]`),
  settled(
    "A return whose success is a text",
    [returned("1", '"success":"true","value":"v"')],
    malformed,
    "waits",
  ),
  settled(
    "A return whose success is 1",
    [returned("1", '"success":1,"value":"v"')],
    malformed,
    "waits",
  ),
  settled("A return that tells no success", [returned("1", '"value":"v"')], malformed, "waits"),
  settled(
    "A return whose success is null",
    [returned("1", '"success":null,"value":"v"')],
    malformed,
    "waits",
  ),
  failed(
    "An error with a name and a message",
    '{"name":"TypeError","message":"no"}',
    "TypeError: no",
  ),
  failed(
    "An error that says that it is another one",
    '{"name":"WebSocketError","message":"no","status":1000}',
    "WebSocketError: no",
  ),
  failed(
    "An error with a prototype inside",
    '{"name":"E","message":"no","__proto__":{"x":1}}',
    "E: no",
  ),
  failed(
    "An error whose own fields would hide what errors can do",
    '{"name":"E","message":"no","toString":1,"constructor":2,"toJSON":3}',
    "E: no",
  ),
  failed("An error whose stack is a number", '{"name":"E","message":"no","stack":7}', "E: no"),
  failed(
    "An error whose causes have causes, a hundred deep",
    `${'{"name":"E","message":"no","cause":'.repeat(100)}1${"}".repeat(100)}`,
    "E: no",
  ),
  failed(
    "An error with a message of a hundred thousand characters",
    `{"name":"E","message":"${"m".repeat(100_000)}"}`,
    `E: ${"m".repeat(100_000)}`,
  ),
  settled("A thrown text, which is no error", [thrown('"no"')], { error: 'thrown "no"' }, "waits"),
  settled("A thrown null", [thrown("null")], { error: "thrown null" }, "waits"),
  settled(
    "A thrown nothing",
    [returned("1", '"success":false')],
    { error: "thrown undefined" },
    "waits",
  ),
  settled(
    "An error whose name is no text: it is a value like others",
    [thrown('{"name":7,"message":"no"}')],
    { error: 'thrown {"name":7,"message":"no"}' },
    "waits",
  ),
  {
    reason: "A call under the uid of a call of ours: the two directions do not meet",
    handler: "calls",
    does: [tells({ uid: 1, listener: "echo", parameters: [{ value: 2 }] }), hears(1)],
    gets: {
      accepted: { texts: ['{"uid":1,"success":true,"value":2}'], calls: ["waits", "waits"] },
      taken: { texts: ['{"uid":1,"success":true,"value":2}'], calls: ["waits", "waits"] },
    },
  },
  {
    reason: "A peer that breaks off while calls wait for it",
    handler: "calls",
    does: [(peer) => peer.reset()],
    gets: {
      accepted: {
        end: "broken",
        calls: bothFail("WebSocketError: The connection was lost"),
      },
      taken: {
        end: "broken",
        calls: bothFail("WebSocketError: The connection was lost"),
      },
    },
  },
  {
    reason: "A peer that closes while calls wait for it, normally",
    handler: "calls",
    does: [(peer) => peer.frame({ opcode: 8 })],
    gets: {
      accepted: {
        end: 1005,
        calls: bothFail("ConnectionClosedError: The connection has been closed"),
      },
      taken: {
        end: 1005,
        calls: bothFail("ConnectionClosedError: The connection has been closed"),
      },
    },
  },
];

function bothFail(error: string): readonly [Outcome, Outcome] {
  return [{ error }, { error }];
}
