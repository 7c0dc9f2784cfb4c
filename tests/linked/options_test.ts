import { assert, assertEquals, assertInstanceOf, assertRejects, assertThrows } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { DeadlineError, RemoteError, withOptions } from "../../mod.ts";
import { gate, microtasks, stateOf, turn } from "../helpers/waiting.ts";
import { messagesIn, paired } from "./pair.ts";
import { dialling, serving } from "./raw.ts";

/** A provider whose one function ends when it is told to. */
function stuck() {
  const wait = gate<string>();
  return { wait, provider: { stuck: () => wait.promise, same: (value: unknown) => value } };
}

for (const wire of ["linked", "plain"] as const) {
  Deno.test(`getDriver() rejects with the reason when its signal aborts: ${wire}`, async () => {
    const { wait, provider } = stuck();
    await using pair = await paired({ there: provider, connect: { wire } });
    const control = new AbortController();
    const call = pair.client.getDriver({ signal: control.signal }).stuck!();
    await turn();
    const reason = { why: "enough" };
    control.abort(reason);
    assertEquals(await stateOf(call), { error: reason });
    wait.open("late"); // its return comes in, and is nobody's
    assertEquals(await pair.client.getDriver().same!(1), 1);
  });

  Deno.test(`getDriver() sends nothing when its signal has aborted already: ${wire}`, async () => {
    await using pair = await paired({ there: stuck().provider, connect: { wire } });
    pair.sent.length = 0;
    const driver = pair.client.getDriver({ signal: AbortSignal.abort("never") });
    assertEquals(await stateOf(driver.same!(1)), { error: "never" });
    await turn();
    assertEquals(pair.sent, []);
  });

  Deno.test(`getDriver() rejects with a DeadlineError of the method when time is up: ${wire}`, async () => {
    const { wait, provider } = stuck();
    await using pair = await paired({ there: provider, connect: { wire } });
    for (const options of [{ timeout: 15 }, { deadline: Date.now() + 15 }]) {
      const call = pair.client.getDriver(options).stuck!();
      const error = await assertRejects(() => call, DeadlineError, '"stuck"');
      assertEquals(error.code, "DEADLINE");
    }
    wait.open("late");
    assertEquals(await pair.client.getDriver().same!(1), 1);
  });

  for (const options of [{ timeout: 0 }, { timeout: -5 }, { deadline: new Date(0) }]) {
    const what = JSON.stringify(options);
    Deno.test(`getDriver() begins no call when its time is up before: ${wire}, ${what}`, async () => {
      const seen: unknown[] = [];
      const there = { note: (value: unknown) => void seen.push(value) };
      await using pair = await paired({ there, connect: { wire } });
      const { note } = pair.client.getDriver(options);
      await assertRejects(() => note!(1), DeadlineError, '"note"');
      await pair.client.getDriver().note!(2);
      assertEquals(seen, [2]);
    });
  }

  Deno.test(`getDriver() settles as ever when the time is long enough: ${wire}`, async () => {
    const there = {
      same: (value: unknown) => value,
      fail: () => {
        throw new RangeError("no");
      },
    };
    const control = new AbortController();
    const pair = await paired({ there, connect: { wire } });
    for (const options of [{ timeout: 60_000 }, { deadline: Infinity }, { timeout: 2 ** 40 }]) {
      const driver = pair.client.getDriver({ ...options, signal: control.signal });
      assertEquals(await driver.same!("x"), "x");
      await assertRejects(() => driver.fail!(), RemoteError, "no");
    }
    await pair[Symbol.asyncDispose](); // the sanitizers see a timer that is left
    control.abort();
  });

  Deno.test(`Communicator leaves no timer when a call with a timeout is under way at the end: ${wire}`, async () => {
    const { wait, provider } = stuck();
    const pair = await paired({ there: provider, connect: { wire } });
    const call = pair.client.getDriver({ timeout: 60_000 }).stuck!().catch((e: Error) => e.name);
    await turn();
    await pair[Symbol.asyncDispose]();
    assertEquals(await call, "ConnectionClosedError");
    wait.open("");
  });

  Deno.test(`getDriver() works toward the client when the server calls: ${wire}`, async () => {
    const { wait, provider } = stuck();
    await using pair = await paired({ here: provider, connect: { wire } });
    const control = new AbortController();
    const call = pair.server.getDriver({ signal: control.signal }).stuck!();
    const late = assertRejects(
      () => pair.server.getDriver({ timeout: 10 }).stuck!(),
      DeadlineError,
      '"stuck"',
    );
    await turn();
    control.abort("enough");
    assertEquals(await stateOf(call), { error: "enough" });
    await late;
    wait.open("late");
    assertEquals(await pair.server.getDriver().same!(2), 2);
  });
}

Deno.test("getDriver() settles each call once when signal, deadline and end come together", async () => {
  const control = new AbortController();
  const ends = await dialling();
  let settled = 0;
  const driver = ends.end.getDriver({ signal: control.signal, timeout: 1 });
  const calls = Array.from({ length: 10 }, () => driver.f!().finally(() => settled++));
  const all = Promise.allSettled(calls);
  await new Promise((resolve) => setTimeout(resolve, 5));
  control.abort();
  ends.socket.gets([1, 1, "late"], [2, 2, "late"]);
  ends.socket.ends();
  assertEquals((await all).map(({ status }) => status), Array(10).fill("rejected"));
  assertEquals(settled, 10);
});

