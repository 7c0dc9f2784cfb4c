import { assertEquals } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { Pace } from "../../src/ends/client_pacer.ts";
import { Timers } from "../../src/ends/shared_timers.ts";
import { newTrail, Trail } from "../../src/ends/server_pacer.ts";
import { type Stalls, Upkeep } from "../../src/link/upkeep.ts";
import { FakeLater } from "../helpers/fake_later.ts";

const TEXTS = { nudge: "nudge", keepAlive: "alive", receipt: (frames: number) => `got ${frames}` };

/** An upkeep, and what it sends. */
function keeping(stalls: Stalls, heartbeat = Infinity): { upkeep: Upkeep; log: string[] } {
  const log: string[] = [];
  const upkeep = new Upkeep({
    say: (frame) => log.push(frame),
    lost: () => log.push("lost"),
  }, { texts: TEXTS, timers: new Timers(), stalls, heartbeat });
  return { upkeep, log };
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
  ] as const
) {
  Deno.test(`needsNudge() is ${nudges.at(-1)} when ${what}`, () => {
    const pace = new Pace();
    const seen = lengths.map((length, index) => {
      if (index === 1) pace.heard(heard);
      return pace.needsNudge(length);
    });
    assertEquals(seen, [...nudges]);
  });
}

Deno.test("heard() never counts below nothing when the other end says more than it must", () => {
  const pace = new Pace();
  pace.heard(50);
  assertEquals([pace.needsNudge(2_000), pace.needsNudge(2_000)], [true, false]);
});

Deno.test("Trail says something some times after a nudge, then is quiet", () => {
  const time = new FakeLater();
  let said = 0;
  const trail = new Trail({ say: () => said++, later: time.later });
  trail.heard();
  assertEquals(time.count, 0);
  for (let round = 1; round <= 2; round++) {
    trail.begin();
    assertEquals(said, (round - 1) * 5);
    time.pass(1_000);
    assertEquals([said, time.count], [round * 5, 0]);
  }
});

Deno.test("Trail says nothing in the middle of traffic, and has one timer", () => {
  const time = new FakeLater();
  let said = 0;
  const trail = new Trail({ say: () => said++, later: time.later });
  for (let passed = 0; passed < 50; passed++) {
    if (passed % 10 === 0) trail.begin();
    trail.heard();
    time.pass(0.5);
  }
  assertEquals([said, time.count], [0, 1]);
});

Deno.test("leaving() sends a nudge before a frame that would stall here, and none elsewhere", () => {
  const here = keeping("here");
  here.upkeep.leaving(2_000);
  here.upkeep.leaving(2_000);
  assertEquals(here.log, ["nudge"]);
  here.upkeep.heardMessages();
  here.upkeep.heardReceipt(1);
  here.upkeep.leaving(2_000);
  assertEquals(here.log, ["nudge", "nudge"]);
  const nowhere = keeping("nowhere");
  nowhere.upkeep.leaving(2_000);
  assertEquals(nowhere.log, []);
});

Deno.test("turnOver() sends a receipt for frames that brought none back, to a client that stalls", () => {
  const { upkeep, log } = keeping(newTrail);
  assertEquals([upkeep.heardMessages(), upkeep.heardMessages()], [true, true]);
  upkeep.leaving(10);
  upkeep.turnOver();
  upkeep.turnOver();
  assertEquals(log, ["got 1"]);
  const other = keeping("nowhere");
  assertEquals(other.upkeep.heardMessages(), false);
  other.upkeep.turnOver();
  assertEquals(other.log, []);
});

Deno.test("heardNudge() answers each", () => {
  const { upkeep, log } = keeping("nowhere");
  upkeep.heardNudge();
  upkeep.heardNudge();
  assertEquals(log, ["alive", "alive"]);
});

Deno.test("heard() keeps the heartbeat quiet, and without it the other end is lost", () => {
  using time = new FakeTime();
  const { upkeep, log } = keeping("nowhere", 100);
  for (let passed = 0; passed < 5; passed++) {
    time.tick(60);
    upkeep.heard();
  }
  assertEquals(log, ["alive", "alive", "alive"]);
  time.tick(1_000);
  assertEquals(log.slice(-3), ["nudge", "nudge", "lost"]);
});
