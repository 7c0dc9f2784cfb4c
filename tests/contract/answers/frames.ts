/** A frame as a hostile or broken peer sends it: a text or bytes as they are, else as JSON. */
export type Frame = unknown;

/** A frame by what is wrong with it. */
export type Row = readonly [what: string, frame: Frame];

const MEBIBYTE = 2 ** 20;

/** First frames that are no header. */
export const NO_HEADERS: readonly Row[] = [
  ["no JSON", "hello"],
  ["empty", ""],
  ["half an object", '{"header":'],
  ["null", null],
  ["a list", []],
  ["a list with a header in it", [{ header: 1 }]],
  ["a number", 7],
  ["an acceptance", "1"],
  ["a text", '"header"'],
  ["true", true],
  ["behind a byte order mark", '\ufeff{"header":1}'],
  ["binary", new TextEncoder().encode('{"header":1}')],
  ["a mebibyte of [", "[".repeat(MEBIBYTE)],
  ["a mebibyte of {", '{"a":'.repeat(MEBIBYTE / 5)],
];

/** Answers to a header that are none of this protocol. */
export const NO_ANSWERS: readonly Row[] = [
  ["no JSON", "hello"],
  ["empty", ""],
  ["another number", "2"],
  ["an acceptance with a space", "1 "],
  ["an acceptance as a text", '"1"'],
  ["an acceptance in a list", "[1]"],
  ["null", null],
  ["an object", {}],
  ["a header", { header: 1 }],
  ["a refusal of a kind", { accept: 0 }],
  ["a call", { uid: 1, listener: "plus", parameters: [] }],
  ["binary", new Uint8Array([0x31])],
  ["a mebibyte of [", "[".repeat(MEBIBYTE)],
];

/** Frames of no use on an open plain connection: nobody is answered, and nothing else happens. */
export const USELESS: readonly Row[] = [
  ["no JSON", "hello"],
  ["empty", ""],
  ["half an object", '{"uid":1'],
  ["null", null],
  ["a list", []],
  ["a list of a call", [{ uid: 1, listener: "plus", parameters: [] }]],
  ["a number", 7],
  ["a second acceptance", "1"],
  ["a text", '"plus"'],
  ["true", true],
  ["an empty object", {}],
  ["a second header", { header: null }],
  ["binary", new TextEncoder().encode('{"uid":1,"listener":"plus","parameters":[]}')],
  ["a call without a uid", { listener: "plus", parameters: [] }],
  ["a call whose uid is a text", { uid: "7", listener: "plus", parameters: [] }],
  ["a call whose uid is a list", { uid: [7], listener: "plus", parameters: [] }],
  ["a call whose uid is null", { uid: null, listener: "plus", parameters: [] }],
  ["a call whose uid is an object", { uid: {}, listener: "plus", parameters: [] }],
  ["a return for an unknown uid", { uid: 99, success: true, value: 1 }],
  ["a return without a uid", { success: true, value: 1 }],
  ["a return for uid 0", { uid: 0, success: true }],
  ["a return for a uid below 0", { uid: -1, success: false, value: 1 }],
  ["a return for half a uid", { uid: 0.5, success: true, value: 1 }],
];

/** Calls that are answered with a refusal: their uid can be read. */
export const REFUSED: readonly Row[] = [
  ["no parameters", { uid: 7, listener: "plus" }],
  ["null for parameters", { uid: 7, listener: "plus", parameters: null }],
  ["a text for parameters", { uid: 7, listener: "plus", parameters: "ab" }],
  ["a number for parameters", { uid: 7, listener: "plus", parameters: 2 }],
  ["an object for parameters", { uid: 7, listener: "plus", parameters: { length: 2 } }],
  ["a parameter that is null", { uid: 7, listener: "plus", parameters: [null, null] }],
  ["a parameter that is a number", { uid: 7, listener: "plus", parameters: [1, 2] }],
  ["a path that is a number", { uid: 7, listener: 1, parameters: [] }],
  ["a path that is null", { uid: 7, listener: null, parameters: [] }],
  ["a path that is a list", { uid: 7, listener: ["plus"], parameters: [] }],
  ["a path that is an object", { uid: 7, listener: {}, parameters: [] }],
  ["an empty path", { uid: 7, listener: "", parameters: [] }],
  ["a path of a dot", { uid: 7, listener: ".", parameters: [] }],
  ["a path with an empty name", { uid: 7, listener: "a..b", parameters: [] }],
  ["a path that is not there", { uid: 7, listener: "absent", parameters: [] }],
  ["a forbidden path", { uid: 7, listener: "constructor.constructor", parameters: [] }],
  ["a path of 5,000 names", { uid: 7, listener: "a.".repeat(5_000) + "a", parameters: [] }],
  ["a path of a mebibyte", { uid: 7, listener: "p".repeat(MEBIBYTE), parameters: [] }],
];

/** Uids that are numbers, however odd: the answer carries the same. */
export const ODD_UIDS: readonly number[] = [0, -1, 1.5, 1e300, Number.MAX_SAFE_INTEGER + 2];

/** A call of `plus(1, 2)`. */
export function plus(uid: number): Frame {
  return {
    uid,
    listener: "plus",
    parameters: [{ type: "number", value: 1 }, { type: "number", value: 2 }],
  };
}

/** What answers it. */
export function three(uid: number): Frame {
  return { uid, success: true, value: 3 };
}
