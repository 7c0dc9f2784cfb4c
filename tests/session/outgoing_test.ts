import { assert, assertEquals } from "@std/assert";
import { keepBack, outgoing, push, Sink } from "../helpers/sinks.ts";
import { microtasks } from "../helpers/waiting.ts";

Deno.test("push() sends at once when nothing waits, and lastLeft is of the last call", () => {
  const { out, sink } = outgoing();
  out.push("a", 1, undefined);
  out.push("b", 0, undefined);
  assertEquals([sink.left, out.waiting, out.lastLeft], [["a", "b"], 0, 1]);
});

Deno.test("push() keeps frames in order when a gate keeps them back, and pump() sends them once it is open", () => {
  const { out, sink } = outgoing();
  out.push("a", 1, undefined);
  const letGo = keepBack(out);
  assertEquals([out.waiting, out.hasRoom], [0, false]);
  out.push("b", 2, undefined);
  out.push("c", 3, undefined);
  assertEquals([sink.left, out.waiting, out.hasRoom, out.lastLeft], [["a"], 2, false, 1]);
  letGo();
  out.push("d", 4, undefined);
  assertEquals([sink.left, out.waiting, out.lastLeft], [["a", "b", "c", "d"], 0, 4]);
});

Deno.test("pump() sends what there is room for, in order, when the link was full", () => {
  const { out, sink } = outgoing();
  sink.room = 1;
  push(out, "a", "b", "c", "d");
  assertEquals([sink.left, out.waiting, out.hasRoom], [["a"], 3, false]);
  sink.room = 3;
  out.pump();
  assertEquals([sink.left, out.waiting, out.lastLeft], [["a", "b", "c"], 1, 3]);
  sink.room = 9;
  out.push("e", 5, undefined);
  assertEquals(sink.left, ["a", "b", "c"]);
  out.pump();
  assertEquals([sink.left, out.waiting, out.lastLeft], [["a", "b", "c", "d", "e"], 0, 5]);
});

Deno.test("pump() sends nothing when there is a gate", () => {
  const { out, sink } = outgoing();
  keepBack(out);
  out.push("a", 1, undefined);
  out.pump();
  assertEquals([sink.left, out.waiting], [[], 1]);
});

Deno.test("lastLeft is of the last call that the link took, whatever was pushed behind it", () => {
  const { out, sink } = outgoing();
  out.push("a", 1, undefined);
  out.push("a return", 0, undefined);
  sink.isOpen = false;
  out.push("b", 3, undefined);
  sink.isOpen = true;
  out.push("c", 4, undefined); // what comes behind one that was not taken does not leave either
  assertEquals([out.lastLeft, sink.left, out.waiting], [1, ["a", "a return"], 0]);
});

Deno.test("drop() forgets what waits, made or not, and cancels the gate", async () => {
  const { out, sink } = outgoing({ isBatching: true });
  let made = 0;
  let cancelled = 0;
  const make = () => ({ texts: [`late ${++made}`], bytes: undefined });
  const letGo = keepBack(out, () => cancelled++);
  out.push("a", 1, undefined);
  out.pushLater(make);
  out.push("b", 2, undefined);
  out.drop();
  letGo();
  await microtasks();
  assertEquals([made, sink.left, out.waiting, out.lastLeft, cancelled], [0, [], 0, 0, 1]);
});

Deno.test("pushLater() makes its message when it leaves, in its place, and not before", () => {
  const { out, sink } = outgoing();
  let made = 0;
  const letGo = keepBack(out);
  out.push("a", 1, undefined);
  out.pushLater(() => ({ texts: [`late ${++made}`], bytes: undefined }));
  out.push("b", 2, undefined);
  assertEquals([made, out.waiting], [0, 3]);
  letGo();
  assertEquals([sink.left, out.lastLeft], [["a", "late 1", "b"], 2]);
});

Deno.test("pushLater() stands behind what waits for company", () => {
  const { out, sink } = outgoing({ isBatching: true });
  const letGo = keepBack(out);
  push(out, "a", "b");
  out.pushLater(() => ({ texts: ["late"], bytes: [new Uint8Array([7])] }));
  letGo();
  assertEquals(sink.left, ["[a,b]", "late", new Uint8Array([7])]);
});

Deno.test("pump() leaves out what can't be made, and keeps what making it pushed", () => {
  const { out, sink } = outgoing();
  const letGo = keepBack(out);
  out.pushLater(() => {
    out.push("why not", 0, undefined);
    out.push("and more", 0, undefined);
    return undefined;
  });
  out.push("b", 2, undefined);
  sink.room = 1;
  letGo();
  assertEquals([sink.left, out.waiting], [["why not"], 2]);
  sink.room = 9;
  out.pump();
  assertEquals(sink.left, ["why not", "b", "and more"]);
});

Deno.test("push() lets a lone message leave alone, within the turn", async () => {
  const { out, sink } = outgoing({ isBatching: true });
  out.push("a", 1, undefined);
  assertEquals([sink.left, out.lastLeft], [[], 0]);
  await microtasks();
  assertEquals([sink.left, out.lastLeft, sink.turns], [["a"], 1, 1]);
});

