import { assertEquals } from "@std/assert";
import type { Leaving } from "../../src/session/feature.ts";
import { outgoing, push } from "../helpers/sinks.ts";
import { microtasks } from "../helpers/waiting.ts";

/** What leaves under the eyes of a feature. */
function watched(isBatching = false): ReturnType<typeof outgoing> & {
  readonly log: unknown[];
  readonly leaving: { -readonly [K in "isFull" | "word"]: Leaving["isFull"] | string | undefined };
} {
  const ends = outgoing({ isBatching });
  const log: unknown[] = [];
  const leaving = { isFull: false, word: undefined as string | undefined };
  ends.out.leaving = {
    away: (text) => void log.push(["away", text]),
    waits: (texts) => texts,
    left(texts, bytes) {
      log.push([texts, bytes, ends.sink.left.length]);
      return texts as string[];
    },
    beside: () => leaving.word,
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
  assertEquals(log, [[["a", "bc"], undefined, 0], [["with bytes"], bytes, 1]]);
});

Deno.test("leaving.left() is told also of what the link does not take, which counts as left", () => {
  const { out, sink, log } = watched();
  const bytes = [new Uint8Array([1])];
  sink.isOpen = false;
  out.push("a", 1, undefined);
  out.push("b", 2, bytes);
  out.push("c", 3, undefined);
  assertEquals(log.map((entry) => (entry as unknown[])[0]), [["a"], ["b"], ["c"]]);
  assertEquals([out.lastLeft, out.waiting, sink.left], [3, 0, []]);
});

Deno.test("leaving.beside() rides in front of the next frame, and not with bytes", () => {
  const { out, sink, leaving, log } = watched();
  leaving.word = "[70,1]";
  out.push("[0,1]", 1, undefined);
  out.push("[0,2]", 2, [new Uint8Array([1])]);
  leaving.word = undefined;
  out.push("[0,3]", 3, undefined);
  assertEquals(sink.left, ["[[70,1],[0,1]]", "[0,2]", new Uint8Array([1]), "[0,3]"]);
  assertEquals((log[0] as unknown[]).slice(0, 2), [["[0,1]"], undefined]);
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
