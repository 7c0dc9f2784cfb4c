import { assert, assertEquals, assertInstanceOf, assertStrictEquals } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { DeadlineError } from "../../mod.ts";
import { NO_TERMS } from "../../src/rpc/call_options.ts";
import { MadeCall, PendingCalls } from "../../src/rpc/pending_calls.ts";
import { Timers } from "../helpers/timers.ts";
import { counted } from "./counted_signal.ts";

/** How a call ended. */
type Ended = readonly [how: "resolve" | "reject", uid: number, what: unknown];

/** A call, and what ends it. */
interface Made {
  readonly signal?: AbortSignal;
  readonly due?: number;
  readonly log?: Ended[];
}

function made(uid: number, { signal, due = Infinity, log = [] }: Made = {}): MadeCall {
  const call = new MadeCall(uid, "f", []);
  call.due = due;
  if (signal !== undefined) call.terms = { ...NO_TERMS, signals: [signal] };
  else if (due !== Infinity) call.terms = NO_TERMS;
  call.resolve = (value) => log.push(["resolve", uid, value]);
  call.reject = (error) => log.push(["reject", uid, error]);
  return call;
}

/** Calls that wait, and the uids of those that were given up. */
function pendingCalls(): { readonly pending: PendingCalls; readonly gaveUp: number[] } {
  const gaveUp: number[] = [];
  return { pending: new PendingCalls({ gaveUp: ({ uid }) => void gaveUp.push(uid) }), gaveUp };
}

Deno.test("take() gives a call once when its return comes twice", () => {
  const { pending } = pendingCalls();
  const call = made(1);
  pending.add(call);
  assertEquals(pending.size, 1);
  assertStrictEquals(pending.take(1), call);
  assertEquals(pending.take(1), undefined);
  assertEquals(pending.size, 0);
});

for (
  const uid of [0, -1, 2, 1.5, NaN, Infinity, 4_097, "1", [1], { valueOf: () => 1 }, true, null, 1n]
) {
  const text = typeof uid === "bigint" ? "1n" : JSON.stringify(uid);
  Deno.test(`take() gives nothing when the uid is ${typeof uid} ${text} and 1 waits`, () => {
    const { pending } = pendingCalls();
    pending.add(made(1));
    assertEquals(pending.take(uid), undefined);
    assertEquals(pending.take(undefined), undefined);
    assertEquals(pending.size, 1);
  });
}

Deno.test("take() finds each call when three times a ring of them wait, in any order", () => {
  const { pending } = pendingCalls();
  const count = 3 * 4_096 + 5;
  const calls = Array.from({ length: count }, (_, index) => made(index + 1));
  for (const call of calls) pending.add(call);
  assertEquals(pending.size, count);
  const uids = calls.map(({ uid }) => uid).sort((a, b) => (a * 7 % 13) - (b * 7 % 13));
  let found = 0;
  for (const uid of uids) {
    if (pending.take(uid) === calls[uid - 1]) found++;
  }
  assertEquals([found, pending.size], [count, 0]);
  assertEquals(pending.take(1), undefined);
});

Deno.test("take() finds the old call when a whole ring of younger ones came and went", () => {
  const { pending } = pendingCalls();
  const old = made(1);
  pending.add(old);
  for (let uid = 2; uid <= 3 * 4_096 + 1; uid++) {
    const young = made(uid);
    pending.add(young);
    assertStrictEquals(pending.take(uid), young);
  }
  assertEquals(pending.size, 1);
  assertStrictEquals(pending.take(1), old);
});

Deno.test("above() gives the calls in the order in which they were made when some were overtaken", () => {
  const { pending } = pendingCalls();
  for (let uid = 1; uid <= 4_096 + 3; uid++) pending.add(made(uid));
  pending.take(2);
  pending.take(4_000);
  const uids = Array.from({ length: 4_099 }, (_, index) => index + 1)
    .filter((uid) => uid !== 2 && uid !== 4_000);
  assertEquals(pending.above(0).map(({ uid }) => uid), uids);
  assertEquals(pending.above(4_097).map(({ uid }) => uid), [4_098, 4_099]);
  assertEquals(pending.above(4_099), []);
  assertEquals(pending.size, uids.length);
});

