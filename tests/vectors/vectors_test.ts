import { assertEquals, assertThrows } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { structured } from "../../mod.ts";
import { DEFAULT_LIMITS } from "../../src/limits.ts";
import { wireOf } from "../../src/ends/wire_of.ts";
import type { PluggedFeature } from "../../src/session/feature.ts";
import {
  choose,
  readAnswer,
  readHeader,
  toldLimits,
  writeAnswer,
  writeHeader,
} from "../../src/session/handshake.ts";
import { linked } from "../../src/session/linked.ts";
import { plain } from "../../src/session/plain.ts";
import type { Session } from "../../src/session/session.ts";
import { difference } from "../features/structured/same.ts";
import { WITH_MONEY } from "../features/structured/arbitrary.ts";
import { FEATURES } from "../helpers/handshake.ts";
import { callOf, type Heard, playedSession, type SessionOptions } from "../helpers/session.ts";
import { microtasks } from "../helpers/waiting.ts";
import { ALL, dialling, serving } from "../linked/raw.ts";
import handshake from "./handshake.json" with { type: "json" };
import linkedVectors from "./linked.json" with { type: "json" };
import plainVectors from "./plain.json" with { type: "json" };
import structuredVectors from "./structured.json" with { type: "json" };
import { valueOf } from "./notation.ts";

const RICH: SessionOptions = { use: [WITH_MONEY], values: "structured" };
const STRUCTURED = structured as unknown as PluggedFeature;

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

/** What was heard, in one form for all. */
function seen(message: Heard): unknown {
  if (message.kind === "cancel") return message;
  if (message.kind === "return") {
    const { uid, success, value, mark } = message;
    const kind = success === true ? "return" : mark === 1 ? "refusal" : "throw";
    return { kind, uid, value };
  }
  const { uid, path, args, due, quiet } = message;
  const isDue = typeof due === "number";
  return { kind: "call", uid, path, parameters: args, isDue, quiet: quiet === 1 };
}

/** The same of what the vector notes. */
function expected(noted: Noted): unknown {
  const { kind, uid, path, parameters, value, left, quiet = false } = noted;
  if (kind === "cancel") return { kind, uid };
  if (kind !== "call") return { kind, uid, value: valueOf(value) };
  const values = valueOf(parameters);
  return { kind, uid, path, parameters: values, isDue: left !== undefined, quiet };
}

function assertReads(options: SessionOptions, { frames, message, messages }: Vector): void {
  using time = new FakeTime(1_000);
  const { session, heard } = playedSession(options);
  const [text, ...bytes] = frames;
  session.text(text as string);
  const wanted = messages ?? [message!];
  assertEquals(heard.length, bytes.length === 0 ? wanted.length : 0); // bytes are waited for
  time.tick(5); // what is left of its time does not wait
  for (const part of bytes) session.binary(Uint8Array.from(part as number[]).buffer);
  assertEquals(difference(wanted.map(expected), heard.map(seen)), undefined);
  wanted.forEach(({ left }, i) => {
    if (left !== undefined) assertEquals((heard[i] as { due: unknown }).due, 1_000 + left);
  });
}

async function assertWrites(options: SessionOptions, { frames, message }: Vector): Promise<void> {
  using _time = new FakeTime(1_000);
  const { session, socket } = playedSession(options);
  send(session, message!);
  await microtasks();
  assertEquals(socket.sent.map((frame) => typeof frame === "string" ? frame : [...frame]), frames);
}

function send(session: Session, { kind, uid, path, parameters, value, left, quiet }: Noted): void {
  switch (kind) {
    case "call": {
      const more = { ...left !== undefined && { left }, isQuiet: quiet === true };
      return session.call(callOf(valueOf(parameters) as unknown[], { uid, path: path!, ...more }));
    }
    case "cancel":
      return session.cancel(uid);
    default: {
      const isRefusal = kind === "refusal";
      const message = { uid, success: kind === "return", value: valueOf(value), isRefusal };
      return session.reply(message, (error) => {
        throw error;
      });
    }
  }
}

const FILES: readonly [
  name: string,
  options: SessionOptions,
  both: readonly Vector[],
  read: readonly Vector[],
][] = [
  ["plain", { wire: "plain" }, plainVectors.both, plainVectors.read],
  ["linked", {}, linkedVectors.both, [
    ...linkedVectors.batches,
    ...linkedVectors.older,
    ...linkedVectors.newer,
  ]],
  ["structured", RICH, structuredVectors.both, structuredVectors.read],
];

for (const [name, options, both, read] of FILES) {
  for (const vector of both) {
    Deno.test(`${name} session writes and reads what the vector says of ${vector.what}`, async () => {
      await assertWrites(options, vector);
      assertReads(options, vector);
    });
  }
  for (const vector of read) {
    Deno.test(`${name} session reads what the vector says of ${vector.what}`, () => {
      assertReads(options, vector);
    });
  }
}

Deno.test("plain keeps a connection going with the texts of its vectors", () => {
  assertEquals([plain.nudge, plain.keepAlive], [plainVectors.nudge, plainVectors.keepAlive]);
});

