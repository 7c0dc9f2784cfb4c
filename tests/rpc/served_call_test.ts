import { assertEquals, assertInstanceOf, assertStrictEquals } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { DeadlineError } from "../../mod.ts";
import { LONGEST_TIMER } from "../../src/deadline.ts";
import { ServedCall, ServedCalls, type Weight } from "../../src/rpc/served_call.ts";
import { Timers } from "../helpers/timers.ts";
import { gate, microtasks } from "../helpers/waiting.ts";
import { fakeRpc, incoming } from "./fake_port.ts";

/** A call of a peer, which has asked for its signal. */
function watched(calls: ServedCalls, due?: number): ServedCall {
  const call = new ServedCall(calls, incoming("f", { due }));
  call.watch();
  return call;
}

Deno.test("reset() forgets what runs, and tells calls of before from those after it", async () => {
  const gates = [gate(), gate()];
  let begun = 0;
  const { rpc, port } = fakeRpc({ f: () => gates[begun++]!.promise });
  const weight: Weight = { size: 50, running: 0 };
  rpc.serve(incoming("f", { weight }));
  const { served } = rpc;
  assertEquals([served.running, served.begun, served.bytes, served.epoch], [1, 1, 50, 0]);
  served.reset();
  assertEquals([served.running, served.begun, served.bytes, served.epoch], [0, 1, 0, 1]);
  rpc.serve(incoming("f", { weight: { size: 20, running: 0 } }));
  gates[0]!.open();
  await microtasks();
  assertEquals([served.running, served.bytes, port.replies], [1, 20, []]);
  gates[1]!.open();
  await microtasks();
  assertEquals([served.running, served.bytes, port.replies.length], [0, 0, 1]);
});

Deno.test("isTooHeavy() lets a single frame pass, and all calls of a frame that runs", () => {
  const calls = new ServedCalls({});
  assertEquals(calls.isTooHeavy({ size: 1_000, running: 0 }, 10), false);
  calls.bytes = 6;
  assertEquals(calls.isTooHeavy({ size: 4, running: 0 }, 10), false);
  assertEquals(calls.isTooHeavy({ size: 5, running: 0 }, 10), true);
  assertEquals(calls.isTooHeavy({ size: 5, running: 1 }, 10), false);
});

Deno.test("serve() counts a frame's bytes once, until the last of its calls has ended", async () => {
  const gates = [gate(), gate(), gate()];
  let begun = 0;
  const { rpc, port } = fakeRpc({ f: () => gates[begun++]!.promise });
  rpc.limits = { ...rpc.limits, servedBytes: 100 };
  const limits: unknown[] = [];
  rpc.report = (report) => limits.push(report);
  const one: Weight = { size: 60, running: 0 }, other: Weight = { size: 60, running: 0 };
  rpc.serve(incoming("f", { weight: one, uid: 1 }));
  rpc.serve(incoming("f", { weight: one, uid: 2 }));
  assertEquals([rpc.served.bytes, one.running], [60, 2]);
  rpc.serve(incoming("f", { weight: other, uid: 3 }));
  assertEquals([rpc.served.running, port.replies[0]?.value.name], [2, "BusyError"]);
  assertEquals(limits, [{ type: "limit", limit: "servedBytes", method: "f" }]);
  gates[0]!.open();
  await microtasks();
  assertEquals([rpc.served.bytes, one.running], [60, 1]);
  gates[1]!.open();
  await microtasks();
  assertEquals([rpc.served.bytes, one.running], [0, 0]);
  rpc.serve(incoming("f", { weight: other, uid: 4 }));
  assertEquals([rpc.served.bytes, rpc.served.running], [60, 1]);
  gates[2]!.open();
  await microtasks();
  assertEquals(rpc.served.bytes, 0);
});

Deno.test("watch() keeps a call until it has ended, and one call of a uid", () => {
  const calls = new ServedCalls({});
  const call = watched(calls);
  assertStrictEquals(calls.watched?.get(7), call);
  call.watch();
  assertEquals(call.signal.aborted, false);
  const younger = watched(calls);
  assertEquals([call.signal.aborted, younger.signal.aborted], [true, false]);
  assertEquals(call.signal.reason.message, "The caller reused the uid");
  call.done();
  assertStrictEquals(calls.watched?.get(7), younger);
  younger.done();
  assertEquals(calls.watched?.size, 0);
});

