import { assertEquals } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { type Limits, WebSocketAcceptor } from "../../../mod.ts";
import { HEADER } from "../../helpers/ends.ts";
import { ScriptedSocket } from "../../helpers/scripted_socket.ts";
import { isSettled } from "../check.ts";
import type { AnyAcceptor } from "../states/fixture.ts";
import { plus, three } from "./frames.ts";

const LIMITS = { sendBytes: 100, stallTimeout: 50, unservedCalls: 3 };

/** An open acceptor whose socket holds what it is given, or not, as a test says. */
async function openAcceptor(limits: Partial<Limits> = LIMITS): Promise<{
  readonly socket: ScriptedSocket;
  readonly acceptor: AnyAcceptor;
}> {
  const socket = new ScriptedSocket({ readyState: 1, isServer: true });
  const acceptors: AnyAcceptor[] = [];
  const handler = (acceptor: AnyAcceptor): Promise<void> => {
    acceptors.push(acceptor);
    return acceptor.accept({ plus: (x: number, y: number) => x + y });
  };
  WebSocketAcceptor.upgrade({ url: "/", headers: {} }, socket, handler, { limits });
  socket.receives(HEADER);
  await isSettled(Promise.resolve());
  socket.sent.length = 0;
  return { socket, acceptor: acceptors[0]! };
}

Deno.test("an end's own calls wait, in order, when its peer does not read", async () => {
  using time = new FakeTime();
  const { socket, acceptor } = await openAcceptor();
  socket.bufferedAmount = 101;
  const calls = [acceptor.getDriver().f(1), acceptor.getDriver().f(2)];
  for (const call of calls) call.catch(() => {}); // rejected at the end
  await time.tickAsync(30);
  assertEquals(socket.sent, []);
  socket.bufferedAmount = 50;
  await time.tickAsync(20);
  const sent = socket.sent.map((frame) => JSON.parse(frame).parameters[0].value);
  assertEquals(sent, [1, 2]);
  socket.closed(1000, "");
});

Deno.test("no call of a peer is begun, but waits, when the peer does not read", async () => {
  using time = new FakeTime();
  const { socket } = await openAcceptor();
  socket.bufferedAmount = 101;
  socket.receives(plus(1));
  socket.receives(plus(2));
  await time.tickAsync(30);
  assertEquals(socket.sent, []);
  socket.bufferedAmount = 0;
  await time.tickAsync(20);
  assertEquals(socket.messages, [three(1), three(2)]);
  socket.closed(1000, "");
});

Deno.test("a call returns when its return comes in while the peer does not read", async () => {
  using time = new FakeTime();
  const { socket, acceptor } = await openAcceptor();
  const call = acceptor.getDriver().f(1);
  const { uid } = JSON.parse(socket.sent[0]!);
  socket.bufferedAmount = 101;
  acceptor.getDriver().f(2).catch(() => {}); // waits, and is rejected at the end
  socket.receives({ uid, success: true, value: "returned" });
  assertEquals(await call, "returned");
  await time.tickAsync(1);
  socket.closed(1000, "");
});

Deno.test("a single frame is no fault when it is longer than what may wait", async () => {
  const { socket } = await openAcceptor();
  socket.receives({ uid: 1, listener: "plus", parameters: [{ value: "x".repeat(500) }] });
  assertEquals(socket.messages.length, 1);
  assertEquals(socket.closes, []);
  socket.closed(1000, "");
});

Deno.test("a connection ends with 1013 when nothing leaves for too long", async () => {
  using time = new FakeTime();
  const { socket, acceptor } = await openAcceptor();
  socket.bufferedAmount = 200;
  socket.receives(plus(1));
  await time.tickAsync(40);
  assertEquals(socket.closes, []);
  await time.tickAsync(40);
  assertEquals(socket.closes.map(([code]) => code), [1013]);
  assertEquals(acceptor.state, 2);
  socket.closed(1013, "");
});

Deno.test("a connection goes on when a slow peer reads a little at a time", async () => {
  using time = new FakeTime();
  const { socket } = await openAcceptor();
  socket.bufferedAmount = 200;
  socket.receives(plus(1));
  for (let bytes = 200; bytes > 60; bytes -= 10) {
    socket.bufferedAmount = bytes;
    await time.tickAsync(40);
  }
  assertEquals([socket.closes, socket.sent], [[], []]);
  socket.bufferedAmount = 50;
  await time.tickAsync(20);
  assertEquals(socket.messages, [three(1)]);
  socket.closed(1000, "");
});

Deno.test("a connection ends with 1013 when too many calls of an unreading peer wait", async () => {
  const { socket } = await openAcceptor();
  socket.bufferedAmount = 101;
  for (let uid = 1; uid <= 3; uid++) socket.receives(plus(uid));
  assertEquals(socket.closes, []);
  socket.receives(plus(4));
  assertEquals(socket.closes.map(([code]) => code), [1013]);
  assertEquals(socket.sent, []);
  socket.closed(1013, "");
});
