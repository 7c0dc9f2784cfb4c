import { assert, assertEquals, assertGreater, assertStrictEquals } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { DenoSocket } from "../../src/runtimes/deno_socket.ts";
import { served } from "../../src/runtimes/upgrade.ts";
import { ScriptedSocket, type SocketScript } from "../helpers/scripted_socket.ts";
import { until } from "../helpers/waiting.ts";

/** What means nothing. */
const KEEP_ALIVE = "[65]";

function pair(script: SocketScript = {}): { inner: ScriptedSocket; socket: DenoSocket } {
  const inner = new ScriptedSocket({ readyState: 1, isServer: true, ...script });
  return { inner, socket: new DenoSocket(inner) };
}

function untilClosing(inner: ScriptedSocket): Promise<void> {
  return until(() => inner.closes.length > 0, "the close has begun");
}

Deno.test("served() wraps a socket of Deno's, and no other", () => {
  const scripted = new ScriptedSocket();
  assertStrictEquals(served(scripted), scripted);
  const deno = new WebSocket("ws://127.0.0.1:1");
  try {
    assert(served(deno) instanceof DenoSocket);
  } finally {
    deno.close();
  }
});

Deno.test("DenoSocket hands on what it does not change", () => {
  const { inner, socket } = pair();
  const texts: unknown[] = [];
  const listener = ({ data }: { data: unknown }): void => void texts.push(data);
  socket.addEventListener("message", listener);
  inner.receives("one");
  socket.removeEventListener("message", listener);
  inner.receives("two");
  socket.send("three");
  inner.bufferedAmount = 7;
  socket.binaryType = "arraybuffer";
  assertEquals([texts, inner.sent, socket.bufferedAmount], [["one"], ["three"], 7]);
  assertEquals((inner as { binaryType?: string }).binaryType, "arraybuffer");
  assertEquals([0, 1, 2, 3].map((state) => (inner.readyState = state, socket.readyState)), [
    0,
    1,
    2,
    3,
  ]);
});

Deno.test("close() begins at the end of the turn when nobody has spoken yet", async () => {
  const { inner, socket } = pair();
  socket.close(3001, "no");
  assertEquals([inner.closes, socket.readyState, inner.readyState], [[], 2, 1]);
  await new Promise((resolve) => setImmediate(resolve));
  assertEquals([inner.closes, inner.readyState], [[[3001, "no"]], 2]);
});

Deno.test("close() begins when nothing comes in any more, and says what means nothing until then", async () => {
  const { inner, socket } = pair();
  socket.speaks(KEEP_ALIVE);
  socket.close(3005, "enough");
  assertEquals([inner.sent, inner.closes, socket.readyState], [[KEEP_ALIVE], [], 2]);
  inner.receives("a call");
  await until(() => inner.sent.length === 2, "something is said once more");
  assertEquals(inner.closes, []);
  await untilClosing(inner);
  assertEquals([inner.sent, inner.closes], [[KEEP_ALIVE, KEEP_ALIVE], [[3005, "enough"]]]);
  assertEquals(inner.listenerCount, 0);
});

Deno.test("close() waits no longer than it must for one that is never silent", async () => {
  const said: number[] = [];
  for (const frames of [1, 50]) { // however much it says
    const flood = (): void => {
      for (let i = 0; i < frames; i++) queueMicrotask(() => inner.receives("again"));
    };
    const { inner, socket } = pair({ send: flood });
    socket.speaks(KEEP_ALIVE);
    socket.close(1008);
    await untilClosing(inner);
    assertEquals([inner.closes, inner.listenerCount], [[[1008, undefined]], 0]);
    said.push(inner.sent.length);
  }
  assertGreater(said[0]!, 2); // it was given more time than one who falls silent
  assertEquals(said[0], said[1]);
});

Deno.test("close() waits for nothing more when the socket closes by itself", () => {
  const { inner, socket } = pair();
  socket.speaks(KEEP_ALIVE);
  socket.close(3005);
  inner.closed(3999, "they were first"); // the sanitizers see whether a timer stays
  assertEquals([inner.closes, inner.listenerCount, socket.readyState], [[], 0, 3]);
});

Deno.test("close() is one close when it is called twice, and none when it is over", async () => {
  const { inner, socket } = pair();
  socket.speaks(KEEP_ALIVE);
  socket.close(3005, "enough");
  socket.close(3006, "too late");
  await untilClosing(inner);
  inner.closed();
  socket.close(3007, "far too late");
  assertEquals(inner.closes, [[3005, "enough"]]);
});

Deno.test("close() is held up by no clock that stands still", async () => {
  const { inner, socket } = pair();
  socket.speaks(KEEP_ALIVE);
  using _time = new FakeTime();
  socket.close(3005, "enough");
  for (let turns = 0; turns < 1_000_000 && inner.closes.length === 0; turns++) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  assertEquals(inner.closes, [[3005, "enough"]]);
});
