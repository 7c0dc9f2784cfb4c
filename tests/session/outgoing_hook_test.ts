import { assertEquals } from "@std/assert";
import { outgoing, push } from "../helpers/sinks.ts";
import { microtasks } from "../helpers/waiting.ts";

/** What leaves under the eyes of a feature. */
function watched(isBatching = false): ReturnType<typeof outgoing> & {
  readonly log: unknown[];
  readonly leaving: { isFull: boolean; word: string | undefined };
} {
  const ends = outgoing({ isBatching });
  const log: unknown[] = [];
  const leaving = { isFull: false, word: undefined as string | undefined };
  ends.out.leaving = {
    away: (text) => void log.push(["away", text]),
    waits: (texts) => texts,
    left(text, count, bytes) {
      log.push([text, count, bytes, ends.sink.left.length]);
      return leaving.word && `[${leaving.word},${text}]`;
    },
    get isFull() {
      return leaving.isFull;
    },
  };
  return { ...ends, log, leaving };
}

Deno.test("leaving.left() is told of the messages of a frame before the link gets it", async () => {
  const { out, log } = watched(true);
  push(out, "a", "bc");
  await microtasks();
  const bytes = [new Uint8Array([1])];
  out.push("with bytes", 3, bytes);
  assertEquals(log, [["a,bc", 2, undefined, 0], ["with bytes", 1, bytes, 1]]);
});

Deno.test("leaving.left() is told also of what the link does not take, which counts as left", () => {
  const { out, sink, log } = watched();
  const bytes = [new Uint8Array([1])];
  sink.isOpen = false;
  out.push("a", 1, undefined);
  out.push("b", 2, bytes);
  out.push("c", 3, undefined);
  assertEquals(log.map((entry) => (entry as unknown[])[0]), ["a", "b", "c"]);
  assertEquals([out.lastLeft, out.waiting, sink.left], [3, 0, []]);
});

Deno.test("leaving.left() can add a message to the frame", async () => {
  const { out, sink, leaving } = watched(true);
  leaving.word = "[70,1]";
  push(out, "[0,1]", "[0,2]");
  await microtasks();
  leaving.word = undefined;
  push(out, "[0,3]", "[0,4]");
  await microtasks();
  push(out, "[0,5]");
  await microtasks();
  assertEquals(sink.left, ["[[70,1],[0,1],[0,2]]", "[[0,3],[0,4]]", "[0,5]"]);
});

Deno.test("leaving.isFull keeps everything back until there is room", () => {
  const { out, sink, leaving } = watched();
  leaving.isFull = true;
  push(out, "a", "b");
  out.pump();
  assertEquals([sink.left, out.waiting, out.hasRoom], [[], 2, false]);
  leaving.isFull = false;
  out.pump();
  assertEquals([sink.left, out.waiting, out.hasRoom], [["a", "b"], 0, true]);
});
