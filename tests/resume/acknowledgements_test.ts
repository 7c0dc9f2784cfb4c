import { assertEquals } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { accepted, closedBy, type Upgraded } from "../helpers/ends.ts";
import { microtasks, turn } from "../helpers/waiting.ts";
import { reconnection, type ReconnectionOptions } from "../../mod.ts";
import { SentMessages } from "../../src/features/reconnection/sent_messages.ts";

const HEADER = JSON.stringify({
  header: null,
  link: { version: 1, features: ["frames", "batch", "quiet", "resume"], values: ["json"] },
});

/** An acceptor whose other end the test plays. */
function serving(options: ReconnectionOptions = {}): Promise<Upgraded> {
  const provider = { f: () => 1, quiet() {} };
  return accepted({ use: [reconnection(options)] }, { provider, header: HEADER });
}

/** A call that is answered by nothing. */
function quiet(uid: number): string {
  return `[0,${uid},"quiet",[],[],null,1]`;
}

Deno.test("an acknowledgement goes beside the next messages", async () => {
  const { socket } = await serving();
  socket.receives(`[${quiet(1)},${quiet(2)},[0,3,"f",[]]]`);
  await microtasks();
  assertEquals(socket.sent, ["[[67,3],[1,3,1]]"]);
  await closedBy(socket);
});

Deno.test("an acknowledgement goes beside messages again when 16, or 64 kB, are due", async () => {
  using time = new FakeTime();
  const { socket } = await serving();
  const calls = async (count: number, last = "[]"): Promise<string> => {
    socket.sent.length = 0;
    for (let at = 1; at < count; at++) socket.receives(quiet(at));
    socket.receives(`[0,${uid++},"f",${last}]`);
    await time.tickAsync(0);
    return String(socket.sent);
  };
  let uid = 1;
  assertEquals(await calls(1), "[[67,1],[1,1,1]]");
  assertEquals(await calls(15), "[1,2,1]");
  assertEquals(await calls(1), "[[67,17],[1,3,1]]");
  assertEquals(await calls(1), "[1,4,1]");
  assertEquals(await calls(1, `["${"x".repeat(66_000)}"]`), "[[67,19],[1,5,1]]");
  assertEquals(await calls(1), "[[67,20],[1,6,1]]"); // the timer has started again
  assertEquals(await calls(1), "[1,7,1]");
  socket.sent.length = 0;
  await time.tickAsync(1_000);
  assertEquals(socket.sent, ["[67,21]"]);
  assertEquals(await calls(1), "[[67,22],[1,8,1]]");
  socket.closed(1000, "");
});

Deno.test("an acknowledgement leaves after a second when no message leaves", async () => {
  using time = new FakeTime();
  const { socket } = await serving();
  socket.receives(quiet(1));
  await time.tickAsync(999);
  assertEquals(socket.sent, []);
  await time.tickAsync(1);
  assertEquals(socket.sent, ["[67,1]"]);
  await time.tickAsync(5_000);
  assertEquals(socket.sent.length, 1);
  socket.closed(1000, "");
});

Deno.test("an acknowledgement leaves at the end of the turn when much is due", async () => {
  const { socket } = await serving();
  const calls = Array.from({ length: 1_000 }, (_, at) => quiet(at + 1));
  socket.receives(`[${calls.slice(0, 999)}]`);
  await turn();
  assertEquals(socket.sent, []);
  socket.receives(calls[999]!);
  assertEquals(socket.sent, []);
  await turn();
  assertEquals(socket.sent, ["[67,1000]"]);
  await closedBy(socket);
});

Deno.test("an acknowledgement waits, and is not lost, when the other end does not read", async () => {
  using time = new FakeTime();
  const { socket } = await serving();
  socket.bufferedAmount = 1e9; // what is said beside messages is dropped now
  socket.receives(quiet(1));
  await time.tickAsync(3_000);
  assertEquals(socket.sent, []);
  socket.bufferedAmount = 0;
  await time.tickAsync(100);
  assertEquals(socket.sent, ["[67,1]"]);
  socket.closed(1000, "");
});