Deno.test("push() puts messages of one turn into one frame, in order, with the last uid", async () => {
  const { out, sink } = outgoing({ isBatching: true });
  out.push("a", 1, undefined);
  out.push("b", 0, undefined);
  await null; // frames that are in already come with microtasks between them
  await null;
  out.push("c", 3, undefined);
  await microtasks();
  assertEquals(out.lastLeft, 3);
  out.push("d", 4, undefined);
  await microtasks();
  assertEquals([sink.left, out.lastLeft, sink.turns], [["[a,b,c]", "d"], 4, 2]);
});

Deno.test("push() cuts frames when they grow, ever later, and never beyond the longest", async () => {
  const { out, sink } = outgoing({ isBatching: true });
  push(out, ...Array(3_000).fill("x".repeat(100)));
  await microtasks();
  const frames = [...sink.left] as string[];
  const lengths = frames.map(({ length }) => length);
  assert(lengths[0]! <= 900 && lengths[0]! < lengths[1]! && lengths[1]! < lengths[2]!);
  assert(Math.max(...lengths) <= 32_100);
  const counts = frames.map((frame) => frame.match(/x+/g)!.length);
  const sums = counts.map((_, index) => counts.slice(0, index).reduce((sum, one) => sum + one, 0));
  assertEquals([sink.lasts, out.lastLeft], [sums, 3_000]);
  for (let uid = 3_001; uid <= 3_020; uid++) out.push("x".repeat(100), uid, undefined);
  await microtasks();
  assertEquals(sink.left[frames.length]!.length, lengths[0]); // each turn begins with a short one
});

Deno.test("push() lets a long message leave at once, behind what waits", async () => {
  const { out, sink } = outgoing({ isBatching: true });
  const long = "x".repeat(4_000);
  push(out, "a", long);
  assertEquals([sink.left, sink.lasts, out.lastLeft], [["a", long], [0, 1], 2]);
  await microtasks();
  assertEquals(sink.left.length, 2);
});

for (const isBatching of [false, true]) {
  Deno.test(`push() sends bytes behind their message, alone in its frame, when isBatching is ${isBatching}`, async () => {
    const { out, sink } = outgoing({ isBatching });
    const bytes = [new Uint8Array([1]), new Uint8Array([2, 3])];
    out.push("a", 1, undefined);
    out.push("with bytes", 2, bytes);
    out.push("b", 3, undefined);
    await microtasks();
    assertEquals(sink.left, ["a", "with bytes", ...bytes, "b"]);
    assertEquals(out.lastLeft, 3);
  });
}

Deno.test("push() sends no bytes of a message that the link did not take", () => {
  const { out, sink } = outgoing();
  const give = sink.give.bind(sink);
  sink.give = (frame) => typeof frame !== "string" && give(frame);
  out.push("with bytes", 1, [new Uint8Array([1])]);
  assertEquals([sink.left, out.lastLeft], [[], 0]);
});

Deno.test("flush() sends what waits now, and nothing when nothing does", async () => {
  const { out, sink } = outgoing({ isBatching: true });
  out.flush();
  push(out, "a", "b");
  out.flush();
  out.flush();
  assertEquals([sink.left, out.lastLeft], [["[a,b]"], 2]);
  await microtasks();
  assertEquals(sink.left.length, 1);
});

Deno.test("wait() tells that the turn is over when no message came of it, where frames are shared", async () => {
  for (const isBatching of [true, false]) {
    const { out, sink } = outgoing({ isBatching });
    out.wait();
    out.wait();
    assertEquals(sink.turns, 0);
    await microtasks();
    assertEquals([sink.turns, sink.left], [isBatching ? 1 : 0, []]);
  }
});

Deno.test("quiet tells of a call when it has left, and of none that waits", () => {
  const { out, sink } = outgoing();
  const log: string[] = [];
  out.quiet = new Map([2, 3, 5].map((uid) => [uid, () => void log.push(`left ${uid}`)]));
  sink.room = 3;
  push(out, "a", "b", "c", "d", "e");
  assertEquals([log, [...out.quiet.keys()]], [["left 2", "left 3"], [5]]);
  sink.room = 9;
  out.pump();
  assertEquals([log, out.quiet.size], [["left 2", "left 3", "left 5"], 0]);
});

Deno.test("quiet tells of no call that the link did not take", () => {
  const { out, sink } = outgoing();
  let told = 0;
  out.quiet = new Map([[1, () => told++]]);
  sink.isOpen = false;
  push(out, "a");
  assertEquals(told, 0);
});

Deno.test("cut() keeps what waits, and the next link gets it in order", async () => {
  const { out, sink } = outgoing({ isBatching: true });
  sink.room = 1;
  out.push("a", 1, undefined);
  out.flush();
  out.push("b", 2, undefined);
  out.flush();
  out.push("c", 3, undefined); // waits for company
  out.cut();
  out.push("d", 4, undefined);
  await microtasks();
  assertEquals([sink.left, out.hasRoom, out.lastLeft], [["a"], false, 1]);
  const next = out.link = new Sink(out);
  out.pump();
  assertEquals([next.left, sink.left, out.lastLeft], [["b", "[c,d]"], ["a"], 4]);
});

Deno.test("cut() ends what a broken link had stopped", () => {
  const { out, sink } = outgoing();
  sink.isOpen = false;
  push(out, "a");
  out.cut();
  const next = out.link = new Sink(out);
  out.push("b", 2, undefined);
  assertEquals([next.left, out.lastLeft], [["b"], 2]);
});
