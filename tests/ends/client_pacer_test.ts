import "../helpers/late_platform.ts";
import { assertEquals } from "@std/assert";
import { clientPacer } from "../../src/ends/client_pacer.ts";
import { closedBy, connected } from "../helpers/ends.ts";
import { type OwnedLink, ownedLink } from "../helpers/links.ts";

/** A link of a client whose runtime holds frames back, with a clock that stands still. */
function paced(): OwnedLink {
  const owned = ownedLink();
  owned.link.pacer = clientPacer!(owned.link, "nudge");
  return owned;
}

/** Runs while the clock shows what a test says. */
function withClock(run: (clock: { ms: number }) => void): void {
  const { now } = performance;
  const clock = { ms: 1_000 };
  performance.now = () => clock.ms;
  try {
    run(clock);
  } finally {
    performance.now = now;
  }
}

/** Which of the frames of these lengths had a nudge before them; bytes where it is given so. */
function nudged({ socket, link }: OwnedLink, ...lengths: (number | Uint8Array)[]): boolean[] {
  return lengths.map((length) => {
    const { length: before } = socket.frames;
    link.give(typeof length === "number" ? "x".repeat(length) : length);
    const left = socket.frames.slice(before).map((frame) => frame === "nudge");
    assertEquals([left.length, left.at(-1)], [left[0] === true ? 2 : 1, false]);
    return left[0]!;
  });
}

for (
  const [what, lengths, heard, nudges] of [
    ["it is of a length that stalls", [900], 0, [true]],
    ["it is just short of that", [899], 0, [false]],
    ["it is as long as leaves at once", [65_536], 0, [false]],
    ["it is just shorter", [65_535], 0, [true]],
    ["one was nudged for that is under way", [2_000, 2_000], 0, [true, false]],
    ["a short one is under way", [10, 2_000], 0, [false, true]],
    ["all that left was answered", [2_000, 2_000], 1, [true, true]],
    ["more was answered than had left", [2_000, 2_000, 2_000], 50, [true, true, false]],
  ] as const
) {
  Deno.test(`leaving() ${nudges.at(-1) ? "nudges" : "does not nudge"} before a frame when ${what}`, () =>
    withClock(() => {
      const owned = paced();
      const [first, ...rest] = lengths;
      const seen = nudged(owned, first);
      if (heard > 0) owned.link.pacer!.heardReceipt!(heard);
      assertEquals([...seen, ...nudged(owned, ...rest)], [...nudges]);
      owned.socket.closed(1000);
    }));
}

Deno.test("leaving() nudges anew when the last nudge has done its work, and not before", () =>
  withClock((clock) => {
    const owned = paced();
    const seen = nudged(owned, 2_000);
    clock.ms += 14;
    seen.push(...nudged(owned, 2_000));
    clock.ms += 1;
    seen.push(...nudged(owned, 2_000, 2_000));
    assertEquals(seen, [true, false, true, false]);
    owned.socket.closed(1000);
  }));

Deno.test("heardMessages() counts as an answer to one frame, and owes none", () =>
  withClock(() => {
    const owned = paced();
    const seen = nudged(owned, 2_000, 2_000);
    assertEquals(owned.link.pacer!.heardMessages(), false);
    seen.push(...nudged(owned, 2_000)); // one of two is under way still
    owned.link.pacer!.heardMessages();
    owned.link.pacer!.heardMessages();
    seen.push(...nudged(owned, 2_000));
    assertEquals(seen, [true, false, false, true]);
    owned.socket.closed(1000);
  }));

Deno.test("leaving() nudges before bytes, however short they are, while no more than one frame is under way", () =>
  withClock(() => {
    const owned = paced();
    assertEquals(nudged(owned, new Uint8Array(1)), [true]);
    const parts = [new Uint8Array(1), new Uint8Array(1)];
    assertEquals(nudged(paced(), 2_000, ...parts), [true, true, true]);
    assertEquals(nudged(paced(), 2_000, 10, ...parts), [true, false, false, false]);
    assertEquals(nudged(paced(), 10, new Uint8Array(1)), [false, true]);
    assertEquals(nudged(paced(), new Uint8Array(65_536)), [false]);
    owned.socket.closed(1000);
  }));

Deno.test("a connector sends no nudge when its socket is of the user's own making", async () => {
  const { socket, connector } = await connected({ heartbeat: Infinity });
  const calls = [1, 2].map(() => connector.getDriver().f!("x".repeat(2_000)).catch(() => {}));
  assertEquals(socket.messages.map(({ listener }) => listener), ["f", "f"]);
  assertEquals(socket.sent.length, 2);
  await closedBy(socket);
  await Promise.all(calls);
});
