import { assertEquals } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { startHeartbeat } from "../../src/session/heartbeat.ts";
import { linked } from "../../src/session/linked.ts";
import { endingOf, type OwnedLink, ownedLink } from "../helpers/links.ts";
import { Timers } from "../helpers/timers.ts";

const WIRE = { ...linked, nudge: "ask", keepAlive: "say" };
const LOST = endingOf(1006, { reason: "The peer no longer answers" });

/** An open link with a heartbeat of 100 ms. */
function beating(): OwnedLink {
  const owned = ownedLink();
  owned.link.start();
  owned.log.length = 0;
  startHeartbeat(owned.link, WIRE, 100);
  return owned;
}

Deno.test("startHeartbeat() asks twice in vain, then the link is lost, once", () => {
  using time = new FakeTime();
  using counted = new Timers();
  const { socket, log } = beating();
  const after: string[] = [];
  for (const ms of [49, 1, 99, 1, 99, 1, 1_000]) {
    time.tick(ms);
    after.push([...socket.sent, ...log.map(([what]) => what)].join());
  }
  const asked = "ask,ask";
  assertEquals(after, ["", "ask", "ask", asked, asked, `${asked},closed`, `${asked},closed`]);
  assertEquals(log, [["closed", LOST]]);
  const sent = [[3013, "The heartbeat wasn't answered in time"]];
  assertEquals([socket.closes, counted.count], [sent, 0]);
  socket.closed(1006);
});

for (let last = 0; last < 100; last += 7) {
  Deno.test(`startHeartbeat() asks within an interval of silence, and is over within three, when the last frame comes at ${last} ms`, () => {
    using time = new FakeTime();
    const { socket, log } = beating();
    time.tick(last);
    socket.receives("a frame");
    const heard = log.length;
    const before = socket.sent.length;
    time.tick(100);
    assertEquals(socket.sent.slice(before).includes("ask"), true);
    time.tick(200);
    assertEquals(log.slice(heard), [["closed", LOST]]);
    socket.closed(1006);
  });

  Deno.test(`startHeartbeat() says something within an interval when this end last spoke at ${last} ms`, () => {
    using time = new FakeTime();
    const { socket, link } = beating();
    const hears = (ms: number) => {
      for (let passed = 0; passed < ms; passed++) {
        socket.receives("a frame");
        time.tick(1);
      }
    };
    hears(last);
    link.give("a message");
    const before = socket.sent.length;
    for (let interval = 1; interval < 5; interval++) {
      hears(100);
      assertEquals(socket.sent.length - before >= interval, true);
    }
    socket.closed(1006);
  });
}

for (
  const [what, heard] of [["text frames", "receives"], ["binary ones", "receivesBinary"]] as const
) {
  Deno.test(`startHeartbeat() asks nothing when ${what} come in by themselves`, () => {
    using time = new FakeTime();
    using counted = new Timers();
    const { socket, link, log } = beating();
    for (let passed = 0; passed < 10; passed++) {
      time.tick(49);
      socket[heard](new ArrayBuffer(1));
      link.give("a message");
      time.tick(1);
    }
    assertEquals(socket.sent, Array(10).fill("a message"));
    assertEquals([log.length, counted.count], [10, 1]);
    socket.closed(1000);
  });
}

Deno.test("startHeartbeat() says a word when frames come in and none leaves", () => {
  using time = new FakeTime();
  const { socket } = beating();
  for (let passed = 0; passed < 6; passed++) {
    socket.receives("a frame");
    time.tick(50);
  }
  assertEquals(socket.sent, ["say", "say", "say"]);
  socket.closed(1000);
});

Deno.test("startHeartbeat() begins anew when an answer comes late", () => {
  using time = new FakeTime();
  const { socket, log } = beating();
  time.tick(249);
  socket.receives("an answer");
  time.tick(1);
  assertEquals(socket.sent, ["ask", "ask", "say"]);
  time.tick(249);
  assertEquals([socket.sent.slice(3), log.length], [["ask", "ask"], 1]);
  time.tick(1);
  assertEquals(log.at(-1), ["closed", LOST]);
  socket.closed(1006);
});

Deno.test("startHeartbeat() counts from its beginning, not what came in or left before", () => {
  using time = new FakeTime();
  const { socket, link } = ownedLink();
  link.start();
  link.give("a frame of the handshake");
  socket.receives("its answer");
  socket.sent.length = 0;
  startHeartbeat(link, WIRE, 100);
  time.tick(100);
  assertEquals(socket.sent, ["ask"]);
  socket.closed(1000);
});

Deno.test("startHeartbeat() sets no timer when there is none to be", () => {
  using counted = new Timers();
  const { socket, link } = ownedLink();
  startHeartbeat(link, WIRE, Infinity);
  assertEquals(counted.count, 0);
  socket.closed(1000);
});