for (const { what, frames, kind, ...more } of linkedVectors.upkeep) {
  Deno.test(`linked session reads what the vector says of ${what}`, () => {
    const { session, socket, heard } = playedSession();
    const receipts: number[] = [];
    session.link!.pacer = {
      heardMessages: () => false,
      heardReceipt: (frames) => void receipts.push(frames),
      leaving() {},
    };
    assertEquals(linked.read(frames[0]!, session), false); // these are no messages
    assertEquals(socket.sent, kind === "nudge" ? [linked.keepAlive] : []);
    assertEquals(receipts, kind === "receipt" && "count" in more ? [more.count] : []);
    assertEquals([heard, socket.closes], [[], []]);
  });
}

Deno.test("linked keeps a connection going with the texts of its vectors", async () => {
  assertEquals([linked.nudge, linked.keepAlive], ["[64]", "[65]"]);
  await using server = await serving({ features: [...ALL, "trail"] });
  server.socket.gets("[1,9]", "[1,9]", "[1,9]"); // nothing comes of them
  await microtasks();
  assertEquals(server.socket.sent, ["[66,3]"]);
});

Deno.test("linked gives one receipt for a message and its bytes", async () => {
  const features = [...ALL, "trail"];
  const options = { use: [structured] };
  await using server = await serving({ features, options, values: "structured" });
  server.socket.gets('[1,9,null,[1,[[],"b","Uint8Array",0]]]');
  await microtasks();
  assertEquals(server.socket.sent, []);
  server.socket.gets(new Uint8Array(1));
  await microtasks();
  assertEquals(server.socket.sent, ["[66,1]"]);
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
    assertThrows(() => linked.read(frame, playedSession().session), SyntaxError);
    await using server = await serving();
    await using client = await dialling();
    server.socket.gets(frame);
    client.socket.gets(frame);
    assertEquals([server.socket.closes, client.socket.closes], [[1002], [3002]]);
  });
}

for (const frame of structuredVectors.refused) {
  Deno.test(`Connection refuses the call of the vector ${frame}, and goes on`, async () => {
    const options = { use: [WITH_MONEY] };
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
  Deno.test(`Connection ends when the frame is the vector ${frame}`, async () => {
    assertThrows(() => linked.read(frame, playedSession(RICH).session), SyntaxError);
    const options = { use: [WITH_MONEY] };
    await using server = await serving({ options, values: "structured" });
    await using client = await dialling({ options, values: "structured" });
    for (const { socket } of [server, client]) socket.gets(frame);
    assertEquals([server.socket.closes, client.socket.closes], [[1002], [3002]]);
  });
}

for (const { what, wishes, header, frame, answer, structuredAnswer } of handshake.offers) {
  Deno.test(`handshake writes and reads what the vector says of an offer that is ${what}`, () => {
    const { wire, stalls = false, ...more } = wishes as {
      wire: "linked" | "plain";
      stalls?: true;
      depth?: number;
      structured?: true;
    };
    const use = more.structured === true ? [STRUCTURED] : [];
    const { depth = DEFAULT_LIMITS.depth } = more;
    const fields = toldLimits({ ...DEFAULT_LIMITS, depth });
    assertEquals(writeHeader(header, { wire, stalls, use, fields }), frame);
    const greeting = readHeader(frame)!;
    assertEquals(greeting.header, header);
    for (const [theirs, text] of [[[], answer], [[STRUCTURED], structuredAnswer]] as const) {
      const chosen = choose(greeting.offer, theirs);
      assertEquals(writeAnswer(chosen, {}), text);
      assertEquals(readAnswer(text, use)?.agreement, chosen);
    }
  });
}

for (const { what, frame, answer, ...more } of handshake.offersRead) {
  Deno.test(`handshake reads what the vector says of an offer with ${what}`, () => {
    const greeting = readHeader(frame)!;
    assertEquals(greeting.header, "header" in more ? more.header : undefined);
    assertEquals(writeAnswer(choose(greeting.offer, []), {}), answer);
  });
}

for (const { what, frame, codec, features } of handshake.answersRead) {
  Deno.test(`handshake reads what the vector says of an answer that is ${what}`, () => {
    const { agreement } = readAnswer(frame, [])!;
    assertEquals([wireOf(agreement).name, [...agreement.features]], [codec, features]);
    assertEquals(agreement.values, "json");
  });
}

Deno.test("handshake takes no frame of the vectors that is foreign", () => {
  for (const frame of handshake.foreign) assertEquals(readAnswer(frame, []), undefined, frame);
  for (const frame of handshake.foreignHeaders) assertEquals(readHeader(frame), undefined, frame);
});

Deno.test("handshake offers the features of the vectors, and no more", () => {
  const { link } = JSON.parse(
    writeHeader(null, { wire: "linked", stalls: false, use: [], fields: undefined }),
  );
  assertEquals(link.features, handshake.features);
  assertEquals(FEATURES, handshake.features, "the tests' own list");
});
