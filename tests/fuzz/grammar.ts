import fc from "npm:fast-check@4.10.2";
import { type Parcel, text } from "./memory_socket.ts";

/** The names that a fuzzed peer calls: of the provider, and of nothing that it offers. */
const NAMES = [
  "plus",
  "echo",
  "fail",
  "later",
  "watch",
  "ns.deep",
  "list.0",
  "none",
  "ns",
  "constructor",
  "__proto__.polluted",
  "plus.call",
  "plus.constructor",
  "toString",
  "then",
  "_hidden",
  "ns..deep",
  "",
  ".",
  "$",
  "a".repeat(200),
  "ns.deep.x.y.z",
];

/** Numbers as texts of JSON: also those that are none, or none that can be sent back. */
const number = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 12 }).map(String) },
  { weight: 1, arbitrary: fc.constantFrom("4096", "4097", "8194", "4294967297") },
  { weight: 1, arbitrary: fc.constantFrom("-1", "1.5", "1e999", "-0", "1e21", "9007199254740993") },
  { weight: 1, arbitrary: fc.constantFrom('"1"', "[1]", "null", "true", "{}", '"__proto__"') },
);

/** Values that a careless reader trips over. */
const ODD_VALUES = [
  '{"__proto__":{"polluted":1}}',
  '{"toJSON":1}',
  '{"then":1}',
  '{"length":4294967295}',
  "1e400",
  '{"name":"E","message":"m","stack":"s","constructor":1}',
  "[".repeat(30) + "]".repeat(30),
  '{"a":1,"a":2}',
  '"\\ud800"',
  '{"name":1,"message":2}',
  '"\\u0000"',
];

const json = fc.oneof(
  { weight: 4, arbitrary: fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: fc.constantFrom(...ODD_VALUES) },
);

const list = fc.array(json, { maxLength: 3 }).map((items) => `[${items}]`);
const name = fc.constantFrom(...NAMES).map((each) => JSON.stringify(each));
const maybe = (part: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof({ weight: 5, arbitrary: part }, { weight: 1, arbitrary: json });

/** A message of the plain wire, whole or with parts that are none. */
const plainMessage = fc.oneof(
  fc.tuple(number, maybe(name), maybe(list.map(parametersOf)))
    .map(([uid, path, list]) => `{"uid":${uid},"listener":${path},"parameters":${list}}`),
  fc.tuple(number, maybe(fc.constantFrom("true", "false")), json)
    .map(([uid, success, value]) => `{"uid":${uid},"success":${success},"value":${value}}`),
  fc.tuple(number, fc.boolean()).map(([uid, success]) => `{"uid":${uid},"success":${success}}`),
);

function parametersOf(list: string): string {
  const values: unknown[] = JSON.parse(list);
  return JSON.stringify(values.map((value) => ({ type: typeof value, value })));
}

/** The marks of values that JSON can't tell, whole or with parts that are none. */
const mark = fc.tuple(
  fc.array(fc.constantFrom("0", "1", '"a"', '"__proto__"', '"length"'), { maxLength: 3 }),
  fc.constantFrom("u", "n", "i", "d", "r", "l", "b", "h", "=", "m", "s", "e", "o", "?"),
  fc.array(fc.constantFrom('"Uint8Array"', "0", "[0]", "[]", '"constructor"'), { maxLength: 2 }),
).map(([path, type, rest]) => `[[${path}],${[`"${type}"`, ...rest]}]`);
const beside = fc.oneof(
  fc.array(number, { maxLength: 2 }).map((places) => `[${places}]`),
  fc.tuple(fc.constantFrom("0", "0", "1", "2", "1e9"), fc.array(mark, { maxLength: 3 }))
    .map(([frames, marks]) => `[${[frames, ...marks]}]`),
);

/** A message of the linked wire, whole or with parts that are none. */
const linkedMessage = fc.oneof(
  fc.tuple(number, maybe(name), maybe(list)).map((parts) => `[0,${parts}]`),
  fc.tuple(number, maybe(name), maybe(list), maybe(beside)).map((parts) => `[0,${parts}]`),
  fc.tuple(number, name, list, beside, maybe(number), maybe(number)).map((parts) => `[0,${parts}]`),
  fc.tuple(fc.constantFrom(1, 2), number, json).map((parts) => `[${parts}]`),
  fc.tuple(fc.constantFrom(1, 2), number, json, maybe(beside)).map((parts) => `[${parts}]`),
  fc.tuple(fc.constantFrom(1, 2, 3, 64, 65, 66, 99), number).map((parts) => `[${parts}]`),
  fc.tuple(fc.constantFrom(4, 63, -1), json).map((parts) => `[${parts}]`),
);
const batch = fc.array(linkedMessage, { minLength: 2, maxLength: 5 }).map((all) => `[${all}]`);

/** What is no message, on whichever wire. */
const garbage = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.constantFrom("1", "null", "[]", "{}", "[[]]", "\ufeff{}", "[".repeat(2_500), "{", '"', "[[[0"),
  json,
);