Deno.test("withOptions() keeps the tighter one when options are nested", async () => {
  const { provider, wait } = stuck();
  await using pair = await paired({ there: provider });
  const [outer, inner] = [new AbortController(), new AbortController()];
  const HOUR = 3_600_000;
  const hoursOf = async (first: object, second: object): Promise<number> => {
    pair.sent.length = 0;
    const driver = withOptions(pair.client.getDriver(first), second);
    await driver.same!();
    return (messagesIn(pair.sent)[0]![5] as number) / HOUR;
  };
  const deadline = (hours: number) => Date.now() + hours * HOUR;
  for (
    const [outer, inner] of [
      [{ timeout: 5 * HOUR }, { timeout: 9 * HOUR }],
      [{ timeout: 9 * HOUR }, { timeout: 5 * HOUR }],
      [{ timeout: 5 * HOUR }, { deadline: deadline(9) }],
      [{ timeout: 9 * HOUR }, { deadline: new Date(deadline(5)) }],
      [{ timeout: 5 * HOUR }, {}],
    ]
  ) {
    const left = await hoursOf(outer!, inner!);
    assert(left > 4.9 && left <= 5, `${left} hours are left`);
  }

  const both = withOptions(pair.client.getDriver({ signal: outer.signal }), {
    signal: inner.signal,
  });
  const [first, second] = [both.stuck!(), both.stuck!()];
  inner.abort("inner");
  assertEquals([await stateOf(first), await stateOf(second)], [
    { error: "inner" },
    { error: "inner" },
  ]);
  const again = withOptions(pair.client.getDriver({ signal: outer.signal }), {
    signal: new AbortController().signal,
  });
  const third = again.stuck!();
  outer.abort("outer");
  assertEquals(await stateOf(third), { error: "outer" });
  wait.open("");
});

Deno.test("withOptions() takes a namespace or a function, and never the other's options", async () => {
  using _time = new FakeTime();
  await using ends = await dialling();
  const root = ends.end.getDriver();
  const news = withOptions(root.news!, { timeout: 100 });
  const latest = withOptions(root.news!.latest!, { timeout: 200 });
  const calls = [news.latest!(), latest(), root.news!.latest!()].map((call) => call.catch(() => 0));
  await microtasks();
  const left = messagesIn(ends.socket.sent).map((message) => message[5]);
  assertEquals(left, [100, 200, undefined]);
  assertEquals(
    messagesIn(ends.socket.sent).map((message) => message[2]),
    Array(3).fill("news.latest"),
  );
  ends.socket.gets([[1, 1], [1, 2], [1, 3]]);
  await Promise.all(calls);
});

for (const options of [{ timeout: NaN }, { deadline: NaN }, { deadline: new Date(NaN) }]) {
  Deno.test(`getDriver() throws a TypeError when given ${Object.keys(options)[0]} NaN`, async () => {
    await using ends = await dialling();
    assertThrows(() => ends.end.getDriver(options), TypeError, "Cannot create a driver");
    const driver = ends.end.getDriver();
    assertThrows(() => withOptions(driver, options), TypeError, "Cannot create a driver");
    assertThrows(() => withOptions({}, {}), TypeError, "expected a driver");
  });
}

Deno.test("getDriver() sets one listener a signal and takes it off when its calls have ended", async () => {
  const { signal } = new AbortController();
  const counts = { added: 0, removed: 0 };
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
    counts.added++;
    addEventListener.apply(signal, args);
  };
  signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
    counts.removed++;
    removeEventListener.apply(signal, args);
  };
  await using pair = await paired({ there: stuck().provider });
  const driver = pair.client.getDriver({ signal });
  await Promise.all(Array.from({ length: 1_000 }, () => driver.same!()));
  assertEquals(counts, { added: 1, removed: 1 });
});

Deno.test("getDriver() sets one timer a communicator when many calls have a timeout", async () => {
  await using pair = await paired({ there: stuck().provider });
  const driver = pair.client.getDriver({ timeout: 60_000 });
  const { setTimeout: original } = globalThis;
  let set = 0;
  globalThis.setTimeout = ((...args: Parameters<typeof original>) => {
    if (args[1]! > 1_000) set++; // the turns of the event loop are measured by short ones
    return original(...args);
  }) as typeof original;
  try {
    await Promise.all(Array.from({ length: 1_000 }, () => driver.same!()));
  } finally {
    globalThis.setTimeout = original;
  }
  assert(set <= 1, `${set} timers were set`);
});

Deno.test("Connection sends no cancel when it was not agreed on", async () => {
  const control = new AbortController();
  await using ends = await serving({ features: ["frames", "batch"] });
  const call = ends.end.getDriver({ signal: control.signal }).f!().catch((error: unknown) => error);
  await microtasks();
  control.abort("enough");
  assertEquals(await call, "enough");
  await microtasks();
  assertEquals(ends.socket.sent, ['[0,1,"f",[]]']);
});

Deno.test("Connection sends one cancel when a signal or a deadline ends a call, and none for a return", async () => {
  const control = new AbortController();
  await using ends = await dialling();
  const first = ends.end.getDriver({ signal: control.signal }).f!().catch(() => 0);
  const second = ends.end.getDriver({ timeout: 1 }).f!().catch((error: unknown) => error);
  const third = ends.end.getDriver({ signal: control.signal, timeout: 60_000 }).f!();
  ends.socket.gets([1, 3, "in time"]);
  assertEquals(await third, "in time");
  assertInstanceOf(await second, DeadlineError);
  control.abort();
  await first;
  await microtasks();
  const cancels = messagesIn(ends.socket.sent).filter(([kind]) => kind === 3);
  assertEquals(cancels, [[3, 2], [3, 1]]);
});
