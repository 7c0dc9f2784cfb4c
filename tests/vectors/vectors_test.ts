import { assertEquals, assertThrows } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { Cancellation, type Invoke, MORE } from "../../src/invoke.ts";
import type { Codec, FrameKind } from "../../src/wire/codec.ts";
import { chooseCodec, readAnswer, readHeader, writeHeader } from "../../src/wire/handshake.ts";
import { linkedCodec } from "../../src/wire/linked.ts";
import { plain } from "../../src/wire/plain.ts";
import { structured } from "../../mod.ts";
import { WITH_MONEY } from "../linked/arbitrary.ts";
import { dialling, serving } from "../linked/raw.ts";
import { difference } from "../linked/same.ts";
import { FEATURES } from "../helpers/handshake.ts";
import { microtasks } from "../helpers/waiting.ts";
import handshake from "./handshake.json" with { type: "json" };
import linkedVectors from "./linked.json" with { type: "json" };
import plainVectors from "./plain.json" with { type: "json" };
import structuredVectors from "./structured.json" with { type: "json" };
import { valueOf } from "./notation.ts";

const linked = linkedCodec();
const rich = linkedCodec({ encoding: WITH_MONEY, isAgreed: true });

/** A message as a file of vectors notes it. */
interface Noted {
  readonly kind: string;
  readonly uid: number;
  readonly path?: string;
  readonly parameters?: readonly unknown[];
  readonly value?: unknown;
  readonly left?: number;
  readonly quiet?: boolean;
}

interface Vector {
  readonly what: string;
  readonly frames: readonly (string | readonly number[])[];
  readonly message?: Noted;
  readonly messages?: readonly Noted[];
}

/** The message that a codec is given. */
function messageOf({ kind, uid, path, parameters, value, left, quiet }: Noted): Invoke {
  if (kind !== "call") return { uid, success: kind === "return", value: valueOf(value) };
  const values = valueOf(parameters) as unknown[];
  const call = {
    uid,
    listener: path!,
    parameters: values.map((value) => ({ type: typeof value, value })),
  };
  if (left === undefined && quiet === undefined) return call;
  const more = { ...left !== undefined && { left }, ...quiet === true && { quiet } };
  return { ...call, [MORE]: more } as Invoke;
}

/** What a codec makes of a frame. */
interface Read {
  readonly uid: number;
  readonly listener?: string;
  readonly parameters?: readonly { readonly value?: unknown }[];
  readonly success?: boolean;
  readonly value?: unknown;
  readonly [MORE]?: { readonly due?: number; readonly quiet?: true };
}

/** The same in one form for all. */
function seen(message: unknown): unknown {
  if (message instanceof Cancellation) return { kind: "cancel", uid: message.uid };
  const { uid, listener, parameters, success, value, [MORE]: more } = message as Read;
  if (listener === undefined) return { kind: success ? "return" : "throw", uid, value };
  const values = parameters!.map(({ value }) => value);
  const { due, quiet = false } = more ?? {};
  return { kind: "call", uid, path: listener, parameters: values, isDue: due !== undefined, quiet };
}

/** The same of what the vector notes. */
function expected(noted: Noted): unknown {
  const { kind, uid, path, parameters, value, left, quiet = false } = noted;
  if (kind === "cancel") return { kind, uid };
  if (kind !== "call") return { kind, uid, value: valueOf(value) };
  const values = valueOf(parameters);
  return { kind, uid, path, parameters: values, isDue: left !== undefined, quiet };
}

function assertReads(codec: Codec, { frames, message, messages }: Vector): void {
  using time = new FakeTime();
  const got: unknown[] = [];
  const [text, ...bytes] = frames;
  const kind = codec.decode(text as string, (one) => got.push(one));
  assertEquals(kind.kind, bytes.length === 0 ? "messages" : "incomplete");
  if (kind.kind === "incomplete") {
    kind.complete(bytes.map((part) => Uint8Array.from(part as number[])));
  }
  const wanted = messages ?? [message!];
  assertEquals(difference(wanted.map(expected), got.map(seen)), undefined);
  const lefts = got.map((one) => (one as { [MORE]?: { due?: number } })[MORE]?.due);
  wanted.forEach(({ left }, i) => {
    assertEquals(lefts[i], left === undefined ? undefined : time.now + left);
  });
}

function assertWrites(codec: Codec, { frames, message }: Vector): void {
  const bytes: Uint8Array[] = [];
  const text = message!.kind === "cancel"
    ? codec.cancel!(message!.uid)
    : codec.encode(messageOf(message!), bytes);
  assertEquals([text, ...bytes.map((part) => [...part])], frames);
}

const FILES: readonly [
  name: string,
  codec: Codec,
  both: readonly Vector[],
  read: readonly Vector[],
][] = [
  ["plain", plain, plainVectors.both, plainVectors.read],
  ["linked", linked, linkedVectors.both, [
    ...linkedVectors.batches,
    ...linkedVectors.older,
    ...linkedVectors.newer,
  ]],
  ["structured", rich, structuredVectors.both, structuredVectors.read],
];

for (const [name, codec, both, read] of FILES) {
  for (const vector of both) {
    Deno.test(`${name} codec writes and reads what the vector says of ${vector.what}`, () => {
      assertWrites(codec, vector);
      assertReads(codec, vector);
    });
  }
  for (const vector of read) {
    Deno.test(`${name} codec reads what the vector says of ${vector.what}`, () => {
      assertReads(codec, vector);
    });
  }
}

