import { assertEquals } from "@std/assert";
import { Outbox } from "../../src/link/outbox.ts";

/** An outbox over a sink that a test opens, fills and ends. */
function outbox(): {
  readonly box: Outbox;
  readonly left: string[];
  readonly sink: { isOpen: boolean; room: number };
} {
  const left: string[] = [];
  const sink = { isOpen: true, room: Infinity };
  const box = new Outbox({
    send(frame) {
      if (sink.isOpen) left.push(`${frame}`);
      return sink.isOpen;
    },
    isFull: () => left.length >= sink.room,
  });
  return { box, left, sink };
}

Deno.test("push() lets a frame leave at once when nothing holds it", () => {
  const { box, left } = outbox();
  box.push("a", [1]);
  box.push("b", []);
  assertEquals([left, box.isWaiting, box.drop()], [["a", "b"], false, []]);
});

Deno.test("push() keeps frames in order when they are held, and release() lets them go", () => {
  const { box, left } = outbox();
  box.push("a", [1]);
  box.hold();
  assertEquals([box.isHolding, box.isWaiting], [true, false]);
  box.push("b", [2]);
  box.push("c", [3]);
  assertEquals([left, box.isWaiting], [["a"], true]);
  box.release();
  box.push("d", [4]);
  assertEquals([left, box.isHolding, box.isWaiting], [["a", "b", "c", "d"], false, false]);
  assertEquals(box.drop(), []);
});

Deno.test("release() does nothing when nothing was held, also twice", () => {
  const { box, left } = outbox();
  box.release();
  box.hold();
  box.release();
  box.release();
  box.push("a", [1]);
  assertEquals(left, ["a"]);
});

Deno.test("pump() lets go what there is room for, in order, when the sink was full", () => {
  const { box, left, sink } = outbox();
  sink.room = 1;
  for (const [index, frame] of ["a", "b", "c", "d"].entries()) box.push(frame, [index + 1]);
  assertEquals([left, box.isWaiting], [["a"], true]);
  sink.room = 3;
  box.pump();
  assertEquals([left, box.isWaiting], [["a", "b", "c"], true]);
  sink.room = 9;
  box.push("e", [5]);
  assertEquals(left, ["a", "b", "c"]);
  box.pump();
  assertEquals([left, box.isWaiting], [["a", "b", "c", "d", "e"], false]);
});

Deno.test("pump() lets nothing go when the outbox holds", () => {
  const { box, left } = outbox();
  box.hold();
  box.push("a", [1]);
  box.pump();
  assertEquals([left, box.isWaiting], [[], true]);
});

Deno.test("drop() gives the calls that never left, in order, when the end comes", () => {
  const { box, left, sink } = outbox();
  box.push("a", [1]);
  sink.isOpen = false;
  box.push("b", [2, 3]);
  box.push("a return", []);
  box.hold();
  box.push("c", [4]);
  box.push("d", [5, 6]);
  assertEquals(box.drop(), [2, 3, 4, 5, 6]);
  assertEquals([box.drop(), box.isWaiting, left], [[], false, ["a"]]);
});
