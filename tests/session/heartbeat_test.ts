import { assertEquals } from "@std/assert";
import { Heartbeat } from "../../src/session/heartbeat.ts";
import { FakeLater } from "../helpers/fake_later.ts";

/** A heartbeat of 100 ms, and what it does. */
function beating(): {
  readonly heart: Heartbeat;
  readonly time: FakeLater;
  readonly log: string[];
} {
  const time = new FakeLater();
  const log: string[] = [];
  const heart = new Heartbeat(100, {
    ask: () => log.push("ask"),
    say: () => log.push("say"),
    lost: () => log.push("lost"),
    later: time.later,
  });
  return { heart, time, log };
}

Deno.test("Heartbeat asks twice in vain, then says that the other end is lost, once", () => {
  const { time, log } = beating();
  const after: string[] = [];
  for (const ms of [99, 1, 100, 99, 1, 1_000]) {
    time.pass(ms);
    after.push(log.join());
  }
  assertEquals(after, ["", "ask", "ask,ask", "ask,ask", "ask,ask,lost", "ask,ask,lost"]);
  assertEquals(time.count, 0);
});

Deno.test("Heartbeat asks nothing when frames come in by themselves", () => {
  const { heart, time, log } = beating();
  for (let passed = 0; passed < 10; passed++) {
    time.pass(99);
    heart.heard();
    heart.said();
    time.pass(1);
  }
  assertEquals([log, time.count], [[], 1]);
});

Deno.test("Heartbeat says a word when frames come in and none leaves", () => {
  const { heart, time, log } = beating();
  for (let passed = 0; passed < 3; passed++) {
    heart.heard();
    time.pass(100);
  }
  assertEquals(log, ["say", "say", "say"]);
});

Deno.test("Heartbeat begins anew when an answer comes late", () => {
  const { heart, time, log } = beating();
  time.pass(299);
  heart.heard();
  time.pass(1);
  assertEquals(log, ["ask", "ask", "say"]);
  time.pass(200);
  assertEquals(log, ["ask", "ask", "say", "ask", "ask"]);
  time.pass(100);
  assertEquals(log.at(-1), "lost");
});
