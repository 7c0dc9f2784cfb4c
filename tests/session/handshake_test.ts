import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { EncodeError } from "../../mod.ts";
import {
  chooseCodec,
  isStalling,
  type Offer,
  readAnswer,
  readHeader,
  writeHeader,
} from "../../src/session/handshake.ts";
import { plain } from "../../src/session/plain.ts";

const PLAIN = { wire: "plain", stalls: false, values: undefined } as const;
const LINKED = { wire: "linked", stalls: false, values: undefined } as const;

/** What a connector offers beside a header. */
function offerOf(wishes: Parameters<typeof writeHeader>[1]): Offer | undefined {
  const greeting = readHeader(writeHeader(null, wishes));
  return greeting.kind === "header" ? greeting.offer : undefined;
}

for (
  const header of [null, "", "token", 0, -1.5, false, true, [], [1, [2]], {}, { token: { a: 1 } }]
) {
  const text = JSON.stringify(header);
  Deno.test(`readHeader() gives back what writeHeader() took when it is ${text}`, () => {
    for (const wishes of [PLAIN, LINKED]) {
      const offer = offerOf(wishes);
      assertEquals(readHeader(writeHeader(header, wishes)), { kind: "header", header, offer });
    }
  });
}

Deno.test("writeHeader() leaves the key out when the header is undefined, and it is read so", () => {
  const frame = writeHeader(undefined, PLAIN);
  assertEquals(frame, '{"link":{"version":1,"features":[],"values":["json"]}}');
  const offer = { version: 1, features: [], values: ["json"] } as const;
  assertEquals(readHeader(frame), { kind: "header", header: undefined, offer });
});

Deno.test("writeHeader() puts the header first when TGrid may read it", () => {
  const frame = '{"header":{"a":1},"link":{"version":1,"features":[],"values":["json"]}}';
  assertEquals(writeHeader({ a: 1 }, PLAIN), frame);
});

Deno.test("writeHeader() offers no feature when plain is wished for, whatever the runtime is", () => {
  const offer = offerOf({ ...PLAIN, stalls: true });
  assertEquals(offer, { version: 1, features: [], values: ["json"] });
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
    assertEquals(readHeader(frame), { kind: "foreign" });
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
    assertEquals(readHeader(frame), { kind: "header", header, offer: undefined });
  });
}

for (
  const [link, offer] of [
    [{ version: 1 }, { version: 1, features: [], values: [] }],
    [
      { version: 1, features: ["frames", "later"], values: ["json"], session: "x" },
      { version: 1, features: ["frames", "later"], values: ["json"] },
    ],
    [
      { version: 1, features: ["a", 1, null, {}], values: "json" },
      { version: 1, features: ["a"], values: [] },
    ],
    [{ version: 2, features: [], values: [] }, undefined],
    [{ version: "1" }, undefined],
    [{}, undefined],
    [null, undefined],
    [7, undefined],
    ["link", undefined],
    [[], undefined],
  ] as [unknown, Offer | undefined][]
) {
  Deno.test(`readHeader() reads the offer when it is ${JSON.stringify(link)}`, () => {
    const frame = JSON.stringify({ header: 1, link });
    assertEquals(readHeader(frame), { kind: "header", header: 1, offer });
  });
}

for (
  const offer of [
    undefined,
    { version: 1, features: [], values: ["json"] },
    { version: 1, features: ["batch", "cancel", "trail", "later"], values: ["json"] },
  ] as const
) {
  const names = offer?.features.join(", ") ?? "no offer";
  Deno.test(`chooseCodec() stays plain when frames are not offered: ${names}`, () => {
    const { answer, codec, features } = chooseCodec(offer, undefined);
    assertEquals([answer, features], ["1", []]);
    assertStrictEquals(codec, plain);
  });
}

Deno.test("chooseCodec() takes what it knows of an offer, and no more, when frames are offered", () => {
  const offer = { version: 1, features: ["later", "batch", "frames"], values: ["json"] } as const;
  const { answer, codec, features } = chooseCodec(offer, undefined);
  assertEquals(codec.name, "linked");
  assertEquals(features, ["frames", "batch"]);
  assertEquals(JSON.parse(answer), { accept: 1, link: { version: 1, features, values: "json" } });
});

Deno.test("readAnswer() agrees with chooseCodec() when a connector of ours asked", () => {
  for (const wishes of [PLAIN, LINKED, { ...LINKED, stalls: true }]) {
    const { answer, ...agreed } = chooseCodec(offerOf(wishes), undefined);
    const read = readAnswer(answer, undefined);
    if (read.kind !== "accepted") throw new Error(`Cannot be read: ${answer}`);
    assertEquals([read.codec.name, read.features], [agreed.codec.name, agreed.features]);
    assertEquals(isStalling(agreed.features), wishes.stalls);
  }
});

Deno.test("readAnswer() knows the acceptance when it is the one character", () => {
  assertEquals(readAnswer("1", undefined), { kind: "accepted", codec: plain, features: [] });
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
    '{"accept":1,"link":{"version":1,"features":["frames"]}}',
    '{"accept":"1","link":{"version":1,"features":["frames"]}}',
  ]
) {
  Deno.test(`readAnswer() calls it foreign when the frame is '${frame}'`, () => {
    assertEquals(readAnswer(frame, undefined), { kind: "foreign" });
  });
}
