import { assertEquals, assertStrictEquals } from "@std/assert";
import { Pending, type Waiting } from "../../src/rpc/pending_calls.ts";

function waiting(uid: number, log: unknown[] = []): Waiting {
  return {
    invoke: { uid, listener: "f", parameters: [] },
    since: undefined,
    due: Infinity,
    signal: undefined,
    resolve: (value) => log.push(["resolve", uid, value]),
    reject: (error) => log.push(["reject", uid, error]),
  };
}

Deno.test("nextUid() counts from 1 and never gives a uid again when all were rejected", () => {
  const pending = new Pending();
  assertEquals([pending.nextUid(), pending.nextUid()], [1, 2]);
  pending.add(waiting(1));
  pending.rejectAll(new Error("end"));
  assertEquals(pending.nextUid(), 3);
});

Deno.test("take() gives a call once when its return comes twice", () => {
  const pending = new Pending();
  const call = waiting(pending.nextUid());
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
    const pending = new Pending();
    pending.add(waiting(pending.nextUid()));
    assertEquals(pending.take(uid), undefined);
    assertEquals(pending.take(undefined), undefined);
    assertEquals(pending.size, 1);
  });
}

Deno.test("take() finds each call when three times a ring of them wait, in any order", () => {
  const pending = new Pending();
  const count = 3 * 4_096 + 5;
  const calls = Array.from({ length: count }, () => waiting(pending.nextUid()));
  for (const call of calls) pending.add(call);
  assertEquals(pending.size, count);
  const uids = calls.map(({ invoke }) => invoke.uid).sort((a, b) => (a * 7 % 13) - (b * 7 % 13));
  let found = 0;
  for (const uid of uids) {
    if (pending.take(uid) === calls[uid - 1]) found++;
  }
  assertEquals([found, pending.size], [count, 0]);
  assertEquals(pending.take(1), undefined);
});

Deno.test("take() finds the old call when a whole ring of younger ones came and went", () => {
  const pending = new Pending();
  const old = waiting(pending.nextUid());
  pending.add(old);
  for (let made = 0; made < 3 * 4_096; made++) {
    const young = waiting(pending.nextUid());
    pending.add(young);
    assertStrictEquals(pending.take(young.invoke.uid), young);
  }
  assertEquals(pending.size, 1);
  assertStrictEquals(pending.take(1), old);
});

Deno.test("rejectAll() rejects in the order of the calls when some were overtaken", () => {
  const pending = new Pending();
  const log: unknown[] = [];
  for (let made = 0; made < 4_096 + 3; made++) pending.add(waiting(pending.nextUid(), log));
  pending.take(2);
  pending.take(4_000);
  const error = new Error("end");
  pending.rejectAll(error);
  const expected = Array.from({ length: 4_099 }, (_, index) => index + 1)
    .filter((uid) => uid !== 2 && uid !== 4_000)
    .map((uid) => ["reject", uid, error]);
  assertEquals(log, expected);
  assertEquals(pending.size, 0);
  assertEquals(pending.take(1), undefined);
});

Deno.test("rejectAll() does nothing when none wait", () => {
  const pending = new Pending();
  pending.rejectAll(new Error("end"));
  assertEquals(pending.size, 0);
});