/** A valid text with a character changed, left out or put in. */
function mutated(texts: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const change = fc.constantFrom("", '"', "[", "]", "{", "}", ",", ":", "0", "-", "\\", "e", " ");
  return fc.tuple(texts, fc.nat({ max: 400 }), change, fc.boolean()).map(([text, at, by, keep]) => {
    const place = at % (text.length + 1);
    return text.slice(0, place) + by + text.slice(place + (keep ? 0 : 1));
  });
}

/** Marks of functions and streams. */
const passedMark = fc.tuple(
  fc.constantFrom("", "0", "1", '"a"', "0,0"),
  fc.constantFrom("c", "k", "a", "w", "y"),
  fc.oneof({ weight: 4, arbitrary: fc.constantFrom("1", "2", "3") }, number),
).map(([path, type, id]) => `[[${path}],"${type}",${id}]`);
const passedBeside = fc.array(fc.oneof(passedMark, passedMark, mark), { maxLength: 4 })
  .map((marks) => `[${["0", ...marks]}]`);
const passedValue = fc.oneof(list, fc.constantFrom("null", "[null]", "[null,null]", "[[null]]"));

/** The small ids and counts that are in use are the most interesting ones. */
const id = fc.oneof({ weight: 5, arbitrary: fc.constantFrom("1", "2", "3") }, number);
const amount = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom("1", "4", "64", "1048576") },
  { weight: 1, arbitrary: fc.constantFrom("9007199254740992", "9007199254740991", "-5") },
  number,
);
const passingName = fc.constantFrom(
  ...["give", "give", "rows", "rows", "bytes", "read", "call", "keep", "later", "echo"],
  ...[".1", ".2", ".1.f", ".1.constructor", ".1.__proto__", ".0", ".x", "..1", ".1.", ".1e1"],
).map((each) => JSON.stringify(each));

/** A message of the features that pass functions and streams, and of `reconnection`. */
const passingMessage = fc.oneof(
  fc.tuple(number, passingName, passedValue, passedBeside).map((parts) => `[0,${parts}]`),
  fc.tuple(number, passingName, passedValue, passedBeside).map((parts) => `[0,${parts}]`),
  fc.tuple(fc.constantFrom(1, 2), number, passedValue, passedBeside).map((parts) => `[${parts}]`),
  fc.array(fc.oneof(id, amount), { maxLength: 4 }).map((parts) => `[${["7", ...parts]}]`),
  fc.tuple(id, amount, passedValue).map((parts) => `[8,${parts}]`),
  fc.tuple(id, amount, passedValue, passedBeside).map((parts) => `[8,${parts}]`),
  id.map((one) => `[9,${one}]`),
  fc.tuple(id, id, json, passedBeside).map((parts) => `[9,${parts}]`),
  fc.tuple(id, amount, amount).map((parts) => `[10,${parts}]`),
  fc.tuple(id, amount, amount).map((parts) => `[10,${parts}]`),
  id.map((one) => `[11,${one}]`),
  fc.tuple(fc.constantFrom(12, 67), amount).map((parts) => `[${parts}]`),
  fc.tuple(fc.constantFrom(7, 8, 9, 10, 11, 12, 67), maybe(number)).map((parts) => `[${parts}]`),
);
const passingBatch = fc.array(fc.oneof(passingMessage, linkedMessage), {
  minLength: 2,
  maxLength: 5,
}).map((all) => `[${all}]`);

/** Which wire a fuzzed connection speaks, and with which features. */
export type Wire = "plain" | "linked" | "structured" | "passing";

const VALID: Readonly<Record<Wire, fc.Arbitrary<string>>> = {
  plain: plainMessage,
  linked: fc.oneof(linkedMessage, batch),
  structured: fc.oneof(linkedMessage, batch),
  passing: fc.oneof(passingMessage, passingMessage, passingBatch, linkedMessage),
};

/** A frame of a fuzzed peer that was accepted. */
export function frameOf(wire: Wire): fc.Arbitrary<Parcel> {
  const valid = VALID[wire];
  const other = wire === "plain" ? linkedMessage : plainMessage;
  return fc.oneof(
    { weight: 12, arbitrary: valid.map(text) },
    { weight: 2, arbitrary: mutated(valid).map(text) },
    { weight: 1, arbitrary: other.map(text) },
    { weight: 1, arbitrary: garbage.map(text) },
    { weight: wire === "structured" || wire === "passing" ? 4 : 1, arbitrary: bytes },
  );
}

const bytes: fc.Arbitrary<Parcel> = fc.nat({ max: 9 })
  .map((size) => ({ kind: "frame", data: new ArrayBuffer(size) }));

/** A frame of a peer that was not accepted yet: what a handshake is made of, changed. */
export function handshakeOf(first: string): fc.Arbitrary<Parcel> {
  const link = fc.tuple(number, maybe(list), maybe(list))
    .map(([version, features, values]) => ({ version, features, values }))
    .map(({ version, features, values }) =>
      `{"header":1,"accept":1,"link":{"version":${version},"features":${features},` +
      `"values":${values}}}`
    );
  return fc.oneof(
    { weight: 2, arbitrary: mutated(fc.constant(first)).map(text) },
    { weight: 2, arbitrary: link.map(text) },
    { weight: 1, arbitrary: garbage.map(text) },
    { weight: 1, arbitrary: bytes },
  );
}
