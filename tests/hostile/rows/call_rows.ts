import { type Gets, hears, pauses, type Row, says, type Step, tells } from "../row.ts";

const MALFORMED = "the message is malformed";

/** The return of a plain call that was refused. */
export function refusal(
  uid: number | null,
  path: string,
  why: string,
  name = "RefusedError",
): string {
  const value = { name, message: `Cannot call "${path}": ${why}` };
  return JSON.stringify({ uid, success: false, value });
}

/** The same at both ends, whoever is called. */
export function both(reason: string, does: readonly Step[], gets: Gets): Row {
  return { reason, does, gets: { accepted: gets, taken: gets } };
}

/** A call that can be named, and not be carried out: it is answered, because its caller waits. */
function malformed(reason: string, call: object, path = ""): Row {
  return both(reason, [tells({ uid: 5, ...call })], {
    texts: [refusal(5, path, MALFORMED)],
    events: ["refused"],
  });
}

/** A call that can't be named: nobody waits for its return. */
function unnamed(reason: string, text: string): Row {
  return both(reason, [says(text)], {});
}

function answered(reason: string, call: string, ...texts: readonly string[]): Row {
  return both(reason, [says(call)], { texts });
}

const call = (uid: string, rest = '"listener":"echo","parameters":[{"value":1}]'): string =>
  `{"uid":${uid},${rest}}`;
const returned = (uid: number, value: unknown): string =>
  JSON.stringify({ uid, success: true, value });

