import { assertEquals } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { type Frame, framesOf, readFrame } from "../../src/groups/frame.ts";
import { IncomingStream } from "../../src/groups/incoming_stream.ts";
import { LARGEST } from "../../src/groups/message.ts";

const SENDER = "a".repeat(36);

/** A stream, and what it gave. */
function stream(kept = { bytes: 0 }) {
  const log: string[] = [];
  const faults: string[] = [];
  const incoming = new IncomingStream({
    take: (message) => void log.push(new TextDecoder().decode(message)),
    fault: (reason) => void faults.push(reason),
  }, kept);
  return { incoming, log, faults, kept };
}

/** The frames of texts, with numbers from 1 on. */
function framesFor(texts: readonly string[], maxBytes = 65_536): Frame[] {
  let number = 1;
  return texts.flatMap((text) => {
    const head = { sender: SENDER, stream: 1, number, maxBytes };
    const frames = framesOf(new TextEncoder().encode(text), head);
    number += frames.length;
    return frames.map((bytes) => readFrame(bytes, maxBytes));
  });
}

Deno.test("a stream sorts frames, and drops those that arrive twice", () => {
  const { incoming, log, faults, kept } = stream();
  const [a, b, c, d] = framesFor(["a", "b", "c", "d"]) as [Frame, Frame, Frame, Frame];
  for (const frame of [a, c, a, d, c, b, b, d]) incoming.push(frame);
  assertEquals([log.join(""), faults, kept.bytes], ["abcd", [], 0]);
  incoming.stop();
});

Deno.test("a stream joins the parts of a message, whatever their order", () => {
  const { incoming, log, kept } = stream();
  const text = "abc".repeat(100);
  const frames = framesFor([text, "end"], 80);
  for (const frame of frames.toReversed()) incoming.push(frame);
  assertEquals([log, kept.bytes], [[text, "end"], 0]);
  incoming.stop();
});

Deno.test("a lost frame holds up the others for a short time, and is told", async () => {
  using time = new FakeTime();
  const { incoming, log, faults, kept } = stream();
  const frames = framesFor([..."abcdefgh"]);
  incoming.push(frames[0]!);
  incoming.push(frames[2]!);
  await time.tickAsync(200);
  incoming.push(frames[5]!);
  assertEquals(log.join(""), "a");
  await time.tickAsync(60);
  assertEquals([log.join(""), faults], ["ac", ["1 messages before it were lost"]]);
  incoming.push(frames[1]!); // too late
  incoming.push(frames[3]!);
  assertEquals(log.join(""), "acd");
  await time.tickAsync(250);
  assertEquals([log.join(""), faults.length, kept.bytes], ["acdf", 2, 0]);
  incoming.stop();
});

Deno.test("a stream that is first heard in the middle begins there", async () => {
  using time = new FakeTime();
  const { incoming, log, faults } = stream();
  const frames = framesFor([..."abcd"]);
  for (const at of [3, 2]) incoming.push(frames[at]!);
  await time.tickAsync(300);
  assertEquals([log.join(""), faults], ["cd", []]);
  incoming.stop();
});

Deno.test("a message without one of its parts is dropped, and the next one isn't", async () => {
  using time = new FakeTime();
  for (const missing of [0, 1, 4]) {
    const { incoming, log, kept } = stream();
    const frames = framesFor(["zero", "x".repeat(130), "next"], 80).filter(({ number }) =>
      number !== missing + 2
    );
    for (const frame of frames) incoming.push(frame);
    await time.tickAsync(300);
    assertEquals([log, kept.bytes], [["zero", "next"], 0]);
    incoming.stop();
  }
});

Deno.test("a message whose parts stop coming is dropped after a while", async () => {
  using time = new FakeTime();
  const { incoming, log, faults, kept } = stream();
  const frames = framesFor(["x".repeat(100)], 80);
  incoming.push(frames[0]!);
  await time.tickAsync(9_000);
  assertEquals(incoming.expire(Date.now()), false);
  await time.tickAsync(2_000);
  assertEquals(incoming.expire(Date.now()), false);
  assertEquals([log, faults, kept.bytes], [[], ["a part of it is missing"], 0]);
  await time.tickAsync(60_000);
  assertEquals(incoming.expire(Date.now()), true);
  incoming.stop();
});

Deno.test("a message over the limit is dropped, and so are frames over what all streams may keep", () => {
  const { incoming, log, faults, kept } = stream();
  const part = new Uint8Array(2 ** 20);
  const frame = (number: number, index: number): Frame => ({
    sender: SENDER,
    stream: 1,
    number,
    index,
    rest: 1_000,
    part,
  });
  for (let at = 0; at < 100; at++) incoming.push(frame(at + 1, at));
  assertEquals([log, faults, kept.bytes], [[], ["it is too long"], 0]);
  const full = stream({ bytes: 4 * LARGEST });
  full.incoming.push(frame(2, 0)); // waits for the first
  full.incoming.push(frame(1, 0));
  assertEquals(full.faults, ["too many bytes wait", "too many bytes wait"]);
  for (const one of [incoming, full.incoming]) one.stop();
  assertEquals(full.kept.bytes, 4 * LARGEST);
});

Deno.test("a stream keeps a limited number of frames that wait", () => {
  const { incoming, log, kept } = stream();
  const frames = framesFor(Array.from({ length: 10_000 }, (_, at) => `${at} `));
  for (const frame of frames.slice(1)) incoming.push(frame);
  assertEquals(log.length > 5_000, true);
  assertEquals(log.slice(0, 3), ["1 ", "2 ", "3 "]);
  incoming.stop();
  assertEquals(kept.bytes, 0);
});