Deno.test("watch() keeps several calls with the uid 0, which no caller waits for", () => {
  const calls = new ServedCalls({});
  const make = () =>
    new ServedCall(calls, {
      uid: 0,
      path: "news",
      args: [],
      due: undefined,
      quiet: 1,
      weight: undefined,
    });
  const [one, other] = [make(), make()];
  one.watch();
  other.watch();
  assertEquals([one.signal.aborted, other.signal.aborted, calls.watched?.size], [false, false, 2]);
  one.done();
  assertEquals([...calls.watched!.values()], [other]);
  other.done();
  assertEquals(calls.watched?.size, 0);
});

Deno.test("watch() keeps nothing of a call that has ended", () => {
  const calls = new ServedCalls({});
  const call = new ServedCall(calls, incoming("f"));
  call.done();
  call.watch();
  assertEquals([calls.watched, call.isWatched, call.signal.aborted], [undefined, false, false]);
});

Deno.test("signal aborts with the reason, whether it was read before or after", () => {
  const calls = new ServedCalls({});
  const reason = new Error("end");
  const early = watched(calls);
  const { signal } = early;
  early.abort(reason);
  assertStrictEquals(signal.reason, reason);
  const late = watched(calls);
  late.abort(reason);
  assertStrictEquals(late.signal.reason, reason);
  assertStrictEquals(late.signal, late.signal);
  assertEquals(calls.watched?.size, 0);
});

Deno.test("signal aborts at the deadline, and its call is late from then on", async () => {
  using time = new FakeTime(1_000);
  const call = watched(new ServedCalls({}), 1_050);
  const { signal } = call;
  await time.tickAsync(49);
  assertEquals([signal.aborted, call.isLate], [false, false]);
  await time.tickAsync(1);
  assertEquals([signal.aborted, call.isLate], [true, true]);
  assertInstanceOf(signal.reason, DeadlineError);
  assertEquals(signal.reason.message, 'Cannot finish "f": its deadline has passed');
});

Deno.test("signal sets no timer without a deadline, for a far one, and for a call that has ended", () => {
  using timers = new Timers();
  const calls = (): ServedCalls => new ServedCalls({});
  const ended = watched(calls(), Date.now() + 60_000);
  ended.done();
  const far = Date.now() + LONGEST_TIMER + 60_000;
  for (const call of [ended, watched(calls()), watched(calls(), far)]) {
    assertEquals(call.signal.aborted, false);
  }
  assertEquals(timers.count, 0);
  const timed = watched(calls(), Date.now() + 60_000);
  assertEquals(timers.count, 0); // not before the signal is read
  assertEquals([timed.signal.aborted, timers.count], [false, 1]);
  timed.done();
  assertEquals(timers.count, 0);
});

for (const due of [undefined, null, "7", {}, NaN, Infinity]) {
  Deno.test(`ServedCall is never late when its deadline is ${JSON.stringify(due) ?? due}`, () => {
    assertEquals(new ServedCall(new ServedCalls({}), incoming("f", { due })).isLate, false);
  });
}

for (const [quiet, isQuiet] of [[1, true], [true, false], ["1", false], [0, false]] as const) {
  Deno.test(`ServedCall.isQuiet is ${isQuiet} when the peer says ${JSON.stringify(quiet)}`, () => {
    assertEquals(new ServedCall(new ServedCalls({}), incoming("f", { quiet })).isQuiet, isQuiet);
  });
}

Deno.test("cancelled() aborts the running call of its uid alone, and is no fault for any other", () => {
  const { rpc } = fakeRpc();
  const call = watched(rpc.served);
  for (const uid of [8, "7", [7], null, undefined, 1.5]) rpc.cancelled(uid);
  assertEquals(call.signal.aborted, false);
  rpc.cancelled(7);
  assertInstanceOf(call.signal.reason, DOMException);
  assertEquals(call.signal.reason.name, "AbortError");
  rpc.cancelled(7);
});