Deno.test("messages wait when the other end acknowledges none, and leave when it does", async () => {
  const { socket, acceptor } = await serving({ unacknowledgedBytes: 100 });
  const { g } = acceptor.getDriver({ reply: false });
  const first = g!("x".repeat(200));
  await microtasks();
  assertEquals(socket.sent.length, 1);
  await first;
  let isSent = false;
  const second = g!("y").then(() => isSent = true);
  await microtasks();
  assertEquals([socket.sent.length, isSent], [1, false]);
  socket.receives("[67,1]");
  await second;
  assertEquals(socket.sent.length, 2);
  await closedBy(socket);
});

/** What is sent again, once so many were acknowledged. */
function again(sent: SentMessages, received: number): unknown[] {
  const frames: unknown[] = [];
  sent.acknowledge(received);
  sent.sendAgain({
    give(frame) {
      frames.push(frame);
      return true;
    },
  });
  return frames;
}

/** Keeps the messages of a frame. */
function keep(sent: SentMessages, texts: readonly string[], bytes?: readonly Uint8Array[]): void {
  sent.keep({ text: texts.join(), count: texts.length, bytes, since: undefined });
}

Deno.test("SentMessages sends again what is missing, also from the middle of a frame", () => {
  const sent = new SentMessages();
  const bytes = new Uint8Array([1]);
  keep(sent, ["[1]", "[2]", "[3]"]);
  keep(sent, ["[4]"], [bytes]);
  keep(sent, ["[5]", "[6]"]);
  assertEquals([sent.count, sent.size], [6, 3 * 128 + 22]);
  assertEquals(again(sent, 0), ["[[1],[2],[3]]", "[4]", bytes, "[[5],[6]]"]);
  assertEquals(again(sent, 1), ["[[2],[3]]", "[4]", bytes, "[[5],[6]]"]);
  assertEquals(again(sent, 2), ["[3]", "[4]", bytes, "[[5],[6]]"]);
  assertEquals(again(sent, 3), ["[4]", bytes, "[[5],[6]]"]);
  assertEquals(sent.size, 2 * 128 + 11);
  assertEquals(again(sent, 5), ["[6]"]);
  assertEquals(again(sent, 6), []);
  assertEquals(sent.size, 0);
});

Deno.test("SentMessages finds the messages of a frame, whatever their values contain", () => {
  const texts = ['[0,1,"f",["],[",{"a]":[[]]}]]', '[1,2,"\\\\"]', '[1,3,"\\"],["]', "[3,4]"];
  const sent = new SentMessages();
  keep(sent, texts);
  assertEquals(again(sent, 0), [`[${texts}]`]);
  assertEquals(again(sent, 1), [`[${texts.slice(1)}]`]);
  assertEquals(again(sent, 2), [`[${texts.slice(2)}]`]);
  assertEquals(again(sent, 3), [texts[3]]);
});

Deno.test("SentMessages takes the time that has passed from the deadlines of calls", () => {
  using time = new FakeTime();
  const sent = new SentMessages();
  const texts = ['[0,1,"f",[],[],500]', '[1,2,",100]"]', '[0,3,"f",[],[],50,1]'];
  sent.keep({ text: texts.join(), count: 3, bytes: undefined, since: Date.now() });
  time.tick(100);
  const later = ['[0,1,"f",[],[],400]', texts[1], '[0,3,"f",[],[],0,1]'];
  assertEquals(again(sent, 0), [`[${later}]`]);
  time.tick(100);
  assertEquals(again(sent, 2), [later[2]]);
});

Deno.test("SentMessages keeps its place when many are acknowledged one by one", () => {
  const sent = new SentMessages();
  for (let at = 0; at < 500; at++) keep(sent, [`[${at}]`]);
  for (let at = 0; at < 500; at++) assertEquals(again(sent, at)[0], `[${at}]`);
  assertEquals(again(sent, 500), []);
});

Deno.test("SentMessages takes no count for possible when it is of what was never sent", () => {
  const sent = new SentMessages();
  keep(sent, ["[1]", "[2]"]);
  sent.acknowledge(1);
  assertEquals([0, 1, 2, 3, 1.5, -1, "1", NaN].map((count) => sent.isPossible(count)), [
    false,
    true,
    true,
    ...Array(5).fill(false),
  ]);
});