Deno.test("above() gives nothing when none wait", () => {
  const { pending } = pendingCalls();
  assertEquals(pending.above(0), []);
  pending.add(made(1));
  pending.take(1);
  assertEquals([pending.above(0), pending.size], [[], 0]);
});

Deno.test("add() gives a call up when its signal aborts, and leaves it when it was taken before", () => {
  const { pending, gaveUp } = pendingCalls();
  const log: Ended[] = [];
  const { signal, abort } = control();
  for (const uid of [1, 2, 3]) pending.add(made(uid, { signal, log }));
  pending.add(made(4, { log }));
  pending.take(2);
  abort("enough");
  assertEquals(gaveUp, [1, 3]);
  assertEquals(log, [["reject", 1, "enough"], ["reject", 3, "enough"]]);
  assertEquals(pending.size, 1);
});

function control(): { readonly signal: AbortSignal; readonly abort: (reason?: unknown) => void } {
  const control = new AbortController();
  return { signal: control.signal, abort: (reason) => control.abort(reason) };
}

Deno.test("add() gives a call up when it is due, and keeps those that are due later", async () => {
  using time = new FakeTime(0);
  const { pending, gaveUp } = pendingCalls();
  const log: Ended[] = [];
  for (const [uid, due] of [[1, 30], [2, 10], [3, Infinity], [4, 20]] as const) {
    pending.add(made(uid, { due, log }));
  }
  pending.take(4);
  for (let passed = 0; passed < 29; passed++) await time.tickAsync(1);
  assertEquals([gaveUp, pending.size], [[2], 2]);
  await time.tickAsync(1);
  assertEquals([gaveUp, pending.size], [[2, 1], 1]);
  const error = log[0]![2];
  assertInstanceOf(error, DeadlineError);
  assertEquals(error.message, 'Cannot wait any longer for "f": its deadline has passed');
  assertEquals(log.map(([how, uid]) => [how, uid]), [["reject", 2], ["reject", 1]]);
});

Deno.test("clear() leaves no timer when a call that was due has been taken", () => {
  using timers = new Timers();
  const { pending } = pendingCalls();
  pending.add(made(1, { due: Date.now() + 60_000 }));
  assertEquals(timers.count, 1);
  pending.take(1);
  pending.clear();
  assertEquals(timers.count, 0);
});

Deno.test("take() leaves no listener on a signal when it has taken the last of its calls", () => {
  const { pending } = pendingCalls();
  const { control: { signal }, listeners } = counted();
  for (const uid of [1, 2]) pending.add(made(uid, { signal }));
  pending.take(1);
  assertEquals(listeners(), 1);
  pending.take(2);
  assertEquals(listeners(), 0);
});

const MANY = 10_000;

Deno.test("add() keeps nothing when 10,000 calls of one signal were given up", () => {
  const { pending, gaveUp } = pendingCalls();
  const log: Ended[] = [];
  const { signal, abort } = control();
  for (let uid = 1; uid <= MANY; uid++) pending.add(made(uid, { signal, log }));
  assertEquals(pending.size, MANY);
  abort("enough");
  assertEquals([pending.size, log.length], [0, MANY]);
  assert(log.every(([how, , reason]) => how === "reject" && reason === "enough"));
  assertEquals(gaveUp, Array.from({ length: MANY }, (_, index) => index + 1));
});

Deno.test("add() keeps nothing when 10,000 calls of signals of their own were given up", () => {
  const { pending, gaveUp } = pendingCalls();
  const controls = Array.from({ length: MANY }, control);
  controls.forEach(({ signal }, index) => pending.add(made(index + 1, { signal })));
  for (const { abort } of controls) abort();
  assertEquals([pending.size, gaveUp.length], [0, MANY]);
});

Deno.test("add() keeps nothing when 10,000 calls ran into their deadline", async () => {
  using time = new FakeTime(0);
  const { pending, gaveUp } = pendingCalls();
  for (let uid = 1; uid <= MANY; uid++) pending.add(made(uid, { due: uid % 20 }));
  for (let passed = 0; passed < 40; passed++) await time.tickAsync(1);
  assertEquals([pending.size, gaveUp.length], [0, MANY]);
});
