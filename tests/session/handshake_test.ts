import {
  assert,
  assertEquals,
  assertNotStrictEquals,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { EncodeError } from "../../mod.ts";
import { type Agreement, agreementOf, PLAIN as AGREED_PLAIN } from "../../src/session/agreement.ts";
import type { PluggedFeature } from "../../src/session/feature.ts";
import {
  choose,
  isAgreed,
  isStalling,
  type Offer,
  readAnswer,
  readHeader,
  writeAnswer,
  writeHeader,
} from "../../src/session/handshake.ts";

const PLAIN = { wire: "plain", stalls: false, use: [], fields: undefined } as const;
const LINKED = { wire: "linked", stalls: false, use: [], fields: undefined } as const;

/** What a connector offers beside a header. */
function offerOf(wishes: Parameters<typeof writeHeader>[1]): Offer | undefined {
  return readHeader(writeHeader(null, wishes))?.offer;
}

/** What is read of a `link` beside its fields, which are as they came. */
function offered(features: string[], values: string[], fields: object): Offer {
  return { features, values, fields: fields as Offer["fields"] };
}

/** An agreement, in a form that is printed. */
function shown({ isLinked, features, values }: Agreement): unknown {
  return [isLinked, [...features], values];
}

for (
  const header of [null, "", "token", 0, -1.5, false, true, [], [1, [2]], {}, { token: { a: 1 } }]
) {
  const text = JSON.stringify(header);
  Deno.test(`readHeader() gives back what writeHeader() took when it is ${text}`, () => {
    for (const wishes of [PLAIN, LINKED]) {
      const offer = offerOf(wishes);
      assertEquals(readHeader(writeHeader(header, wishes)), { header, offer });
    }
  });
}

Deno.test("writeHeader() leaves the key out when the header is undefined, and it is read so", () => {
  const frame = writeHeader(undefined, PLAIN);
  assertEquals(frame, '{"link":{"version":1,"features":[],"values":["json"]}}');
  const offer = offered([], ["json"], { version: 1, features: [], values: ["json"] });
  assertEquals(readHeader(frame), { header: undefined, offer });
});

Deno.test("writeHeader() puts the header first when TGrid may read it", () => {
  const frame = '{"header":{"a":1},"link":{"version":1,"features":[],"values":["json"]}}';
  assertEquals(writeHeader({ a: 1 }, PLAIN), frame);
});

Deno.test("writeHeader() offers no feature when plain is wished for, whatever the runtime is", () => {
  const offer = offerOf({ ...PLAIN, stalls: true, use: [feature("extra")] })!;
  assertEquals([offer.features, offer.values], [[], ["json"]]);
});

Deno.test("writeHeader() offers frames when linked is wished for, and trail when it stalls", () => {
  const [still, stalling] = [offerOf(LINKED)!, offerOf({ ...LINKED, stalls: true })!];
  assert(still.features.includes("frames"));
  assertEquals([isStalling(still.features), isStalling(stalling.features)], [false, true]);
  assertEquals(stalling.features.filter((name) => !still.features.includes(name)), ["trail"]);
});

Deno.test("writeHeader() names the place when the header can't be encoded", () => {
  const error = assertThrows(() => writeHeader({ user: { id: 7n } }, LINKED), EncodeError);
  assertEquals(
    error.message,
    'Cannot encode "header.user.id": Do not know how to serialize a BigInt',
  );
  assertThrows(() => writeHeader(7n, PLAIN), EncodeError, 'Cannot encode "header":');
});

for (
  const frame of ["", "{", "null", "[]", "[1]", "7", '"header"', "true", "1", "[".repeat(1_000_000)]
) {
  Deno.test(`readHeader() calls it foreign when the frame is ${frame.slice(0, 9)}`, () => {
    assertEquals(readHeader(frame), undefined);
  });
}

for (
  const [frame, header] of [
    ["{}", undefined],
    ['{"header":1}', 1],
    ['{"other":1}', undefined],
    ['{"header":null,"other":{}}', null],
    ['{"toString":1,"__proto__":{"header":1}}', undefined],
  ] as const
) {
  Deno.test(`readHeader() reads a plain connector's header when the frame is ${frame}`, () => {
    assertEquals(readHeader(frame), { header, offer: undefined });
  });
}

for (
  const [link, features, values] of [
    [{ version: 1 }, [], []],
    [
      { version: 1, features: ["frames", "later"], values: ["json"], session: "x" },
      ["frames", "later"],
      ["json"],
    ],
    [{ version: 1, features: ["a", 1, null, {}], values: "json" }, ["a"], []],
    [{ version: 2, features: [], values: [] }],
    [{ version: "1" }],
    [{}],
    [null],
    [7],
    ["link"],
    [[]],
  ] as [link: object, features?: string[], values?: string[]][]
) {
  Deno.test(`readHeader() reads the offer when it is ${JSON.stringify(link)}`, () => {
    const frame = JSON.stringify({ header: 1, link });
    const offer = features && offered(features, values!, link);
    assertEquals(readHeader(frame), { header: 1, offer });
  });
}

for (
  const offer of [
    undefined,
    offered([], ["json"], {}),
    offered(["batch", "cancel", "trail", "later", "extra"], ["json"], {}),
  ]
) {
  const names = offer?.features.join(", ") ?? "no offer";
  Deno.test(`choose() stays plain when frames are not offered: ${names}`, () => {
    const agreement = choose(offer, [feature("extra"), feature("x", { isEncoding: true })]);
    assertStrictEquals(agreement, AGREED_PLAIN);
    assertEquals(writeAnswer(agreement, { extra: 1 }), "1");
    assertEquals(shown(agreement), [false, [], "json"]);
  });
}

Deno.test("choose() takes what it knows of an offer, and no more, when frames are offered", () => {
  const agreement = choose(offered(["later", "batch", "frames"], ["json"], {}), []);
  const features = ["frames", "batch"];
  assertEquals(shown(agreement), [true, features, "json"]);
  const link = { version: 1, features, values: "json" };
  assertEquals(JSON.parse(writeAnswer(agreement, {})), { accept: 1, link });
});

Deno.test("readAnswer() agrees with choose() when a connector of this library asked", () => {
  for (const wishes of [PLAIN, LINKED, { ...LINKED, stalls: true }]) {
    const agreement = choose(offerOf(wishes), []);
    const read = readAnswer(writeAnswer(agreement, {}), []);
    assertStrictEquals(read?.agreement, agreement); // what is agreed on often is kept once
    assertEquals(isStalling(agreement.features), wishes.stalls);
  }
});

Deno.test("readAnswer() knows the acceptance when it is the one character", () => {
  assertEquals(readAnswer("1", []), { agreement: AGREED_PLAIN, fields: {} });
});

for (
  const frame of [
    ...["", "0", "1 ", " 1", "11", '"1"', "true", "null", "{}", "[1]", "hello"],
    '{"accept":2,"link":{"version":1,"features":["frames"]}}',
    '{"accept":1}',
    '{"accept":1,"link":null}',
    '{"accept":1,"link":{"version":1,"features":[]}}',
    '{"accept":1,"link":{"version":2,"features":["frames"]}}',
    '{"accept":1,"link":{"version":1,"features":["frames"],"values":"structured"}}',
    '{"accept":1,"link":{"version":1,"features":["frames"],"values":["json"]}}',
    '{"accept":1,"link":{"version":1,"features":["frames"],"values":"toString"}}',
    '{"accept":1,"link":{"version":1,"features":["frames"]}}',
    '{"accept":"1","link":{"version":1,"features":["frames"]}}',
  ]
) {
  Deno.test(`readAnswer() calls it foreign when the frame is '${frame}'`, () => {
    assertEquals(readAnswer(frame, [feature("structured")]), undefined); // no encoding has that name
  });
}

/** A feature that does nothing. */
function feature(name: string, more: Partial<PluggedFeature> = {}): PluggedFeature {
  return { name, begin: () => undefined, ...more };
}

/** What both ends agree on, when each has these. */
function agreed(here: readonly PluggedFeature[], there: readonly PluggedFeature[]): Agreement {
  const agreement = choose(offerOf({ ...LINKED, use: here }), there);
  assertEquals(readAnswer(writeAnswer(agreement, {}), here)?.agreement, agreement);
  return agreement;
}

/** Without what every connection has. */
function own({ features }: Agreement): string[] {
  return [...features].filter((name) => !offerOf(LINKED)!.features.includes(name));
}

Deno.test("writeHeader() names features behind its own, and encodings before JSON, in their order", () => {
  const encoding = { isEncoding: true };
  const use = [feature("b"), feature("y", encoding), feature("a"), feature("x", encoding)];
  const offer = offerOf({ ...LINKED, use })!;
  assertEquals(offer.features, [...offerOf(LINKED)!.features, "b", "a"]);
  assertEquals(offer.values, ["y", "x", "json"]);
});

Deno.test("writeHeader() and writeAnswer() put the fields of features where the other end reads them", () => {
  const offer = offerOf({ ...LINKED, fields: { ticket: [7] } })!;
  assertEquals(offer.fields.ticket, [7]);
  const read = readAnswer(writeAnswer(choose(offer, []), { ticket: { n: 1 } }), [])!;
  assertEquals(read.fields.ticket, { n: 1 });
});

Deno.test("choose() takes features that both have, and no encoding for one", () => {
  const a = feature("a"), b = feature("b"), x = feature("x", { isEncoding: true });
  assertEquals(own(agreed([a, b], [b])), ["b"]);
  assertEquals(own(agreed([b], [a, b])), ["b"]);
  assertEquals(own(agreed([a], [b])), []);
  assertEquals(own(agreed([feature("x")], [x])), []);
  assertEquals(agreed([feature("x")], [x]).values, "json");
  assertEquals(own(agreed([x], [feature("x")])), []);
  assertEquals(agreed([x], [feature("x")]).values, "json");
});

Deno.test("choose() takes one encoding of those that both have, the acceptor's first", () => {
  const [x, y, z] = ["x", "y", "z"].map((name) => feature(name, { isEncoding: true }));
  assertEquals(agreed([x!, y!], [y!, x!]).values, "y");
  assertEquals(agreed([x!, y!], [z!, x!]).values, "x");
  assertEquals(agreed([x!], [y!]).values, "json");
  assertEquals(agreed([], [x!]).values, "json");
});

Deno.test("choose() leaves a feature out when one that it needs is not agreed on", () => {
  const values = feature("values", { isEncoding: true });
  const base = feature("base");
  const both = feature("both", { needs: ["values", "base"] });
  const onItsTop = feature("top", { needs: ["both"] });
  const all = [values, base, both, onItsTop];
  assertEquals(own(agreed(all, all)), ["base", "both", "top"]);
  assertEquals(own(agreed(all, [base, both, onItsTop])), ["base"]);
  assertEquals(own(agreed([values, both, onItsTop], all)), []);
  const batched = feature("batched", { needs: ["batch"] });
  assertEquals(own(agreed([batched], [batched])), ["batched"]);
  const offer = offered(["frames", "batched"], ["json"], {});
  assertEquals([...choose(offer, [batched]).features], ["frames"]);
});

Deno.test("isAgreed() asks for the encoding by the values, for anything else by the features", () => {
  const agreement = agreementOf(["frames", "x", "json"], "y");
  const asked = [
    feature("x"),
    feature("x", { isEncoding: true }),
    feature("y"),
    feature("y", { isEncoding: true }),
  ];
  assertEquals(asked.map((one) => isAgreed(agreement, one)), [true, false, false, true]);
  assertEquals(isAgreed(AGREED_PLAIN, feature("frames")), false);
});

Deno.test("agreementOf() keeps what is agreed on often once, and nothing else for it", () => {
  const one = agreementOf(["frames", "batch"], "json");
  assertStrictEquals(agreementOf(["frames", "batch"], "json"), one);
  assertNotStrictEquals(agreementOf(["frames", "batch"], "structured"), one);
  // names that another end made up
  for (
    const [features, values] of [
      [["frames,batch"], "json"],
      [["frames", "batch", ""], "json"],
      [["batch"], "json frames"],
    ] as const
  ) {
    const other = agreementOf(features, values);
    assertEquals([[...other.features], other.values], [[...features], values]);
    assertEquals(shown(agreementOf(["frames", "batch"], "json")), shown(one));
  }
});

Deno.test("readAnswer() tells answers apart when names in them hold commas and spaces", () => {
  const answer = (...features: string[]) =>
    JSON.stringify({ accept: 1, link: { version: 1, features, values: "json" } });
  const made = readAnswer(answer("frames", "cancel,quiet"), [])!;
  const honest = readAnswer(answer("frames", "cancel", "quiet"), [])!;
  assertEquals([...made.agreement.features], ["frames", "cancel,quiet"]);
  assertEquals([...honest.agreement.features], ["frames", "cancel", "quiet"]);
});

Deno.test("agreementOf() keeps nothing of an answer whose names are long", () => {
  const names = ["frames", "x".repeat(10_000)];
  const [one, other] = [agreementOf(names, "json"), agreementOf(names, "json")];
  assertNotStrictEquals(one, other);
  assertEquals([...one.features], names);
});
