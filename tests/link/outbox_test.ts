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
    leave(frame) {
      if (sink.isOpen) left.push(`${frame}`);
      return sink.isOpen;
    },
    get isFull() {
      return left.length >= sink.room;
    },
  });
  return { box, left, sink };
}

Deno.test("push() lets a frame leave at once when nothing holds it", () => {
  const { box, left } = outbox();
  box.push("a", 1);
  box.push("b", 0);
  assertEquals([left, box.isWaiting, box.lastLeft], [["a", "b"], false, 1]);
});

Deno.test("push() keeps frames in order when they are held, and release() lets them go", () => {
  const { box, left } = outbox();
  box.push("a", 1);
  box.hold();
  assertEquals([box.isHolding, box.isWaiting], [true, false]);
  box.push("b", 2);
  box.push("c", 3);
  assertEquals([left, box.isWaiting], [["a"], true]);
  box.release();
  box.push("d", 4);
  assertEquals([left, box.isHolding, box.isWaiting], [["a", "b", "c", "d"], false, false]);
  assertEquals(box.lastLeft, 4);
});

Deno.test("release() does nothing when nothing was held, also twice", () => {
  const { box, left } = outbox();
  box.release();
  box.hold();
  box.release();
  box.release();
  box.push("a", 1);
  assertEquals(left, ["a"]);
});

Deno.test("pump() lets go what there is room for, in order, when the sink was full", () => {
  const { box, left, sink } = outbox();
  sink.room = 1;
  for (const [index, frame] of ["a", "b", "c", "d"].entries()) box.push(frame, index + 1);
  assertEquals([left, box.isWaiting], [["a"], true]);
  sink.room = 3;
  box.pump();
  assertEquals([left, box.isWaiting], [["a", "b", "c"], true]);
  sink.room = 9;
  box.push("e", 5);
  assertEquals(left, ["a", "b", "c"]);
  box.pump();
  assertEquals([left, box.isWaiting], [["a", "b", "c", "d", "e"], false]);
});

Deno.test("pump() lets nothing go when the outbox holds", () => {
  const { box, left } = outbox();
  box.hold();
  box.push("a", 1);
  box.pump();
  assertEquals([left, box.isWaiting], [[], true]);
});

Deno.test("lastLeft is that of the last call that has left, whatever was pushed behind it", () => {
  const { box, left, sink } = outbox();
  box.push("a", 1);
  box.push("a return", 0);
  sink.isOpen = false;
  box.push("b", 3);
  sink.isOpen = true;
  box.push("c", 4); // what comes behind one that was not taken does not leave either
  assertEquals([box.lastLeft, left], [1, ["a", "a return"]]);
});

Deno.test("drop() forgets what waits, and tells what would have been made later", () => {
  const { box, left } = outbox();
  let dropped = 0;
  box.hold();
  box.push("a", 1);
  box.push({ make: () => ["late"], drop: () => dropped++ }, 0);
  box.drop();
  box.release();
  assertEquals([dropped, left, box.isWaiting, box.lastLeft], [1, [], false, 0]);
});

Deno.test("pump() makes what is made later when it leaves, in its place", () => {
  const { box, left } = outbox();
  let made = 0;
  box.hold();
  box.push("a", 1);
  box.push({ make: () => ["late", `${++made}`], drop: () => {} }, 0);
  box.push("b", 2);
  assertEquals(made, 0);
  box.release();
  assertEquals([left, box.lastLeft], [["a", "late", "1", "b"], 2]);
});
