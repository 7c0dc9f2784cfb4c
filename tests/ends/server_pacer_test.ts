import { assertEquals } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { ServerPacer } from "../../src/ends/server_pacer.ts";
import { accepted, closedBy } from "../helpers/ends.ts";
import { type OwnedLink, ownedLink } from "../helpers/links.ts";
import { Timers } from "../helpers/timers.ts";
import { microtasks } from "../helpers/waiting.ts";

/** The pacer of a link toward a client that holds frames back. */
function paced(): OwnedLink & { readonly pacer: ServerPacer } {
  const owned = ownedLink();
  const pacer = new ServerPacer(owned.link, "a word");
  owned.link.pacer = pacer;
  return { ...owned, pacer };
}

Deno.test("heardNudge() has something said some times, then it is quiet", () => {
  using time = new FakeTime();
  using counted = new Timers();
  const { socket, pacer } = paced();
  pacer.heard();
  assertEquals(counted.count, 0);
  for (let round = 1; round <= 2; round++) {
    pacer.heardNudge();
    assertEquals(socket.sent.length, (round - 1) * 5);
    time.tick(1_000);
    assertEquals([socket.sent, counted.count], [Array(round * 5).fill("a word"), 0]);
  }
  socket.closed(1000);
});

Deno.test("heardNudge() has nothing said in the middle of traffic, and sets one timer", () => {
  using time = new FakeTime();
  using counted = new Timers();
  const { socket, pacer } = paced();
  for (let passed = 0; passed < 50; passed++) {
    if (passed % 10 === 0) pacer.heardNudge();
    socket.receives("a frame");
    time.tick(1);
  }
  assertEquals([socket.sent, counted.count], [[], 1]);
  socket.closed(1000);
  assertEquals(counted.count, 0);
});

Deno.test("turnOver() sends a receipt for frames that brought none back, once", () => {
  const { socket, link, pacer } = paced();
  assertEquals([1, 2, 3].map(() => pacer.heardMessages()), [true, true, true]);
  link.give("an answer");
  link.give(new Uint8Array(3)); // bytes are of the message before them
  socket.sent.length = 0;
  pacer.turnOver();
  pacer.turnOver();
  assertEquals(socket.sent, ["[66,2]"]);
  socket.closed(1000);
});

Deno.test("turnOver() sends none when each frame has brought one back", () => {
  const { socket, link, pacer } = paced();
  pacer.heardMessages();
  for (let sent = 0; sent < 3; sent++) link.give("an answer");
  pacer.heardMessages(); // what left before is the answer to nothing later
  link.give("an answer");
  pacer.turnOver();
  assertEquals(socket.sent, Array(4).fill("an answer"));
  socket.closed(1000);
});

/** The first frame of a connector of this library, which offers these features. */
function headerOf(...features: string[]): string {
  return JSON.stringify({ header: null, link: { version: 1, features, values: ["json"] } });
}

for (const [features, receipts] of [[["trail"], ["[66,2]"]], [[], []]] as const) {
  Deno.test(`an acceptor sends ${receipts.length} receipts when the client offers [${features}] beside batches`, async () => {
    const header = headerOf("frames", "batch", "cancel", ...features);
    const { socket } = await accepted({ heartbeat: Infinity }, { header });
    for (const uid of [98, 99]) socket.receives([3, uid]); // causes no message
    await microtasks();
    assertEquals(socket.sent, [...receipts]);
    await closedBy(socket);
  });
}