Deno.test("plain codec keeps a connection going with the texts of its vectors", () => {
  assertEquals([plain.nudge, plain.keepAlive], [plainVectors.nudge, plainVectors.keepAlive]);
});

for (const { what, frames, kind, ...more } of linkedVectors.upkeep) {
  Deno.test(`linked codec reads what the vector says of ${what}`, () => {
    const got: FrameKind = linked.decode(frames[0]!, () => {
      throw new Error("this is no message");
    });
    const count = "count" in more ? more.count : undefined;
    assertEquals(got, count === undefined ? { kind } : { kind, frames: count } as FrameKind);
  });
}

Deno.test("linked codec keeps a connection going with the texts of its vectors", () => {
  const texts = [linked.nudge, linked.keepAlive, linked.receipt!(3)];
  assertEquals(texts, ["[64]", "[65]", "[66,3]"]);
});

for (const frame of linkedVectors.ignored) {
  Deno.test(`both ends ignore the frame of the vector ${frame}`, async () => {
    let calls = 0;
    const provider = { f: () => ++calls };
    await using server = await serving({ provider });
    await using client = await dialling({ provider });
    const call = client.end.getDriver().f!();
    await microtasks();
    for (const { socket } of [server, client]) {
      socket.sent.length = 0;
      socket.gets(frame);
      await microtasks();
      const isNudged = frame.includes("[64]");
      assertEquals([socket.sent.length <= (isNudged ? 1 : 0), socket.closes], [true, []]);
    }
    client.socket.gets([1, 1, "still there"]);
    assertEquals([await call, calls], ["still there", 0]);
  });
}

for (const frame of linkedVectors.closes) {
  Deno.test(`both ends close when the frame is the vector '${frame}'`, async () => {
    assertThrows(() => linked.decode(frame, () => {}), SyntaxError);
    await using server = await serving();
    await using client = await dialling();
    server.socket.gets(frame);
    client.socket.gets(frame);
    assertEquals([server.socket.closes, client.socket.closes], [[1002], [3002]]);
  });
}

for (const frame of structuredVectors.refused) {
  Deno.test(`Connection refuses the call of the vector ${frame}, and goes on`, async () => {
    const options = { values: WITH_MONEY };
    await using ends = await serving({
      provider: { f: () => "begun" },
      options,
      values: "structured",
    });
    ends.socket.gets(frame);
    ends.socket.gets('[0,2,"f",[]]');
    await microtasks();
    const text = ends.socket.sent.join();
    assertEquals([text.includes("RefusedError"), text.match(/begun/g)?.length], [true, 1]);
    assertEquals(ends.socket.closes, []);
  });
}

for (const frame of structuredVectors.closes) {
  Deno.test(`structured codec takes no such frame as the vector ${frame}`, () => {
    assertThrows(() => rich.decode(frame, () => {}), SyntaxError);
  });
}

for (const { what, wishes, header, frame, answer, structuredAnswer } of handshake.offers) {
  Deno.test(`handshake writes and reads what the vector says of an offer that is ${what}`, () => {
    const { wire, ...more } = wishes as {
      wire: "linked" | "plain";
      stalls?: true;
      structured?: true;
    };
    const values = more.structured === true ? structured : undefined;
    assertEquals(writeHeader(header, { wire, stalls: more.stalls === true, values }), frame);
    const greeting = readHeader(frame);
    assertEquals(greeting.kind === "header" && greeting.header, header);
    const offer = greeting.kind === "header" ? greeting.offer : undefined;
    for (const [theirs, text] of [[undefined, answer], [structured, structuredAnswer]] as const) {
      const chosen = chooseCodec(offer, theirs);
      assertEquals(chosen.answer, text);
      const read = readAnswer(text, values);
      assertEquals(read.kind === "accepted" && read.features, chosen.features);
      assertEquals(read.kind === "accepted" && read.codec.name, chosen.codec.name);
    }
  });
}

for (const { what, frame, answer, ...more } of handshake.offersRead) {
  Deno.test(`handshake reads what the vector says of an offer with ${what}`, () => {
    const greeting = readHeader(frame);
    assertEquals(greeting.kind, "header");
    if (greeting.kind !== "header") return;
    assertEquals(greeting.header, "header" in more ? more.header : undefined);
    assertEquals(chooseCodec(greeting.offer, undefined).answer, answer);
  });
}

for (const { what, frame, codec, features } of handshake.answersRead) {
  Deno.test(`handshake reads what the vector says of an answer that is ${what}`, () => {
    const read = readAnswer(frame, undefined);
    assertEquals<unknown>(read.kind === "accepted" && [read.codec.name, read.features], [
      codec,
      features,
    ]);
  });
}

Deno.test("handshake takes no frame of the vectors that is foreign", () => {
  for (const frame of handshake.foreign) {
    assertEquals(readAnswer(frame, undefined), { kind: "foreign" }, frame);
  }
  for (const frame of handshake.foreignHeaders) {
    assertEquals(readHeader(frame), { kind: "foreign" }, frame);
  }
});

Deno.test("handshake offers the features of the vectors, and no more", () => {
  const { link } = JSON.parse(
    writeHeader(null, { wire: "linked", stalls: false, values: undefined }),
  );
  assertEquals(link.features, handshake.features);
  assertEquals(FEATURES, handshake.features, "the tests' own list");
});
