import { assert, assertEquals } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { type OwnedLink, ownedLink } from "../helpers/links.ts";
import { Timers } from "../helpers/timers.ts";

/** A link whose mark is 1,000 bytes, and whose patience is 100 ms. */
function watched(): OwnedLink {
  return ownedLink({ readyState: 1 }, { limits: { sendBytes: 1_000, stallTimeout: 100 } });
}

const BROKE = ["broke", "stallTimeout", 1013, "The receiver stopped reading"];

Deno.test("isFull is from above the mark to the half of it, and drained() tells when it ends", () => {
  using time = new FakeTime();
  using counted = new Timers();
  const { socket, link, log } = watched();
  const seen: unknown[] = [];
  for (const buffered of [1_000, 1_001, 501, 500, 1_000]) {
    socket.bufferedAmount = buffered;
    time.tick(10);
    link.give("a frame");
    seen.push([buffered, link.isFull, log.length]);
  }
  assertEquals(seen, [
    [1_000, false, 0],
    [1_001, true, 0],
    [501, true, 0],
    [500, false, 1],
    [1_000, false, 1],
  ]);
  assertEquals([log, counted.count], [[["drained"]], 0]);
  socket.closed(1000);
});

for (
  const [what, happens] of [
    ["a message leaves", ({ link }) => void link.give("a message")],
    ["a word leaves", ({ link }) => link.say("a word")],
    ["a text comes in", ({ socket }) => socket.receives("a text")],
    ["bytes come in", ({ socket }) => socket.receivesBinary()],
  ] as [string, (owned: OwnedLink) => void][]
) {
  Deno.test(`isFull asks the socket once until ${what}`, () => {
    const owned = watched();
    const { socket, link } = owned;
    assertEquals(link.isFull, false);
    socket.bufferedAmount = 5_000; // by nobody
    assertEquals(link.isFull, false);
    happens(owned);
    assertEquals(link.isFull, true);
    socket.closed(1000);
  });
}

/** A link whose socket counts what it is given, and how often it was asked for it. */
function counted(sendBytes: number): { readonly link: OwnedLink["link"]; asked(): number } {
  const { socket, link } = ownedLink({ readyState: 1 }, { limits: { sendBytes } });
  let asked = 0;
  Object.defineProperty(socket, "bufferedAmount", {
    get() {
      asked++;
      return socket.sent.reduce((sum, text) => sum + new TextEncoder().encode(text).length, 0);
    },
  });
  return { link, asked: () => asked };
}

Deno.test("isFull asks the socket seldom when there is much room, and isn't late", () => {
  for (const character of ["a", "€"]) {
    const { link, asked } = counted(500_000);
    const text = character.repeat(300);
    const bytes = new TextEncoder().encode(text).length;
    let sent = 0;
    for (; sent < 3_000 && !link.isFull; sent++) link.give(text);
    // frames after the first 1,024 count 512 bytes more
    const held = sent * bytes + Math.max(0, sent - 1_024) * 512;
    assert(held > 500_000 && held <= 500_000 + bytes + 512, `${held} bytes`);
    assert(asked() < sent / 2, `${asked()} times in ${sent} frames`);
    link.finish();
  }
});

Deno.test("isFull looks at nothing by itself when the socket has room", () => {
  using counted = new Timers();
  const { socket, link } = watched();
  assertEquals([link.isFull, counted.count], [false, 0]);
  socket.closed(1000);
});

Deno.test("isFull is false when the platform can't tell what it holds", () => {
  const { socket, link } = watched();
  Object.assign(socket, { bufferedAmount: undefined });
  for (let sent = 0; sent < 3_000; sent++) link.give("a frame");
  assertEquals(link.isFull, false);
  socket.closed(1000);
});

Deno.test("isFull counts what frames cost beside their bytes when they are many", () => {
  using time = new FakeTime();
  const { socket, link, log } = watched();
  socket.bufferedAmount = 1;
  let sent = 0;
  for (; sent < 5_000 && !link.isFull; sent++) link.give("");
  assertEquals(sent > 1_000 && sent < 5_000, true, `full after ${sent} frames`);
  time.tick(10); // the bytes themselves are few
  link.give("");
  assertEquals([log, link.isFull], [[["drained"]], false]);
  socket.closed(1000);
});

Deno.test("say() sends no word when the socket is full, and give() sends all the same", () => {
  const { socket, link } = watched();
  socket.bufferedAmount = 1_001;
  link.say("a word");
  link.give("a message");
  assertEquals(socket.sent, ["a message"]);
  socket.closed(1000);
});

Deno.test("broke() tells once when nothing leaves for the time of its patience", () => {
  using time = new FakeTime();
  using counted = new Timers();
  const { socket, link, log } = watched();
  socket.bufferedAmount = 5_000;
  assertEquals(link.isFull, true);
  time.tick(100);
  assertEquals(log, []);
  time.tick(20);
  assertEquals([log, counted.count], [[BROKE], 0]);
  socket.closed(1000);
});

Deno.test("broke() is put off by each new low, and not by what grows and falls back", () => {
  using time = new FakeTime();
  const { socket, link, log } = watched();
  socket.bufferedAmount = 9_000;
  assertEquals(link.isFull, true);
  for (let passed = 0; passed < 50; passed++) {
    socket.bufferedAmount -= 100;
    time.tick(10);
  }
  assertEquals(log, []);
  for (let passed = 0; passed < 6; passed++) {
    socket.bufferedAmount += 50;
    time.tick(10);
    socket.bufferedAmount -= 50;
    time.tick(10);
  }
  assertEquals(log, [BROKE]);
  socket.closed(1000);
});

Deno.test("the look at a full socket ends with its link", () => {
  using counted = new Timers();
  const { socket, link } = watched();
  socket.bufferedAmount = 5_000;
  assertEquals([link.isFull, counted.count], [true, 1]);
  socket.closed(1000);
  assertEquals(counted.count, 0);
});