/** The fields of a call, each with what it must not be. */
export const callRows: readonly Row[] = [
  malformed("A call without a parameter list", { listener: "echo" }, "echo"),
  malformed("A call whose parameters are null", { listener: "echo", parameters: null }, "echo"),
  malformed(
    "A call whose parameters are a string",
    { listener: "echo", parameters: "abc" },
    "echo",
  ),
  malformed("A call whose parameters are a number", { listener: "echo", parameters: 7 }, "echo"),
  malformed("A call whose parameters are an array-like object", {
    listener: "echo",
    parameters: { length: 1, 0: { value: 1 } },
  }, "echo"),
  malformed("A parameter that is null", { listener: "echo", parameters: [null] }, "echo"),
  malformed(
    "A bare value in place of a parameter object",
    { listener: "echo", parameters: [7] },
    "echo",
  ),
  malformed("A valid parameter followed by a string", {
    listener: "echo",
    parameters: [{ value: 1 }, "x"],
  }, "echo"),
  malformed("A path that is null", { listener: null, parameters: [] }),
  malformed("A path that is a number", { listener: 7, parameters: [] }),
  malformed("A path that is a list of names", { listener: ["nested", "deep"], parameters: [] }),
  malformed("A path that is an object", { listener: { toString: "echo" }, parameters: [] }),
  malformed("A path that is true", { listener: true, parameters: [] }),
  unnamed("A call without a uid", '{"listener":"echo","parameters":[]}'),
  unnamed("A call whose uid is a text of a number", call('"5"')),
  unnamed("A call whose uid is a list of a number", call("[5]")),
  unnamed("A call whose uid is null", call("null")),
  unnamed("A call whose uid is true, which is 1 to some", call("true")),
  unnamed("A call whose uid is an object", call('{"valueOf":5}')),
  answered("A call whose uid is negative: its caller chose it", call("-5"), returned(-5, 1)),
  answered("A call whose uid is a fraction", call("5.5"), returned(5.5, 1)),
  answered(
    "A call whose uid is larger than all that are exact",
    call("9007199254740993"),
    returned(9007199254740992, 1),
  ),
  answered("A call whose uid is minus zero", call("-0"), returned(0, 1)),
  unnamed("A call whose uid is beyond all numbers, so that no return can name it", call("1e999")),
  answered(
    "A uid twice in one call: the last counts, as JSON has it",
    '{"uid":4,"uid":5,"listener":"echo","parameters":[{"value":1}]}',
    returned(5, 1),
  ),
  answered(
    "A path twice in one call: the last counts",
    call("5", '"listener":"secret","listener":"echo","parameters":[{"value":1}]'),
    returned(5, 1),
  ),
  answered(
    "A call and a return in one message: it is a call",
    call("1", '"success":true,"value":9,"listener":"echo","parameters":[{"value":1}]'),
    returned(1, 1),
  ),
  answered(
    "A field that says how a message becomes JSON",
    call("5", '"toJSON":"x","listener":"echo","parameters":[{"value":1}]'),
    returned(5, 1),
  ),
  answered(
    "A parameter whose type lies about its value",
    call("5", '"listener":"typeOf","parameters":[{"type":"function","value":1}]'),
    returned(5, "number"),
  ),
  answered(
    "A parameter whose type is none that there is",
    call("5", '"listener":"typeOf","parameters":[{"type":"💣","value":"a"}]'),
    returned(5, "string"),
  ),
  answered(
    "A parameter without a value: it is undefined, and counts",
    call("5", '"listener":"count","parameters":[{},{}]'),
    returned(5, 2),
  ),
  answered(
    "A parameter that is a list, which has no value",
    call("5", '"listener":"typeOf","parameters":[[1]]'),
    returned(5, "undefined"),
  ),
  answered(
    "A parameter whose value would be a prototype",
    call("5", '"listener":"typeOf","parameters":[{"__proto__":{"value":1}}]'),
    returned(5, "undefined"),
  ),
  answered(
    "Fields that nobody knows, beside those of a call",
    call("5", '"listener":"echo","parameters":[{"value":1}],"deadline":-1,"cancel":true,"quiet":1'),
    returned(5, 1),
  ),
  answered(
    "More parameters than the function takes",
    call("5", `"listener":"echo","parameters":[${Array(4_000).fill('{"value":1}')}]`),
    returned(5, 1),
  ),
  both("A thousand calls under one uid: each is carried out, and answered under it", [
    says(...Array(1_000).fill(call("5"))),
  ], { texts: Array(1_000).fill(returned(5, 1)) }),
  both("A second call under the uid of one that still runs", [
    says(call("5", '"listener":"later","parameters":[{"value":30},{"value":"slow"}]'), call("5")),
  ], { texts: [returned(5, 1), returned(5, "slow")] }),
  both("The question whether anyone is there, which a plain peer asks", [
    says('{"uid":0,"listener":"$","parameters":[]}'),
  ], { texts: [/^\{"uid":0,"success":false,/] }),
  both("A hundred calls, then a reset of none of them: all are answered", [
    says(...Array.from({ length: 100 }, (_, at) => call(String(at + 1)))),
    hears(100),
  ], { texts: Array.from({ length: 100 }, (_, at) => returned(at + 1, 1)) }),
  both("A function that fails: its error's fields travel, its cause and its stack do not", [
    says(call("5", '"listener":"fails","parameters":[]')),
  ], {
    texts: [
      '{"uid":5,"success":false,"value":{"code":7,"name":"RangeError","message":"it failed"}}',
    ],
  }),
  both("A result that JSON has no word for, a bigint", [
    says(call("5", '"listener":"bigint","parameters":[]')),
  ], {
    texts: [
      /^\{"uid":5,"success":false,"value":\{"name":"EncodeError",.*encode \\"result\\": .*\}\}$/,
    ],
    events: ["error"],
  }),
  both("A result that holds itself", [says(call("5", '"listener":"circle","parameters":[]'))], {
    texts: [/^\{"uid":5,"success":false,"value":\{"name":"EncodeError",.*result\.inside\.circle/],
    events: ["error"],
  }),
  both("A result whose getter throws", [says(call("5", '"listener":"getter","parameters":[]'))], {
    texts: [/^\{"uid":5,"success":false,"value":\{"name":"EncodeError",.*this getter always fails/],
    events: ["error"],
  }),
  both("A result that is two hundred thousand lists inside each other", [
    says(call("5", '"listener":"deep","parameters":[{"value":200000}]')),
  ], {
    texts: [/^\{"uid":5,"success":false,"value":\{"name":"EncodeError",.*nested too deeply/],
    events: ["error"],
  }),
  both("A function that gives nothing", [says(call("5", '"listener":"nothing","parameters":[]'))], {
    texts: ['{"uid":5,"success":true}'],
  }),
  both("A function that gives a generator, which is an empty object in JSON", [
    says(call("5", '"listener":"stream","parameters":[]')),
  ], { texts: [returned(5, {})] }),
  both("A function that never ends: others are answered meanwhile", [
    says(call("4", '"listener":"never","parameters":[]'), call("5")),
  ], { texts: [returned(5, 1)] }),
  {
    reason: "A peer that leaves while its call still runs: the result is dropped",
    does: [
      says(call("5", '"listener":"later","parameters":[{"value":30},{"value":1}]')),
      (peer) => peer.frame({ opcode: 8 }),
      pauses(60),
    ],
    gets: { accepted: { end: 1005 }, taken: { end: 1005 } },
  },
  {
    reason: "A call to an end that offers nothing at all",
    handler: "nothing",
    does: [says(call("5"), call("6", '"listener":"","parameters":[]'))],
    gets: {
      accepted: {
        texts: [
          refusal(5, "echo", "the function doesn't exist, or peers can't call it"),
          refusal(6, "", "the function doesn't exist, or peers can't call it"),
        ],
        events: ["refused", "refused", "refused"],
        offersNothing: true,
      },
    },
  },
];
